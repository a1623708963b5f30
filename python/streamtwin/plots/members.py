"""What members felt, over time: waiting, stalling, picture quality; and why bytes came from second-best sites."""

from __future__ import annotations

import pandas as pd

from ..results import Results
from .style import (AMBER, BLUE, INK, MUTED, RED, TEAL, VIOLET, figure, mark_events, recorded, styled_figure, time_axis,
                    value_axis)
from .timeline import stacked


@styled_figure
def members(run: Results, width: float = 9.0):
    """Start delay, rebuffer ratio, bitrate, switches and viewers over time."""
    panels = [
        ("Time to the first frame", [
            ("plays.start_delay.p50", "median", BLUE), ("plays.start_delay.p99", "p99", MUTED)]),
        ("Time stalled, of the viewing time", [("members.rebuffer_ratio", "", RED)]),
        ("Video bitrate", [("members.bitrate", "", TEAL)]),
        ("Switches", [
            ("members.quality_switches", "of bitrate", VIOLET), ("members.appliance_switches", "of appliance", AMBER)]),
        ("Viewers", [("members.watching", "", INK)]),
    ]
    return stacked(run, width, panels, height=1.15)


@styled_figure
def misses(run: Results, width: float = 9.0):
    """Share of bytes not served by the site ranked first, split by reason."""
    reasons = [("delivery.content_miss_share", "title not there", BLUE),
               ("delivery.health_miss_share", "down or full", RED),
               ("delivery.other_miss_share", "other", AMBER)]
    found = [(recorded(run, name), text, colour) for name, text, colour in reasons]
    found = [line for line in found if line[0] is not None]
    if not found:
        return None
    table = pd.concat([series for series, _, _ in found], axis=1).fillna(0)
    picture, axes = figure(width, 1.9)
    axes[0].stackplot(table.index, *(table[c] for c in table), labels=[text for _, text, _ in found],
                      colors=[colour for _, _, colour in found], linewidth=0)
    value_axis(axes[0], "fraction")
    time_axis(axes[0], run, table.index[0], table.index[-1], ticks=max(3, int(width * 1.1)))
    mark_events(axes[0], run, table.index[-1])
    axes[0].legend(loc="lower left", bbox_to_anchor=(-0.01, 0.99), ncol=3, borderaxespad=0, columnspacing=1.0)
    return picture
