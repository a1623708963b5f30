"""Traffic and failures over the whole run, with what the scenario did marked."""

from __future__ import annotations

from ..results import Results
from .style import (AMBER, BLUE, INK, MUTED, RED, SEQUENCE, TEAL, VIOLET, figure, label, mark_events, recorded, some_of,
                    styled_figure, time_axis, value_axis)


@styled_figure
def traffic(run: Results, width: float = 9.0):
    """Plays asked for and started; below, what went wrong on the way: failed requests, retries, plays given up."""
    panels = [
        ("Plays per second", [("plays.asked", "asked for", MUTED), ("plays.started", "started", BLUE)]),
        ("What failed and what was done about it, per second", [
            ("plays.failed_attempts", "requests failed", RED), ("plays.retries", "retries", AMBER),
            ("plays.given_up", "plays given up", VIOLET), ("hystrix.fallbacks", "fallbacks taken", TEAL)]),
    ]
    return stacked(run, width, panels, height=1.75)


def stacked(run: Results, width: float, panels, height: float):
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
        only = lines[0][1] if len(lines) == 1 else ""  # a line without others has no legend: the title names it
        axis.set_title(f"{title}: {only}" if only and only not in title else title, pad=14 if len(lines) > 1 else 5)
        value_axis(axis, lines[0][0].attrs["unit"])
        time_axis(axis, run, first, last, ticks=max(3, int(width * 1.1)))
        mark_events(axis, run, last, numbered=i == 0)
        if len(lines) > 1:
            axis.legend(loc="lower left", bbox_to_anchor=(-0.01, 0.99), ncol=len(lines), borderaxespad=0,
                        columnspacing=1.0, labelcolor=INK)
    return picture


def highest(run: Results, title: str, ending: str, limit: int, beginnings: tuple[str, ...] = ("service.",)):
    """A panel of the series that end so, a line for each service; those with the highest peaks when there are too many."""
    names = [name for name in run.series_names if name.startswith(beginnings) and name.endswith(ending)]
    shown = sorted(names, key=lambda name: (-float(run.series(name).max()), name))[:limit]
    texts = (label(name.removeprefix("service.").removeprefix("reservation.").removesuffix(ending), 24) for name in shown)
    return title + some_of("highest", len(shown), len(names)), list(zip(shown, texts, SEQUENCE))
