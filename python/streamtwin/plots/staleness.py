"""Old values in caches: how many reads are answered with one and why, how old they are, and what is carried between regions."""

from __future__ import annotations

from ..results import Results
from .style import SEQUENCE, label, styled_figure
from .timeline import stacked

#: By what has kept the newer value from a copy.
CAUSES = ("under_way", "lost_write", "overtaken", "warmed", "other_region", "replication_lag", "replication_lost")


@styled_figure
def staleness(run: Results, width: float = 9.0):
    """The share of hits with an old value, by cause; the age of those values; and the lag of the replication between regions."""
    def happened(series) -> bool:
        return bool((series > 0).any())

    def lines(*names: str, beginning: str = "evcache."):
        found = [(f"{beginning}{name}", label(name.replace("_", " "), 24), colour) for name, colour in zip(names, SEQUENCE)]
        return [line for line in found if line[0] in run.series_names and happened(run.series(line[0]))]

    return stacked(run, width, [
        ("Hits with an old value, by cause", lines(*CAUSES, beginning="evcache.stale.")),
        ("Age of those values", lines("staleness.p50", "staleness.p99")),
        ("What another region's caches take in, per second", lines("applied", beginning="evcache.replication.")),
        ("Lag of what they take in", lines("lag.p50", "lag.p99", beginning="evcache.replication.")),
        ("Messages that relays have not read", lines("waiting", beginning="evcache.replication.")),
        ("Messages given up, per window", lines("given_up", beginning="evcache.replication."))], height=1.1)
