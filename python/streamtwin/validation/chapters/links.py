"""Delivery links.

Viewers' chunks share links max-min fair, each capped by its access line. The allocator is incremental and made for a million flows; here
it is held against progressive filling, a few lines of it, on random topologies.
"""

import numpy as np

from ..._core.algorithms import flows
from ..claims import claim
from ..findings import Finding, near


def progressive_filling(capacities, paths, caps):
    """Raise all rates together; freeze a flow when its cap or one of its links is used up."""
    rates, frozen = np.zeros(len(paths)), np.zeros(len(paths), bool)
    while not frozen.all():
        room = [(caps[i] - rates[i], "cap", int(i)) for i in np.flatnonzero(~frozen)]
        for link, capacity in enumerate(capacities):
            growing = [i for i in np.flatnonzero(~frozen) if link in paths[i]]
            if growing:
                used = sum(rates[i] for i in range(len(paths)) if link in paths[i])
                room.append(((capacity - used) / len(growing), "link", link))
        step, kind, which = min(room)
        rates[~frozen] += max(step, 0.0)
        for i in np.flatnonzero(~frozen):
            if (kind == "cap" and i == which) or (kind == "link" and which in paths[i]):
                frozen[i] = True
    return rates


def allocated(capacities, paths, caps):
    network = flows.FlowNetwork()
    links = [network.add_link(capacity) for capacity in capacities]
    started = [network.start([links[link] for link in path], cap, 1e12, 0.0) for path, cap in zip(paths, caps)]
    return np.array([network.rate(one) for one in started])


@claim("max-min-fair", "Rates of flows on 60 random topologies: worst relative error", "Bertsekas and Gallager 1992: progressive filling")
def max_min() -> Finding:
    draws, worst = np.random.default_rng(7), 0.0
    for _ in range(60):
        capacities = draws.uniform(1e6, 1e9, draws.integers(1, 6))
        paths = [tuple(int(link) for link in draws.choice(len(capacities), draws.integers(1, min(3, len(capacities)) + 1), replace=False))
                 for _ in range(draws.integers(1, 25))]
        caps = draws.uniform(1e5, 2e8, len(paths))
        expected = progressive_filling(capacities, paths, caps)
        worst = max(worst, float(np.max(np.abs(allocated(capacities, paths, caps) - expected) / expected)))
    return near(0.0, worst, 1e-6)


@claim("max-min-example", "Two links of 10 and 4, flows over the first, the second and both: rate of the first", "By hand: 10 − 4 / 2")
def by_hand() -> Finding:
    return near(8.0, float(allocated([10.0, 4.0], [(0,), (1,), (0, 1)], [100.0] * 3)[0]), 1e-9)
