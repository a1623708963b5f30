"""Traffic and failures over the whole run, with what the scenario did marked."""

from __future__ import annotations

from ..runs import Run
from . import style
from .style import AMBER, BLUE, GREEN, MUTED, RED, VIOLET, figure, mark_events, recorded, styled_figure, time_axis, value_axis


@styled_figure
def traffic(run: Run, width: float = 9.0):
    """Plays asked for and started; below, those that failed, were refused, retried or given up."""
    panels = [
        ("Plays per second", [("play.asked", "asked for", MUTED), ("play.started", "started", BLUE)]),
        ("Of those, without a first frame", [
            ("play.failed", "failed", RED), ("play.retried", "retried", AMBER),
            ("play.refused", "refused", VIOLET), ("play.given_up", "given up", GREEN)]),
    ]
    return stacked(run, width, panels, height=1.75)


def stacked(run: Run, width: float, panels, height: float):
    """Panels of lines over time, one below the other, sharing the time axis; None when nothing was recorded."""
    drawn = []
    for title, lines in panels:
        found = [(recorded(run, name), text, colour) for name, text, colour in lines]
        found = [line for line in found if line[0] is not None]
        if found:
            drawn.append((title, found))
    if not drawn:
        return None
    first = min(series.index[0] for _, lines in drawn for series, _, _ in lines)
    last = max(series.index[-1] for _, lines in drawn for series, _, _ in lines)
    picture, axes = figure(width, height * len(drawn), rows=len(drawn), sharex=True)
    for i, (axis, (title, lines)) in enumerate(zip(axes, drawn)):
        for series, text, colour in lines:
            axis.plot(series.index, series.to_numpy(), color=colour, label=text)
        axis.set_title(title if len(lines) > 1 or len(drawn) > 1 else "", pad=14 if len(lines) > 1 else 5)
        value_axis(axis, lines[0][0].attrs["unit"], lines[0][0].name)
        time_axis(axis, run, first, last, ticks=max(3, int(width * 1.1)))
        mark_events(axis, run, last, numbered=i == 0)
        if len(lines) > 1:
            axis.legend(loc="lower left", bbox_to_anchor=(-0.01, 0.99), ncol=len(lines), borderaxespad=0,
                        columnspacing=1.0, labelcolor=style.INK)
    return picture
