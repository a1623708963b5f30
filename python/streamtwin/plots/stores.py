"""Stores over time, and what each node of a ring keeps."""

from __future__ import annotations

import numpy as np

from ..results import Results
from .style import AMBER, BLUE, MUTED, RED, SEQUENCE, TEAL, VIOLET, figure, label, some_of, styled_figure, value_axis
from .timeline import stacked


@styled_figure
def stores(run: Results, width: float = 9.0):
    """Reads that were stale and by how much, what waits for nodes that are away, how long reads, writes and transactions take, and
    what was not answered."""
    panels = [
        ("Reads that are stale", _by_store(run, ".stale_reads")),
        ("How long the newer version had been acknowledged, p99", _by_store(run, ".staleness.p99")),
        ("Hints that wait for nodes that are away", [("stores.hinted", "bytes", AMBER)]),
        ("Until the level is met, p99", [("stores.read_latency.p99", "reads", BLUE), ("stores.write_latency.p99", "writes", TEAL),
                                         ("stores.transactions.latency.p99", "transactions", VIOLET)]),
        ("Not answered, per second", [("stores.unavailable", "too few replicas alive", MUTED), ("stores.timed_out", "too late", RED),
                                      ("stores.transactions.unknown", "transactions of unknown end", VIOLET)]),
    ]
    return stacked(run, width, [(title, [line for line in lines if _happened(run, line[0])]) for title, lines in panels], height=1.1)


def _by_store(run: Results, ending: str, limit: int = 6) -> list[tuple[str, str, str]]:
    names = [name for name in run.series_names if name.startswith("stores.") and name.endswith(ending) and name != f"stores{ending}"]
    return [(name, label(name.removeprefix("stores.").removesuffix(ending), 24), colour) for name, colour in zip(names[:limit], SEQUENCE)]


def _happened(run: Results, name: str) -> bool:
    return name in run.series_names and bool((run.series(name).fillna(0) > 0).any())


@styled_figure
def rings(run: Results, width: float = 9.0, limit: int = 4):
    """Of each cluster the part of the keys that its nodes keep, the most first, beside the same part for each: of a cache in its zone's
    copy, of a store of all copies."""
    clusters = list(run.ownership.reset_index().groupby("cluster", sort=True))
    if not clusters:
        return None
    shown = clusters[:limit]
    picture, axes = figure(width, 1.35 * len(shown), rows=len(shown))
    for axis, (name, rows) in zip(axes, shown):
        shares = np.sort(rows["share"].to_numpy())[::-1]
        place = np.arange(1, len(shares) + 1)
        axis.bar(place, shares, width=0.9, color=BLUE)
        axis.axhline(shares.mean(), color=MUTED, linewidth=0.8)
        most = f"; the most {shares.max() / shares.mean():.2f} times the mean" if shares.mean() > 0 else ""
        axis.set_title(f"{label(name, 28)}: part of the keys at each of {len(shares)} nodes{most}" + some_of("first", len(shown), len(clusters)))
        axis.set_ylim(0, 1.05 * shares.max())
        axis.set_xlim(0.4, len(shares) + 0.6)
        axis.set_xticks([])
        value_axis(axis, "fraction")
    return picture
