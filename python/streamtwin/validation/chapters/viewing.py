"""What members watch.

The popularity of titles follows the published shares of viewing hours; a sample of plays gives them back.
"""

import numpy as np

from ..._core import Random
from ..._core.algorithms import clients
from ..claims import add, claim
from ..findings import Finding, equal, near, replicated
from ..measured import SEEDS

REPORT = "Netflix, What We Watched: engagement report, first half of 2023"


@claim("titles-published", "Titles of the table", REPORT)
def titles() -> Finding:
    return equal(18214, len(clients.TitlePopularity.published()))


def share(count: int, expected: float, within: float) -> Finding:
    return near(expected, clients.TitlePopularity.published().share_of_top(count), within)


for _count, _share in ((1, 0.008690), (10, 0.052985), (100, 0.196), (1000, 0.575), (5000, 0.911)):
    add(share, f"viewing-of-top-{_count}", f"Share of viewing of the {_count} most watched titles" if _count > 1 else "Share of viewing of the most watched title",
        REPORT, "quick", _count, _share, 1e-6 if _count < 100 else 5e-4)


@claim("viewing-sampled", "Share of sampled plays that go to the ten most watched titles", REPORT)
def sampled() -> Finding:
    popularity, plays = clients.TitlePopularity.published(), []
    for seed in SEEDS:
        random = Random(seed, "members", "titles")
        plays.append(float(np.mean([popularity.draw(random) < 10 for _ in range(20_000)])))
    return replicated(0.052985, plays)
