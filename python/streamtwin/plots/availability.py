"""Availability taken apart: the share of plays lost end to end, beside what the backend and Open Connect lose."""

from __future__ import annotations

import math

from ..quantities import percent
from ..results import Results
from .style import BLUE, INK, MUTED, RED, TEAL, VIOLET, figure, styled_figure

PARTS = (("availability.end_to_end", "End to end", RED), ("availability.backend", "Backend", BLUE),
         ("availability.open_connect", "Open Connect", TEAL), ("availability.product", "Backend × Open Connect", VIOLET))


@styled_figure
def availability(run: Results, width: float = 9.0):
    """Bars of what was lost (shorter is better), each with what it shows and what that leaves."""
    parts = [(text, run.kpis.loc[name], colour) for name, text, colour in PARTS if name in run.kpis.index]
    parts = [part for part in parts if math.isfinite(part[1]["value"])]
    if not parts:
        return None
    picture, axes = figure(width, 0.2 + 0.5 * len(parts))
    axis = axes[0]
    longest = max(1 - kpi["value"] for _, kpi, _ in parts)
    for i, (text, kpi, colour) in enumerate(parts):
        lost = 1 - kpi["value"]
        axis.barh(i, lost, height=0.3, color=colour)
        if not math.isnan(kpi["lower"]) and not math.isnan(kpi["upper"]):
            axis.plot([1 - kpi["upper"], 1 - kpi["lower"]], [i, i], color=INK, linewidth=1.0)
        axis.annotate(text, (0, i), xytext=(3, 7), textcoords="offset points", va="bottom", fontsize=7.5, color=MUTED)
        axis.annotate(f"{percent(lost)} lost, {percent(kpi['value'])} available", (max(lost, 0), i), xytext=(5, 0), textcoords="offset points",
                      va="center", fontsize=8, color=INK)
    axis.set_xlim(0, longest * (1.35 if width >= 6 else 1.75) if longest > 0 else 1e-6)
    axis.set_ylim(len(parts) - 0.6, -0.75)
    axis.set_yticks([])
    axis.set_xticks([])
    axis.grid(False)
    axis.spines["bottom"].set_visible(False)
    axis.axvline(0, color=MUTED, linewidth=0.8)
    return picture
