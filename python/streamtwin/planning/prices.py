"""What an objective costs: what a stricter bound would, by how much one step more of something moves its figure, seed by seed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Sequence

from ..experiments.comparison import paired
from ..experiments.intervals import LEVEL
from .asked import Asked
from .lattice import Point
from .runs import PointRunner
from .verdicts import Constraint, Objective, Verdict, strain

#: Runs by which a step is told, and by how much stricter a time is asked for: assumptions.
SEEDS, STRICTER = 16, 0.05


@dataclass(frozen=True)
class Price:
    """What so much more of an objective costs, under the failure that comes nearest to breaking it."""

    constraint: Constraint
    #: By how much stricter the bound would be, in words and in the figure's unit.
    words: str
    per: float
    #: The step that buys it cheapest; None where the plan holds it as it is, or no step moves it.
    variable: str | None
    #: US dollars an hour; infinite where no step surely moves it.
    price: float
    lower: float
    upper: float

    @property
    def free(self) -> bool:
        """The plan holds the stricter bound as it is."""
        return self.upper == 0.0


def prices(asked: Asked, best: Point, verdict: Verdict, runner: PointRunner) -> list[Price]:
    """One per objective; as many as the runs that are left allow."""
    told = []
    for constraint in _hardest(asked, verdict):
        per, words = stricter(constraint.objective)
        found = _price(asked, best, constraint, per, words, runner)
        if found is None:
            break
        told.append(found)
    return told


def _hardest(asked: Asked, verdict: Verdict) -> list[Constraint]:
    by_objective: dict[Objective, Constraint] = {}
    for one in asked.constraints:
        there = by_objective.get(one.objective)
        if there is None or strain(verdict, one) > strain(verdict, there):
            by_objective[one.objective] = one
    return list(by_objective.values())


def stricter(objective: Objective) -> tuple[float, str]:
    """A nine more of a share, 50 ms less of a time, a tenth of all else."""
    bound = objective.at_least if objective.at_least is not None else objective.at_most or 0.0
    if objective.unit == "fraction" and 0 < bound < 1:
        return (0.9 * (1 - bound), "one nine more") if objective.at_least is not None else (0.9 * bound, "a tenth of it")
    if objective.unit == "s" and bound > 2 * STRICTER:
        return STRICTER, f"{1000 * STRICTER:g} ms less"
    return abs(bound) / 10 or 1.0, "a tenth " + ("more" if objective.at_least is not None else "less")


def tightened(objective: Objective, per: float) -> Objective:
    if objective.at_least is not None:
        return replace(objective, at_least=objective.at_least + per)
    return replace(objective, at_most=(objective.at_most or 0.0) - per)


def _price(asked: Asked, best: Point, constraint: Constraint, per: float, words: str, runner: PointRunner) -> Price | None:
    figure, objective = constraint.objective.figure, constraint.objective
    here = runner.run(best, constraint.failure, 0, SEEDS)
    if here is None:
        return None
    values = [row[figure] for row in here]
    if _held(tightened(objective, per), values):
        return Price(constraint, words, per, None, 0.0, 0.0, 0.0)
    steps = [(at, (*best[:at], best[at] + 1, *best[at + 1:])) for at, one in enumerate(asked.choices) if best[at] + 1 < one.variable.count]
    offers = []
    for at, point in steps:
        more = runner.run(point, constraint.failure, 0, SEEDS)
        if more is None:
            return None
        bounds = of_step(values, [row[figure] for row in more], objective.at_least is not None, asked.cost(point) - asked.cost(best), per,
                         1 - (1 - LEVEL) / len(steps))
        offers.append((*bounds, asked.choices[at].variable.name))
    if not offers:
        return Price(constraint, words, per, None, math.inf, math.inf, math.inf)
    sure = [one for one in offers if math.isfinite(one[2])]
    price, lower, upper, variable = min(sure) if sure else min(offers, key=lambda one: one[1])
    return Price(constraint, words, per, variable if sure else None, price, lower, upper)


def of_step(here: Sequence[float], more: Sequence[float], at_least: bool, costs: float, per: float, level: float) -> tuple[float, float, float]:
    """Price, and its bounds, of ``per`` more of a figure of which one step for ``costs`` brings what the runs say: the interval of that, turned
    round. Without an upper bound where it may be nothing."""
    pairs = [(a, b) for a, b in zip(more, here) if math.isfinite(a) and math.isfinite(b)]
    if len(pairs) < 2:
        return math.inf, 0.0, math.inf
    found = paired([a for a, _ in pairs], [b for _, b in pairs], level).interval
    gain, low, high = (found.value, found.lower, found.upper) if at_least else (-found.value, -found.upper, -found.lower)
    lower = per * costs / high if high > 0 else math.inf
    return (per * costs / gain, lower, per * costs / low) if low > 0 else (math.inf, lower, math.inf)


def _held(objective: Objective, values: Sequence[float]) -> bool:
    if objective.risk is not None:
        return sum(not objective.holds_in(value) for value in values) <= objective.risk * len(values)
    return objective.holds_in(sum(values) / len(values))
