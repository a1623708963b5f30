"""Whom services turn away over time: the limits on what is in flight, and what was not let in."""

from __future__ import annotations

from ..results import Results
from .style import SEQUENCE, label, some_of, styled_figure
from .timeline import stacked


@styled_figure
def admission(run: Results, width: float = 9.0, limit: int = 5):
    """Limits per instance, by service; below, requests per second over the limit, shed by priority, or given up because
    their deadline had passed. The highest lines when there are too many."""
    return stacked(run, width, [
        _panel(run, "Requests that one instance lets in", ".limit", limit),
        _panel(run, "Over the limit, per second", ".over_limit", limit),
        _panel(run, "Shed by priority, per second", ".shed", limit),
        ("Given up after their deadline, per second", [("mesh.expired", "all services", SEQUENCE[0])]),
    ], height=1.5)


def _panel(run: Results, title: str, ending: str, limit: int):
    names = [name for name in run.series_names if name.startswith(("service.", "zuul.")) and name.endswith(ending)]
    highest = sorted(names, key=lambda name: (-float(run.series(name).max()), name))[:limit]
    texts = (label(name.removeprefix("service.").removesuffix(ending), 24) for name in highest)
    return title + some_of("highest", len(highest), len(names)), list(zip(highest, texts, SEQUENCE))
