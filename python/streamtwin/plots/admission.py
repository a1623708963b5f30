"""Whom services turn away over time: the limits on what is in flight, and what was not let in."""

from __future__ import annotations

from ..runs import Run
from .style import SEQUENCE, label, styled_figure
from .timeline import stacked


@styled_figure
def admission(run: Run, width: float = 9.0, limit: int = 5):
    """Limits per instance, by service; below, requests per second over the limit, shed by priority, or given up because
    their deadline had passed. The highest lines when there are too many."""
    return stacked(run, width, [
        _panel("Requests that one instance lets in", _lines(run, ".limit", limit)),
        _panel("Over the limit, per second", _lines(run, ".over_limit", limit)),
        _panel("Shed by priority, per second", _lines(run, ".shed", limit)),
        ("Given up after their deadline, per second", [("mesh.expired", "all services", SEQUENCE[0])]),
    ], height=1.5)


def _lines(run: Run, ending: str, limit: int):
    names = [name for name in run.series_names if name.startswith(("service.", "zuul.")) and name.endswith(ending)]
    highest = sorted(names, key=lambda name: (-float(run.series(name).max()), name))[:limit]
    texts = (label(name.removeprefix("service.").removesuffix(ending), 24) for name in highest)
    return list(zip(highest, texts, SEQUENCE))


def _panel(title: str, lines):
    """A single line has no legend: the title names it."""
    return (f"{title}: {lines[0][1]}" if len(lines) == 1 else title, lines)
