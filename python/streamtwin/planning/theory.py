"""How far the load can grow at a point, by theory: each tier in each region is M/M/c with the servers that the point gives it and the
work that one run under each failure has found there."""

from __future__ import annotations

import math
import warnings
from functools import lru_cache
from typing import Mapping, Sequence

import numpy as np

from .._core.algorithms import queueing
from .. import _core
from ..scenarios import Scenario, ScenarioWarning
from .asked import Asked, scenario_of
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


class Tier:
    """How many servers a tier has in a region, by the values of a point: instances, linear in these, with so many cores each."""

    def __init__(self, asked: Asked, service: str, region: str, today: np.ndarray):
        self._today = today
        here = scenario_of(asked.file, asked.overrides)
        self._instances, self._cores = _counted(here, service, region)
        self._slopes, self._cores_by = np.zeros(len(asked.choices)), {}
        for at, one in enumerate(asked.choices):
            many = range(one.variable.count) if one.words else (0, one.variable.count - 1)
            found = [_counted(scenario_of(asked.file, asked.overrides + one.written(n)), service, region) for n in many]
            span = one.variable.largest - one.variable.min
            if not one.words and span:
                self._slopes[at] = (found[-1][0] - found[0][0]) / span
            if len({cores for _, cores in found}) > 1:
                self._cores_by[at] = (np.array([one.variable.value(n) for n in many]), np.array([float(cores) for _, cores in found]))

    @property
    def moves(self) -> list[int]:
        """Choices that change it."""
        return sorted({*np.flatnonzero(self._slopes).tolist(), *self._cores_by})

    def instances(self, values: np.ndarray) -> np.ndarray:
        return self._instances + (values - self._today) @ self._slopes

    def servers(self, values: np.ndarray) -> np.ndarray:
        cores = np.full(len(values), float(self._cores))
        for at, (known, found) in self._cores_by.items():
            cores = np.interp(values[:, at], known, found)
        return np.floor(self.instances(values) * cores + 1e-9)


class Theory:
    """The reach of points: the factor by which the load can grow until under some failure some tier is as busy as it may be."""

    def __init__(self, asked: Asked, runs: Mapping[str, Mapping[str, float]]):
        """``runs``: figures of a run of the scenario as it is, by failure."""
        self.asked = asked
        self._today = np.array([_middle(one) if one.today is None else one.today for one in asked.choices])
        scenario = scenario_of(asked.file, asked.overrides)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ScenarioWarning)  # of the ends of what may be bought
            self.tiers = {f"{service}/{region}": Tier(asked, service, region, self._today)
                          for service in scenario.services for region in _core.region_names(scenario)}
        moved = {at for tier in self.tiers.values() for at in tier.moves}
        self._blind = [at for at in range(len(asked.choices)) if at not in moved]
        #: Servers as the scenario is, and the work that is there at the plan's load, in servers, by failure and tier.
        self.servers = {name: float(tier.servers(self._today[None, :])[0]) for name, tier in self.tiers.items()}
        self.work = {failure: {name: self.servers[name] * busy for name in self.tiers
                               if (busy := figures.get(UTILISATION + name, 0.0)) and busy > 0}
                     for failure, figures in runs.items()}

    def __call__(self, values: np.ndarray) -> np.ndarray:
        least = np.full(len(values), np.inf)
        for reach in self.parts(values).values():
            least = np.minimum(least, reach)
        return least

    def parts(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """The reach of each tier that has work, and of each choice of which theory knows nothing: of these today's is taken to be as much as
        is needed today."""
        found = {}
        for name in sorted({name for work in self.work.values() for name in work}):
            most = max(work.get(name, 0.0) for work in self.work.values())
            servers = self.tiers[name].servers(values).astype(int)
            known = {int(count): bearable(int(count)) for count in np.unique(servers)}
            found[name] = np.array([known[int(count)] for count in servers]) / most
        for at in self._blind:
            # words are told apart by their place: the first is 1
            more = 1.0 if self.asked.choices[at].words else 0.0
            today = self._today[at] + more
            found[self.asked.choices[at].variable.name] = (values[:, at] + more) / today if today > 0 else np.full(len(values), np.inf)
        return found

    def reach_today(self, failure: str) -> float:
        """Of the scenario as it is, under one failure."""
        return min((bearable(int(self.servers[name])) / work for name, work in self.work[failure].items()), default=math.inf)

    def busiest(self, figures: Mapping[str, float]) -> str | None:
        """The tier and region that was busiest in a run."""
        busy = {name.removeprefix(UTILISATION): value for name, value in figures.items()
                if name.startswith(UTILISATION) and not math.isnan(value)}
        return max(busy, key=busy.__getitem__) if busy else None

    def blamed(self, values: Sequence[float], rows: Sequence[Mapping[str, float]]) -> str | None:
        """The tier and region at which requests waited longest in runs of a point: M/M/c with the servers that it has there, as busy as they
        were. Where nothing can be bought it is not told."""
        waits = {}
        for name, tier in self.tiers.items():
            busy = [row[UTILISATION + name] for row in rows if not math.isnan(row.get(UTILISATION + name, math.nan))]
            if busy and tier.moves:
                waits[name] = _wait(float(tier.servers(np.array([values]))[0]), sum(busy) / len(busy))
        return max(waits, key=waits.__getitem__) if waits else None


def _wait(servers: float, busy: float) -> float:
    """In mean works; of one that is full so much more by how full it is."""
    if servers < 1 or busy <= 0:
        return 0.0
    if busy >= 0.999:
        return 1e6 * busy
    return float(queueing.mmc(busy * servers, 1.0, int(servers)).wait)


def _middle(choice) -> float:
    return (choice.variable.min + choice.variable.largest) / 2


def _counted(scenario: Scenario, service: str, region: str) -> tuple[int, int]:
    """Instances in a region, and cores of each."""
    spec = scenario.services[service]
    return spec.scaling.max if spec.scaling is not None else _core.instances_in(scenario, service, region), spec.cores
