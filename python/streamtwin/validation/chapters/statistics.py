"""Intervals, tests and indices.

Whether intervals cover as often as they say, and whether sequential tests err as seldom: a thousand experiments on a queue whose figures
are known, M/M/1 by Lindley's recursion. And indices of sensitivity on functions whose own are known in closed form.
"""

import math

import numpy as np

from ...experiments.designs import sobol_points
from ...experiments.intervals import mean_share, t_interval
from ...experiments.sensitivity import elementary_effects, of_function
from ...sequential import Sprt
from ..claims import MINUTE, add, claim
from ..findings import Finding, at_most, equal, near, proportion

EXPERIMENTS = 1000
#: How many customers make the mean of a run nearly normal, by load.
CUSTOMERS = {0.3: 1000, 0.6: 2000, 0.8: 6000}


def waits(load: float, runs: int, customers: int, random):
    """Customer by customer, the wait in each run (Lindley 1952). The first of a run meets a queue in its steady state."""
    wait = random.exponential(1 / (1 - load), size=runs) * (random.random(runs) < load)
    for _ in range(customers):
        yield wait
        wait = np.maximum(0.0, wait + random.exponential(1.0, size=runs) - random.exponential(1 / load, size=runs))


def covered(values, true: float, interval) -> int:
    found = [interval(row) for row in values]
    return sum(one.lower <= true <= one.upper for one in found)


def coverage(load: float, experiments: int) -> Finding:
    random = np.random.default_rng(11)
    means = sum(waits(load, experiments * 10, CUSTOMERS[load], random)) / CUSTOMERS[load]
    return proportion(0.95, covered(means.reshape(experiments, 10), load / (1 - load), t_interval), experiments)


for _load in CUSTOMERS:
    add(coverage, f"coverage-mean-{round(100 * _load)}", f"M/M/1 at {round(100 * _load)} %: share of 95 % intervals of ten runs that hold the mean wait",
        "Student 1908", "quick" if _load == 0.3 else "minute", _load, EXPERIMENTS)


@claim("coverage-share", "M/M/1 at 60 %: share of 95 % intervals of ten runs that hold the probability of a wait", "What a 95 % interval is", takes=MINUTE)
def share() -> Finding:
    random = np.random.default_rng(12)
    shares = sum((wait > 0).astype(float) for wait in waits(0.6, EXPERIMENTS * 10, 500, random)) / 500
    return proportion(0.95, covered(shares.reshape(EXPERIMENTS, 10), 0.6, mean_share), EXPERIMENTS)


def wrong(truly_high: bool) -> Finding:
    """At an edge of the zone between 20 and 80 %: how often the test says what is not so."""
    load, chance = 0.85, 0.8 if truly_high else 0.2
    bound, mistakes = math.log(load / chance) / (1 - load), 0
    last = list(waits(load, EXPERIMENTS * 400, 5, np.random.default_rng(17)))[-1]
    for answers in (last > bound).reshape(EXPERIMENTS, 400).tolist():
        test = Sprt(0.2, 0.8, error=0.05)
        decision = next(one for one in map(test.add, answers) if one is not None)
        mistakes += decision != truly_high
    return at_most(0.05, mistakes, EXPERIMENTS, off=(0.1,))


add(wrong, "sprt-low", "Waits that are long with a probability of 20 %, tested against 80 %: share of 1,000 tests that err", "Wald 1945: 5 %", "quick", False)
add(wrong, "sprt-high", "Waits that are long with a probability of 80 %, tested against 20 %: share of 1,000 tests that err", "Wald 1945: 5 %", "quick", True)


def ishigami(points):
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol(which: str, place: int, expected: float) -> Finding:
    return near(expected, getattr(of_function(ishigami, sobol_points(6, 4096, 1)), which)[place], 0.02)


for _which, _place, _expected in (("first", 0, 0.313905), ("first", 1, 0.442411), ("total", 0, 0.557589), ("total", 2, 0.243684)):
    add(sobol, f"sobol-{_which}-{_place + 1}", f"Ishigami's function: {_which} index of input {_place + 1}", "Sobol 1993, in closed form", "quick", _which, _place, _expected)


@claim("morris", "Mean absolute effects of the three inputs of 2x + 4y² + xz along four trajectories", "Morris 1991, by hand")
def morris() -> Finding:
    starts = ((0, 0, 0), (1 / 3, 1, 0), (1, 1 / 3, 1), (0, 1 / 3, 1 / 3))
    orders, signs = ((0, 1, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)), ((1, 1, 1), (-1, 1, 1), (-1, -1, 1), (1, 1, 1))
    points = np.empty((4, 4, 3))
    for path, start, order, sign in zip(points, starts, orders, signs):
        path[:] = start
        for step, (moved, way) in enumerate(zip(order, sign), start=1):
            path[step:, moved] += way * 2 / 3
    values = [2 * x + 4 * y**2 + x * z for x, y, z in points.reshape(-1, 3)]
    return equal("2.5 4.66667 0.5", " ".join(f"{one:.6g}" for one in np.abs(elementary_effects(points, values)).mean(axis=0)))
