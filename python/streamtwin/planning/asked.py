"""What a scenario's ``plan`` asks, with its names looked up: what may be bought, what must hold under which failures, at which load."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from os import PathLike, fspath
from typing import Any, Mapping

from .. import _core
from ..ranges import BadInput
from ..scenarios import Scenario, ScenarioError, load
from .forecast import Demand, demand
from .history import read_history
from .lattice import Point, Variable
from .verdicts import Constraint, Objective

#: The run without a failure.
NO_FAILURE = "none"

Overrides = tuple[tuple[str, str], ...]
#: A step of a method: its keys, times in seconds.
Step = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Choice:
    """A variable of a plan, with where it stands in the scenario."""

    variable: Variable
    sets: tuple[str, ...]
    unit: str
    #: What it is in the scenario; None where the scenario does not say.
    today: float | None
    #: Whether it counts instances.
    counts: bool = False

    def written(self, at: int) -> Overrides:
        value = self.variable.value(at)
        number = str(int(value)) if value == int(value) else repr(value)
        return tuple((path, f"{number} {self.unit}".strip()) for path in self.sets)

    def text(self, value: float) -> str:
        return f"{value:g} {self.unit}".strip()


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
    #: Where the load comes from, if from a history.
    demand: Demand | None = None

    @property
    def figures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.objective.figure for one in self.constraints))

    def changes(self, point: Point) -> Overrides:
        """What makes the scenario the one of this point."""
        return self.overrides + tuple(change for one, at in zip(self.choices, point) for change in one.written(at))


def read(file: str | PathLike[str], overrides: Mapping[str, Any] | None = None, load_factor: float = 1.0) -> Asked:
    """Reads the plan of a scenario; ``BadInput`` for what is no question, with the parameter that is to blame."""
    name = fspath(file)
    changes = tuple((path, str(value)) for path, value in (overrides or {}).items())
    scenario = scenario_of(name, changes)
    if scenario.plan is None:
        raise BadInput(f"{name}: has no `plan`: say what may be bought and what must hold, as `streamtwin describe --reference` explains it")
    plan = scenario.plan
    choices = tuple(_choice(name, changes, scenario, key, spec) for key, spec in plan.variables.items())
    failures = _failures(scenario)
    foretold = _demand(name, plan.demand) if plan.demand is not None else None
    load = load_factor * (foretold.factor if foretold is not None else 1.0)
    asked = Asked(name, changes, scenario.name, choices, _constraints(scenario, failures), failures, load, float(plan.risk),
                  float(plan.error), int(plan.runs), plan.budget, foretold)
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


def _choice(file: str, changes: Overrides, scenario: Scenario, name: str, spec: Any) -> Choice:
    place = f"{file}: plan.variables.{name}"
    bare = Choice(Variable(name, float(spec.min), float(spec.max), float(spec.step)), tuple(spec.sets), spec.unit, None)
    ends = [scenario_of(file, changes + bare.written(at)) for at in (0, bare.variable.count - 1)]
    today = _today(scenario, spec)
    price = _price(place, scenario, ends, bare.variable.value(bare.variable.count - 1) - bare.variable.min, spec)
    counts = any(_core.counted_service(scenario, path) for path in spec.sets)
    return Choice(Variable(name, float(spec.min), float(spec.max), float(spec.step), price), bare.sets, spec.unit, today, counts)


def _today(scenario: Scenario, spec: Any) -> float | None:
    values = {_core.number_at(scenario, path, spec.unit) for path in spec.sets}
    if len(values) == 1 and (value := values.pop()) is not None:
        return float(value)
    places = [path.rsplit(".", 1)[-1] for path in spec.sets]
    counted = [_core.counted_service(scenario, path) for path in spec.sets]
    zones = [sum(zone.startswith(place) for zone in _core.zone_names(scenario)) for place in places]
    if all(counted) and all(zones):
        return sum(_core.instances_in(scenario, service, place) / n for service, place, n in zip(counted, places, zones)) / len(counted)
    return None


def _price(place: str, scenario: Scenario, ends: list[Scenario], span: float, spec: Any) -> float:
    """Of one more of the variable, which is so much larger at its other end: what all instances cost that it brings, or what the file
    says of 1."""
    services = dict.fromkeys(filter(None, (_core.counted_service(scenario, path) for path in spec.sets)))
    if not services:
        return float(spec.price or 0.0)
    total = 0.0
    for service in services:
        kind = scenario.services[service].instance_type
        price = spec.price if spec.price is not None else _core.instance_price(kind)
        if price is None:
            raise BadInput(f"{place}.price: is missing, and {service} has no `instance_type` whose price is known")
        instances = [_core.instances_in(end, service) for end in ends]
        each = (instances[1] - instances[0]) / span if span else instances[0] / float(spec.min)
        total += float(price) * each
    return total


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


def _constraints(scenario: Scenario, failures: Mapping[str, Any]) -> tuple[Constraint, ...]:
    plan = scenario.plan
    found = []
    for one in plan.objectives or scenario.slos:
        by_mean = str(getattr(one, "judged_by", "runs")) == "mean"
        under = list(getattr(one, "under", [])) or list(failures)
        bounds = {"at_least": _bound(one.at_least), "at_most": _bound(one.at_most)}
        if by_mean:
            size = max(abs(bound) for bound in bounds.values() if bound is not None)
            objective = Objective(one.kpi, **bounds, risk=None, tolerance=float(one.slack) * (size or 1.0))
        else:
            objective = Objective(one.kpi, **bounds, risk=float(plan.risk), tolerance=float(plan.indifference))
        found += [Constraint(failure, objective) for failure in under]
    return tuple(found)


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
