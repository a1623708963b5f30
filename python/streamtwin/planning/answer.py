"""A plan: what to buy, what it costs, how sure that is, what binds it, and what would break first beyond it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..experiments.intervals import Interval, exact_proportion
from .asked import Asked
from .lattice import Point
from .limit import Limit
from .prices import Price
from .search import Found
from .verdicts import Constraint, Verdict


@dataclass(frozen=True)
class Beyond:
    """Runs of the plan under a failure with more load."""

    load: float
    failure: str
    broken: int
    of: int
    #: The objective that breaks in most of them, and the tier that is busiest then; None while none breaks.
    by: Constraint | None
    busiest: str | None


@dataclass(frozen=True)
class Spared:
    """A cheaper point that has failed: what an objective costs."""

    point: Point
    saves: float
    by: Constraint
    #: The figure there, as a mean over runs, and in the plan.
    there: float
    here: float
    broken: int
    of: int
    #: How much better the figure is in the plan, seed by seed, with its interval.
    gap: Interval

    @property
    def price(self) -> tuple[float, float, float]:
        """Dollars an hour for one unit of the figure, with its bounds: the interval of the gap turned round, where that is surely above 0."""
        found = (self.gap.value, self.gap.upper, self.gap.lower)
        return tuple(self.saves / gap if gap > 0 else math.inf for gap in found)


@dataclass(frozen=True)
class Reserve:
    """What a tier of a region carries in the plan: its work when nothing fails, and under the failure that gives it most, in servers."""

    tier: str
    servers: float
    work: float
    failure: str
    most: float
    #: Servers that theory takes to be enough for that.
    needed: int


class Plan:
    """The answer to a ``plan`` that looks for the cheapest fleet: ``fleet`` and ``risks`` as frames, ``headline()``."""

    def __init__(self, asked: Asked, found: Found, runs: int):
        self.asked, self.found = asked, found
        #: How many runs it took.
        self.runs = runs
        self.today: Verdict | None = None
        self.spared: list[Spared] = []
        #: What stricter objectives cost.
        self.prices: list[Price] = []
        #: What tiers carry by region, where there are several.
        self.reserves: list[Reserve] = []
        self.beyond: list[Beyond] = []
        self.crashed: list[str] = []
        self.monotone: str = ""
        self.assumptions: list[dict[str, Any]] = []
        self.demand: Any = None

    @property
    def best(self) -> Point | None:
        return self.found.best

    @property
    def verdict(self) -> Verdict | None:
        return self.found.verdicts[self.best] if self.best is not None else None

    @property
    def cost(self) -> float:
        """US dollars an hour."""
        return self.found.cost(self.best) if self.best is not None else math.nan

    @property
    def cost_today(self) -> float:
        """Of the scenario as it is, NaN where it does not say all of it."""
        today = [one.today for one in self.asked.choices]
        return math.nan if None in today else float(self.asked.costs(np.array([today], dtype=float))[0])

    @property
    def fleet(self) -> pd.DataFrame:
        """A row per variable: what it is today, what the plan says, and what either costs (US dollars an hour)."""
        choices, unknown = self.asked.choices, [math.nan] * len(self.asked.choices)
        values = self.asked.values(self.best) if self.best is not None else None
        today = [one.today for one in choices]
        costs = self.asked.costs.shares(values) if values is not None else unknown
        before = self.asked.costs.shares([one.variable.min if one.today is None else one.today for one in choices])
        rows = [{"variable": one.variable.name, "unit": one.unit, "today": one.told(today[at]),
                 "plan": one.told(values[at]) if values is not None else None, "cost_today": math.nan if today[at] is None else before[at], "cost": costs[at]}
                for at, one in enumerate(choices)]
        return pd.DataFrame(rows).set_index("variable")

    @property
    def risks(self) -> pd.DataFrame:
        """A row per objective and failure: mean of the figure, in how many runs it broke, and how likely that is: (broken + 1/2) /
        (runs + 1), with the exact interval of Clopper and Pearson (95 %)."""
        rows = []
        for one in self.asked.constraints if self.verdict is not None else ():
            broken, of = self.verdict.broken(one)
            lower, upper = exact_proportion(broken, of)
            values = self.verdict.values[one.failure, one.objective.figure]
            rows.append({"failure": one.failure, "objective": one.objective.figure, "at_least": one.objective.at_least,
                         "at_most": one.objective.at_most, "mean": sum(values) / of, "broken": broken, "runs": of,
                         "risk": (broken + 0.5) / (of + 1), "lower": lower, "upper": upper,
                         "binding": one == self.verdict.binding})
        return pd.DataFrame(rows)

    def headline(self) -> str:
        """The answer in a sentence or two."""
        if self.best is None:
            return "There is no plan."
        against = "" if math.isnan(self.cost_today) else f", against {self.cost_today:.2f} today"
        words = [f"{self.cost:.2f} $/h{against}."]
        binding = self.verdict.binding
        if binding is not None:
            words.append(f"What binds it: {bound_text(binding)} under {binding.failure}.")
        if self.found.undecided is not None:
            words.append(f"The runs were used up: there may be a cheaper one from {self.found.cost(self.found.undecided):.2f} $/h on.")
        return " ".join(words)

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        found = self.found
        return {"scenario": self.asked.name, "file": self.asked.file, "load": self.asked.load, "headline": self.headline(),
                "cost_per_hour": self.cost, "cost_per_hour_today": self.cost_today, "complete": found.complete, "runs": self.runs,
                "points_run": len(found.verdicts), "cheaper_points_by_theory": found.by_model,
                "fleet": self.fleet.reset_index().to_dict("records"), "risks": self.risks.to_dict("records"),
                "spared": [{"fleet": self.values(one.point), "saves_per_hour": one.saves, "objective": one.by.objective.figure,
                            "failure": one.by.failure, "mean_there": one.there, "mean_here": one.here, "broken": one.broken,
                            "runs": one.of, "price_per_unit": one.price[0], "price_lower": one.price[1], "price_upper": one.price[2]}
                           for one in self.spared],
                "prices": [{"objective": one.constraint.objective.figure, "failure": one.constraint.failure, "stricter_by": one.per,
                            "in_words": one.words, "by": one.variable, "price": one.price, "lower": one.lower, "upper": one.upper}
                           for one in self.prices],
                "reserves": [asdict(one) for one in self.reserves], "corrected": found.corrected,
                "beyond": [{"load": one.load, "failure": one.failure, "broken": one.broken, "runs": one.of,
                            "objective": one.by.objective.figure if one.by else None, "busiest": one.busiest} for one in self.beyond],
                "assumptions": self.assumptions, "monotone": self.monotone, "crashed": self.crashed,
                "undecided": self.values(found.undecided) if found.undecided is not None else None,
                "demand": self.demand.as_json() if self.demand is not None else None}

    def values(self, point: Point) -> dict[str, float | str | None]:
        return {one.variable.name: one.told(one.variable.value(at)) for one, at in zip(self.asked.choices, point)}


@dataclass
class Limits:
    """The answer to ``search: limit``: the highest load per failure."""

    asked: Asked
    limits: list[Limit]
    runs: int
    step: float
    crashed: list[str] = field(default_factory=list)

    @property
    def table(self) -> pd.DataFrame:
        """A row per failure: the highest load that holds, the lowest that does not, and what breaks there."""
        return pd.DataFrame([{"failure": one.failure, "holds": one.holds, "breaks": one.breaks,
                              "objective": one.by.objective.figure if one.by else None, "runs": one.runs, "complete": one.complete}
                             for one in self.limits]).set_index("failure")

    def headline(self) -> str:
        least = min(self.limits, key=lambda one: one.holds)
        if least.holds == 0:
            return f"Not even the least load of the plan is held under {least.failure}."
        beyond = f"; at {least.breaks:.3g} times {bound_text(least.by)} breaks" if least.by is not None else ""
        return f"The fleet holds {least.holds:.3g} times the load under every failure, and {least.failure} is what limits it{beyond}."

    def as_json(self) -> dict[str, Any]:
        return {"scenario": self.asked.name, "file": self.asked.file, "headline": self.headline(), "runs": self.runs, "step": self.step,
                "limits": self.table.reset_index().to_dict("records"), "crashed": self.crashed}


def bound_text(constraint: Constraint) -> str:
    """An objective as one would say it."""
    one = constraint.objective
    bounds = [f"at least {one.shown(one.at_least)}"] if one.at_least is not None else []
    bounds += [f"at most {one.shown(one.at_most)}"] if one.at_most is not None else []
    return f"{one.figure} {' and '.join(bounds)}"
