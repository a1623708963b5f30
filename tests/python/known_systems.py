"""Small systems with a known best fleet, for planners to be held against: each gives figures of a run of a point, fast."""

from __future__ import annotations

import heapq
from functools import lru_cache

import numpy as np


@lru_cache(maxsize=4096)
def draws(seed: int, purpose: int, count: int) -> np.ndarray:
    """Exponential with mean 1: the same of a seed for every point."""
    return np.random.default_rng([seed, purpose]).exponential(size=count)


def passes(arrivals: np.ndarray, service: np.ndarray, servers: int) -> tuple[np.ndarray, np.ndarray]:
    """Waits and departures, first come, first served (Kiefer and Wolfowitz)."""
    free = [0.0] * servers
    waits, leaves = [], []
    for arrival, work in zip(arrivals.tolist(), service.tolist()):
        begins = max(arrival, free[0])
        heapq.heapreplace(free, begins + work)
        waits.append(begins - arrival)
        leaves.append(begins + work)
    return np.array(waits), np.array(leaves)


class Counted:
    """A runner that says how many runs were asked for, each once."""

    def __init__(self, figures):
        self.figures, self.seed, self.asked = figures, 0, {}

    def fresh(self, seed: int) -> Counted:
        self.seed, self.asked = seed, {}
        return self

    @property
    def runs(self) -> int:
        return len(self.asked)

    def run(self, point, failure, first, count):
        rows = []
        for at in range(first, first + count):
            key = (point, failure, at)
            if key not in self.asked:
                self.asked[key] = self.figures(point, failure, self.seed * 10_000 + at)
            rows.append(self.asked[key])
        return rows


@lru_cache(maxsize=None)
def long_waits(arrivals: float, rate: float, servers: int, time: float, seed: int, customers: int) -> float:
    """Share of waits longer than ``time``; the first third is left out."""
    if servers <= 0:
        return 1.0
    comes = np.cumsum(draws(seed, 0, customers)) / arrivals
    waits, _ = passes(comes, draws(seed, 1, customers) / rate, servers)
    return float((waits[customers // 3:] > time).mean())
