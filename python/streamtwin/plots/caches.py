"""Caches: the reads that did not find their item, taken apart by why not, and what a cache warmer adds."""

from __future__ import annotations

from ..results import Results
from .style import AMBER, BLUE, INK, MUTED, RED, TEAL, VIOLET, styled_figure
from .timeline import stacked

#: Why an item is not there, as ``evcache.misses.<why>`` has it, and what a line of it is called.
WHY = (("expired", "its life had ended", BLUE), ("cold", "never stored", TEAL), ("erased", "deleted", MUTED), ("evicted", "made room", AMBER),
       ("lost", "node gone or empty", VIOLET), ("queue_full", "queue full", INK), ("timed_out", "no answer in time", RED))


@styled_figure
def caches(run: Results, width: float = 9.0):
    """Of the cache reads, those that found nothing, by why; items that a warmer adds."""

    def happened(name: str) -> bool:
        return name in run.series_names and bool((run.series(name) > 0).any())

    missed = [(f"evcache.misses.{why}", text, colour) for why, text, colour in WHY if happened(f"evcache.misses.{why}")]
    warmed = [("evcache.warmed", "added", TEAL)] if happened("evcache.warmed") else []
    return stacked(run, width, [("Cache reads that did not find their item, by why", missed),
                                ("Items that a cache warmer adds, per second", warmed)], height=1.4)
