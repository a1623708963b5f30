"""Whom services turn away over time: the limits on what is in flight, and what was not let in."""

from __future__ import annotations

from ..results import Results
from .style import SEQUENCE, styled_figure
from .timeline import highest, stacked


@styled_figure
def admission(run: Results, width: float = 9.0, limit: int = 5):
    """Limits per instance, by service; below, requests per second over the limit, shed by priority, or given up because
    their deadline had passed. The highest lines when there are too many."""
    return stacked(run, width, [
        highest(run, "Requests that one instance lets in", ".limit", limit, ("service.", "zuul.")),
        highest(run, "Over the limit, per second", ".over_limit", limit, ("service.", "zuul.")),
        highest(run, "Shed by priority, per second", ".shed", limit, ("service.", "zuul.")),
        ("Given up after their deadline, per second", [("mesh.expired", "all services", SEQUENCE[0])]),
    ], height=1.5)

