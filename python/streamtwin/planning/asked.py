"""What a scenario's ``plan`` asks, with its names looked up: what may be bought, what must hold under which failures, at which load."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from os import PathLike, fspath
from typing import Any, Mapping

import numpy as np

from .. import _core
from ..quantities import shown_unit
from ..ranges import BadInput
from ..scenarios import Scenario, ScenarioError, ScenarioWarning, load
from .choices import Choice, Costs, Overrides, choice_of
from .forecast import Demand, demand
from .history import read_history
from .lattice import Point
from .verdicts import Constraint, Objective

#: The run without a failure.
NO_FAILURE = "none"

#: A step of a method: its keys, times in seconds.
Step = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Window:
    """A figure: the worst of the windows of a KPI that lie between two times (s, from the end of the warm-up)."""

    figure: str
    kpi: str
    begins: float
    ends: float
    #: Whether the largest is the worst.
    largest: bool


@dataclass(frozen=True)
class Asked:
    """A question that can be answered by runs."""

    file: str
    overrides: Overrides
    name: str
    choices: tuple[Choice, ...]
    constraints: tuple[Constraint, ...]
    #: Steps by failure.
    failures: Mapping[str, tuple[Step, ...]]
    load: float
    risk: float
    error: float
    runs: int
    budget: float | None
    #: US dollars an hour of points, rows of values.
    costs: Costs
    windows: tuple[Window, ...] = ()
    #: Where the load comes from, if from a history.
    demand: Demand | None = None

    @property
    def figures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.objective.figure for one in self.constraints))

    def changes(self, point: Point) -> Overrides:
        """What makes the scenario the one of this point."""
        return self.overrides + tuple(change for one, at in zip(self.choices, point) for change in one.written(at))

    def values(self, point: Point) -> list[float]:
        return [one.variable.value(at) for one, at in zip(self.choices, point)]

    def cost(self, point: Point) -> float:
        return float(self.costs(np.array([self.values(point)]))[0])


def read(file: str | PathLike[str], overrides: Mapping[str, Any] | None = None, load_factor: float = 1.0) -> Asked:
    """Reads the plan of a scenario; ``BadInput`` for what is no question, with the parameter that is to blame."""
    name = fspath(file)
    changes = tuple((path, str(value)) for path, value in (overrides or {}).items())
    scenario = scenario_of(name, changes)
    if scenario.plan is None:
        raise BadInput(f"{name}: has no `plan`: say what may be bought and what must hold, as `streamtwin describe --reference` explains it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScenarioWarning)  # the ends of what may be bought are hardly meant
        return _asked(name, changes, scenario, load_factor)


def _asked(name: str, changes: Overrides, scenario: Scenario, load_factor: float) -> Asked:
    plan = scenario.plan
    choices = tuple(choice_of(f"{name}: plan.variables.{key}", scenario, key, spec) for key, spec in plan.variables.items())
    costs = Costs(name, scenario, choices, list(plan.variables.values()), lambda more: scenario_of(name, changes + more))
    failures = _failures(scenario)
    foretold = _demand(name, plan.demand) if plan.demand is not None else None
    load = load_factor * (foretold.factor if foretold is not None else 1.0)
    constraints, windows = _constraints(scenario, failures)
    asked = Asked(name, changes, scenario.name, choices, constraints, failures, load, float(plan.risk), float(plan.error), int(plan.runs),
                  plan.budget, costs, windows, foretold)
    for point in (tuple(0 for _ in choices), tuple(one.variable.count - 1 for one in choices)):
        scenario_of(name, asked.changes(point))
    return asked


@lru_cache(maxsize=256)
def scenario_of(file: str, overrides: Overrides) -> Scenario:
    """``BadInput`` with all that is wrong."""
    try:
        return load(file, dict(overrides))
    except ScenarioError as error:
        raise BadInput(str(error)) from None
    except RuntimeError as error:
        raise BadInput(f"{file}: {error}") from None


def _failures(scenario: Scenario) -> dict[str, tuple[Step, ...]]:
    plan = scenario.plan
    failures: dict[str, tuple[Step, ...]] = {NO_FAILURE: ()}
    for name, failure in plan.failures.items():
        failures[name] = tuple(_step(step) for step in failure.method)
    for loss in plan.survives:
        places = _core.region_names(scenario) if str(loss) == "region" else _core.zone_names(scenario)
        for place in places:
            failures[f"loss of {place}"] = ((("at", float(plan.lost_at)), ("action", f"kill_{loss}"), ("target", place)),)
    return failures


def _step(step: Any) -> Step:
    """The keys that are written, as plain values, so that it can travel to any process."""
    empty = _core.FaultSpec()
    said = {key: getattr(step, key) for key in dir(step) if not key.startswith("_") and not callable(getattr(step, key))}
    return tuple((key, str(value) if type(value).__module__.startswith("streamtwin") else value)
                 for key, value in said.items() if key in ("at", "action") or value != getattr(empty, key))


def _constraints(scenario: Scenario, failures: Mapping[str, Any]) -> tuple[tuple[Constraint, ...], tuple[Window, ...]]:
    found, windows, known = [], [], _core.known_kpis(scenario)
    for one in scenario.plan.objectives or scenario.slos:
        under = list(getattr(one, "under", [])) or list(failures)
        for kpi, at_least, at_most in _figures(scenario, one, windows):
            unit, kind = known[one.kpi]
            objective = replace(_objective(scenario.plan, one, kpi, at_least, at_most), unit=shown_unit(kind, unit))
            found += [Constraint(failure, objective) for failure in under]
    return tuple(found), tuple(windows)


def _figures(scenario: Scenario, one: Any, windows: list[Window]) -> list[tuple[str, float | None, float | None]]:
    """What is bound: the KPI, or of its windows the worst by either bound."""
    bounds = _bound(one.at_least), _bound(one.at_most)
    begins, ends = getattr(one, "begins", None), getattr(one, "ends", None)
    if begins is None and ends is None:
        return [(one.kpi, *bounds)]
    begins, ends = float(begins or 0.0), float(scenario.clock.lasts if ends is None else ends)
    told = []
    for bound, largest in zip(bounds, (False, True)):
        if bound is not None:
            figure = f"{one.kpi} in its {'highest' if largest else 'lowest'} window, {begins:g} to {ends:g} s"
            windows.append(Window(figure, one.kpi, begins, ends, largest))
            told.append((figure, None if largest else bound, bound if largest else None))
    return told


def _objective(plan: Any, one: Any, figure: str, at_least: float | None, at_most: float | None) -> Objective:
    if str(getattr(one, "judged_by", "runs")) == "mean":
        size = max(abs(bound) for bound in (at_least, at_most) if bound is not None)
        return Objective(figure, at_least, at_most, risk=None, tolerance=float(one.slack) * (size or 1.0))
    return Objective(figure, at_least, at_most, risk=float(plan.risk), tolerance=float(plan.indifference))


def _demand(file: str, spec: Any) -> Demand:
    if not float(spec.stands_for) > 0:
        raise BadInput(f"{file}: plan.demand.stands_for: expected the rate in the history that the scenario's load is, above zero")
    path = getattr(spec.history, "path", str(spec.history))
    try:
        found = demand(read_history(path), float(spec.stands_for), float(spec.ahead), float(spec.band), dict(spec.events))
    except BadInput as error:
        raise BadInput(str(error) if str(error).startswith(path) else f"{file}: {error}") from None
    if not 1e-3 <= found.factor <= 1000:
        raise BadInput(f"{file}: plan.demand.stands_for: the load would be {found.factor:.3g} times the scenario's; expected 0.001 to 1000 times")
    return found


def _bound(bound: Any) -> float | None:
    return None if bound is None else float(bound)
