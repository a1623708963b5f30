"""Databases that services own data in: what is committed, how far replicas are behind, and what is turned away."""

from __future__ import annotations

from ..results import Results
from .style import SEQUENCE, label, styled_figure
from .timeline import stacked

PANELS = (
    ("Transactions committed, per second", "commits"),
    ("Commit latency, p99", "commit_latency.p99"),
    ("How far the slowest replica is behind", "lag"),
    ("Requests without a connection in time, per second", "unconnected"),
    ("Write units taken, per second", "write_units"),
    ("Tries that were throttled", "throttled"),
    ("Until another region has a write, p99", "replication_latency.p99"),
)


@styled_figure
def databases(run: Results, width: float = 9.0, limit: int = 4):
    """By database of MySQL or table of DynamoDB: what it takes, its latency and lag, and what gets no connection or is throttled."""

    def lines(ending: str):
        suffix = f".{ending}"
        stores = [name.removeprefix("stores.").removesuffix(suffix) for name in run.series_names
                  if name.startswith("stores.") and name.endswith(suffix)]
        named = [store for store in stores if store and "." not in store][:limit]
        found = [(f"stores.{store}{suffix}", label(store, 24), colour) for store, colour in zip(named, SEQUENCE)]
        return [line for line in found if bool((run.series(line[0]) > 0).any())]

    return stacked(run, width, [(title, lines(ending)) for title, ending in PANELS], height=1.1)
