"""How many instances services have that scale, and what instances cost."""

from __future__ import annotations

from ..results import Results
from .style import styled_figure
from .timeline import highest, stacked


@styled_figure
def capacity(run: Results, width: float = 9.0, limit: int = 5):
    """Instances in service and wanted, by service that scales; below, dollars an hour of services whose machines have a
    type. The highest lines when there are too many."""
    return stacked(run, width, [
        highest(run, "Instances in service", ".instances", limit),
        highest(run, "Instances wanted", ".desired_capacity", limit),
        highest(run, "Cost of an hour", ".cost_per_hour", limit),
    ], height=1.5)

