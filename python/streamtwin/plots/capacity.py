"""How many instances services have that scale, what instances cost, and how many of those that are reserved are used."""

from __future__ import annotations

from ..results import Results
from .style import styled_figure
from .timeline import highest, stacked


@styled_figure
def capacity(run: Results, width: float = 9.0, limit: int = 5):
    """Instances in service and wanted, by service that scales; below, dollars an hour of services whose machines have a
    type, and the instances of each reservation that run. The highest lines when there are too many."""
    return stacked(run, width, [
        highest(run, "Instances in service", ".instances", limit),
        highest(run, "Instances wanted", ".desired_capacity", limit),
        highest(run, "Cost of an hour", ".cost_per_hour", limit),
        highest(run, "Reserved instances that run", ".used", limit, ("reservation.",)),
        highest(run, "Of these lent", ".lent", limit, ("reservation.",)),
    ], height=1.5)

