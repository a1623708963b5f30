"""Workloads over time: what was offered to the services from outside, what was answered, and how long that took."""

from __future__ import annotations

from ..results import Results
from .style import BLUE, MUTED, RED, SEQUENCE, label, some_of, styled_figure
from .timeline import stacked


def workload_names(run: Results) -> list[str]:
    """The workloads of a run, in the order of its KPIs."""
    names = (name.removeprefix("load.").removesuffix(".offered") for name in map(str, run.kpis.index)
             if name.startswith("load.") and name.endswith(".offered"))
    return list(dict.fromkeys(names))


@styled_figure
def load(run: Results, width: float = 9.0, limit: int = 6):
    """Requests offered, answered and failed per second, a panel for each workload; below, the tails of their latencies.
    The largest workloads when there are too many."""
    names = workload_names(run)
    of = len(names)
    if len(names) > limit:
        largest = sorted(names, key=lambda name: (-float(run.kpis.loc[f"load.{name}.offered", "value"]), name))[:limit]
        names = [name for name in names if name in largest]
    panels = [(f"{label(name, 40)}, requests per second", [
        (f"load.{name}.offered", "offered", MUTED), (f"load.{name}.answered", "answered", BLUE),
        (f"load.{name}.failed", "failed", RED)]) for name in names]
    panels.append((f"Time to the answer, p99{some_of('largest', len(names), of)}", [(f"load.{name}.latency.p99", label(name, 24), colour)
                                               for name, colour in zip(names, SEQUENCE)]))
    return stacked(run, width, panels, height=1.6) if names else None
