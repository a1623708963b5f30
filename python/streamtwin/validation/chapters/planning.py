"""Plans and forecasts.

Small systems whose cheapest fleet is known exactly, and the planner, which decides by runs of them; and the two predictors that are known
of Scryer.
"""

import heapq
import math
from functools import lru_cache

import numpy as np

from ..._core import stations
from ..._core.algorithms import forecast, queueing
from ...planning.forecast import HoltWinters
from ...planning.lattice import Variable
from ...planning.search import search
from ...planning.verdicts import Constraint, Objective, SequentialJudge
from ..claims import MINUTE, add, claim
from ..findings import Finding, equal, near, number

#: The fewest servers: arrivals, service rate, time, probability of a longer wait, servers.
LEAST = {"thirteen": (8, 1, 0.1, 0.05, 13), "a-hundred": (90, 1, 0.05, 0.01, 110), "a-thousand": (960, 1, 0.01, 0.01, 1027),
         "fast": (1000, 50, 0.01, 0.001, 29), "none-waits": (8, 1, 0.0, 0.05, 14)}


def least(arrivals: float, rate: float, time: float, p: float, expected: int) -> Finding:
    return equal(expected, queueing.least_servers(arrivals, 1 / rate, time, p))


for _name, (_arrivals, _rate, _time, _p, _servers) in LEAST.items():
    add(least, f"least-servers-{_name}", f"Fewest servers for {_arrivals} a second at {_rate} a second each, of which {100 * _p:g} % may wait longer than {_time:g} s",
        "Erlang 1917, searched from below", "quick", _arrivals, _rate, _time, _p, _servers)


class Runner:
    """Runs of a point for the planner, counted."""

    def __init__(self, figures):
        self.figures, self.runs = figures, 0

    def run(self, point, failure, first, count):
        self.runs += count
        return [self.figures(point, seed) for seed in range(first + 1, first + count + 1)]


def late(arrivals: float, rate: float, servers: int, time: float, seed: int, customers: int = 4000) -> float:
    """Share of waits longer than that, first come, first served (Kiefer and Wolfowitz 1955); the first third is left out."""
    draws = np.random.default_rng([seed, servers])
    free, seen = [0.0] * servers, []
    for arrival, work in zip(np.cumsum(draws.exponential(1 / arrivals, customers)).tolist(), draws.exponential(1 / rate, customers).tolist()):
        begins = max(arrival, free[0])
        heapq.heapreplace(free, begins + work)
        seen.append(begins - arrival > time)
    return float(np.mean(seen[customers // 3:]))


def reach(holds) -> float:
    """The largest factor on the load at which something holds."""
    low, high = 0.02, 50.0
    for _ in range(40):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def planned(variables, reach_of, figures, objective) -> str:
    """The fleet that the planner finds by runs, wrong at most once in twenty times."""
    known = lru_cache(maxsize=None)(reach_of)
    found = search(variables, lambda points: np.array([known(tuple(map(int, point))) for point in points.tolist()]),
                   SequentialJudge([Constraint("none", objective)], Runner(figures), 0.05))
    return " ".join(str(place + 1) for place in found.best)


@claim("plan-mmc", "The planner's fleet for 4.5 requests a second of two seconds each, of which a tenth may wait longer than one",
       "Erlang 1917: 12 servers", takes=MINUTE)
def servers() -> Finding:
    def holds(load: float, count: int) -> bool:
        return 4.5 * load < count * 0.5 and queueing.wait_exceeds(4.5 * load, 2.0, count, 1.0) <= 0.1

    return equal("12", planned([Variable("servers", 1, 49, 1, 1.0)], lambda point: reach(lambda load: holds(load, point[0])),
                               lambda point, seed: {"late": late(4.5, 0.5, point[0] + 1, 1.0, seed)}, Objective("late", at_most=0.1, tolerance=0.04)))


@claim("plan-tandem", "The planner's fleet for two stations of which the faster one costs three times as much, for a mean of 1.7 s",
       "Burke 1956, all fleets enumerated: 11 and 6", takes=MINUTE)
def tandem() -> Finding:
    def mean(load: float, point) -> float:
        return sum(queueing.mmc(8 * load, 1 / rate, count).sojourn if 8 * load < count * rate else math.inf for rate, count in zip((1, 2), point))

    return equal("11 6", planned([Variable("first", 1, 40, 1, 1.0), Variable("second", 1, 40, 1, 3.0)],
                                 lambda point: reach(lambda load: mean(load, point) <= 1.7),
                                 lambda point, seed: {"time": stations.jackson(8.0, [1.0, 0.5], [point[0] + 1, point[1] + 1], [[0, 1], [0, 0]], 2500, seed)},
                                 Objective("time", at_most=1.7, tolerance=0.045)))


@claim("region-loss-cheapest", "Regions that need the fewest servers where any one may be lost, 90 requests a second, and how many those are",
       "N + 1 regions of Erlang's servers, enumerated: 5 regions, 170 servers")
def regions() -> Finding:
    totals = {count: count * queueing.least_servers(90 / (count - 1), 1.0, 0.05, 0.01) for count in range(2, 7)}
    best = min(totals, key=totals.get)
    return equal("5 regions, 170", f"{best} regions, {totals[best]}")


@claim("scryer-fourier", "A load of two harmonics and noise, foretold by the two largest: the next four values", "The transform by hand; Netflix, Scryer (2013)")
def fourier() -> Finding:
    values = [10 + 4 * math.cos(4 * math.pi * t / 16 - 1) + math.sin(10 * math.pi * t / 16) + 0.2 * (-1) ** t for t in range(16)]
    foretold = forecast.FourierForecast(values, 16, 2)
    return equal("12.1612 14.8321 12.6588 10.4692", " ".join(number(foretold.at(slot)) for slot in range(16, 20)))


@claim("holt-winters", "Additive smoothing with a season of four: one and five values ahead", "Holt 1957, Winters 1960, by another program")
def winters() -> Finding:
    fitted = HoltWinters.fit([10, 14, 20, 12, 12, 17, 23, 14, 13, 19, 26, 16, 15, 21, 28, 17], 4)
    return equal("17.2798 19.3771", f"{number(fitted.ahead(1))} {number(fitted.ahead(5))}")
