"""Limits that learn.

Netflix/concurrency-limits: sequences that its own classes answered, compiled and run.
"""

from ..._core import Random
from ..._core.algorithms import limits
from ..claims import claim
from ..findings import Finding, equal

ORIGINAL = "Netflix/concurrency-limits 78a74b9, compiled and run"


def fed(limit, milliseconds, dropped: bool = False) -> str:
    """The limit after each of these round trips, with as many in flight as it allows."""
    random, seen = Random(1, "limits", "book"), []
    for round_trip in milliseconds:
        limit.on_sample(random, round_trip / 1000, limit.limit, dropped)
        seen.append(str(limit.limit))
    return " ".join(seen)


@claim("vegas-sequence", "Vegas from 100 on, round trips of 10 10 11 12 13 14 15 20 10 ms", ORIGINAL)
def vegas() -> Finding:
    return equal("100 112 112 110 108 106 104 102 114", fed(limits.VegasLimit(limits.VegasProperties(initial=100)), [10, 10, 11, 12, 13, 14, 15, 20, 10]))


@claim("gradient-sequence", "Gradient, ten round trips of 10 ms and ten of 40 ms", ORIGINAL)
def gradient() -> Finding:
    return equal("57 64 72 80 88 97 106 116 126 137 125 115 105 97 89 82 75 69 64 59",
                 fed(limits.GradientLimit(limits.GradientProperties(probe_interval=0)), [10] * 10 + [40] * 10))


@claim("aimd-sequence", "AIMD from 100 on, drops", ORIGINAL)
def aimd() -> Finding:
    return equal("90 81 72 64 57 51 45 40 36 32 28 25 22 20 20", fed(limits.AimdLimit(limits.AimdProperties(initial=100)), [1] * 15, dropped=True))
