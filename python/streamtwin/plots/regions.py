"""What comes to each region and is answered there, where a region may be left."""

from __future__ import annotations

from ..results import Results
from .style import MUTED, SEQUENCE, label, styled_figure
from .timeline import stacked


@styled_figure
def regions(run: Results, width: float = 9.0, limit: int = 4):
    """Stream starts by region, per second: of those whose home it is, with what is usual, and those that its gateways answer."""
    names = [name.removeprefix("regions.").removesuffix(".served") for name in run.series_names
             if name.startswith("regions.") and name.endswith(".served")][:limit]
    panels = [("Requests that each region answers, per second", [
        (f"regions.{name}.served", label(name, 24), colour) for name, colour in zip(names, SEQUENCE)])]
    panels += [(f"Stream starts of {label(name, 24)}, per second", [
        (f"regions.{name}.usual", "a week ago", MUTED), (f"regions.{name}.started", "now", colour)]) for name, colour in zip(names, SEQUENCE)]
    return stacked(run, width, panels, height=1.4)
