"""How far the load can grow at a point, by theory: each tier in each region is M/M/c with the servers that the point gives it and the
work that one run under each failure has found there."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Mapping, Sequence

import numpy as np

from .._core.algorithms import queueing
from .. import _core
from .asked import Asked, scenario_of
from .lattice import Point
from .runs import UTILISATION

#: A tier is as busy as it may be when this share of its requests wait longer than their own work takes: an assumption. It only has to
#: be alike for all tiers; which load is too much, runs decide.
LATE = 0.01


@lru_cache(maxsize=65536)
def bearable(servers: int) -> float:
    """The offered load (Erlang) at which so many servers are as busy as they may be."""
    if servers < 1:
        return 0.0
    low, high = 0.0, float(servers)
    for _ in range(40):
        middle = (low + high) / 2
        late = queueing.wait_exceeds(middle, 1.0, servers, 1.0) if middle > 0 else 0.0
        low, high = (middle, high) if late <= LATE else (low, middle)
    return low


class Theory:
    """The reach of points: the factor by which the load can grow until under some failure some tier is as busy as it may be."""

    def __init__(self, asked: Asked, runs: Mapping[str, Mapping[str, float]]):
        """``runs``: figures of a run of the scenario as it is, by failure."""
        self.asked = asked
        self._today = np.array([_middle(one) if one.today is None else one.today for one in asked.choices])
        self._servers = _servers(asked, asked.overrides)
        slopes = [self._slopes(at) for at in range(len(asked.choices))]
        self._slope = {name: np.array([one[name] for one in slopes]) for name in self._servers}
        self._blind = [at for at, one in enumerate(slopes) if not any(one.values())]
        #: Work that is there at the plan's load, in servers, by failure and tier.
        self.work = {failure: {name: self._servers[name] * busy for name in self._servers
                               if (busy := figures.get(UTILISATION + name, 0.0)) and busy > 0}
                     for failure, figures in runs.items()}

    def __call__(self, values: np.ndarray) -> np.ndarray:
        least = np.full(len(values), np.inf)
        for name in {name for work in self.work.values() for name in work}:
            most = max(work.get(name, 0.0) for work in self.work.values())
            servers = np.floor(self._servers[name] + (values - self._today) @ self._slope[name] + 1e-9).astype(int)
            known = {int(count): bearable(int(count)) for count in np.unique(servers)}
            least = np.minimum(least, np.array([known[int(count)] for count in servers]) / most)
        for at in self._blind:  # of what theory does not know, today's is taken to be as much as is needed today
            least = np.minimum(least, values[:, at] / self._today[at] if self._today[at] > 0 else np.inf)
        return least

    def reach_today(self, failure: str) -> float:
        """Of the scenario as it is, under one failure."""
        return min((bearable(int(self._servers[name])) / work for name, work in self.work[failure].items()), default=math.inf)

    def busiest(self, figures: Mapping[str, float]) -> str | None:
        """The tier and region that was busiest in a run."""
        busy = {name.removeprefix(UTILISATION): value for name, value in figures.items()
                if name.startswith(UTILISATION) and not math.isnan(value)}
        return max(busy, key=busy.__getitem__) if busy else None

    def _slopes(self, at: int) -> dict[str, float]:
        """Servers that 1 more of a variable brings, by tier and region."""
        variable = self.asked.choices[at].variable
        ends = [_servers(self.asked, self.asked.overrides + self.asked.choices[at].written(n)) for n in (0, variable.count - 1)]
        span = variable.value(variable.count - 1) - variable.min
        return {name: (ends[1][name] - ends[0][name]) / span if span else 0.0 for name in ends[0]}


def _middle(choice) -> float:
    return (choice.variable.min + choice.variable.max) / 2


def _servers(asked: Asked, overrides) -> dict[str, float]:
    scenario = scenario_of(asked.file, overrides)
    found = {}
    for name, service in scenario.services.items():
        for region in _core.region_names(scenario):
            instances = service.scaling.max if service.scaling is not None else _core.instances_in(scenario, name, region)
            found[f"{name}/{region}"] = float(instances * service.cores)
    return found
