"""What a plan may choose: a variable with where it stands in the scenario, how a value of it is written, and what it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable, Sequence

import numpy as np

from .. import _core
from ..ranges import BadInput
from ..scenarios import Scenario
from .lattice import Variable

Overrides = tuple[tuple[str, str], ...]
#: The scenario of a file with further changes.
Reads = Callable[[Overrides], Scenario]


@dataclass(frozen=True)
class Choice:
    """A variable of a plan: a number of steps, or which of some words."""

    variable: Variable
    sets: tuple[str, ...]
    unit: str
    #: What it is in the scenario, of words which; None where the scenario does not say.
    today: float | None
    #: What it may be, where that are words.
    words: tuple[str, ...] = ()
    #: What each word costs, where that is said.
    prices: tuple[float, ...] = ()
    #: Services of which it counts instances, or says the type of these.
    counts: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def written(self, at: int) -> Overrides:
        if self.words:
            return tuple((path, self.words[at]) for path in self.sets)
        value = self.variable.value(at)
        number = str(int(value)) if value == int(value) else repr(value)
        return tuple((path, f"{number} {self.unit}".strip()) for path in self.sets)

    def text(self, value: float) -> str:
        """Of a value, of words which."""
        if math.isnan(value):
            return "?"
        return self.words[int(value)] if self.words else f"{value:g} {self.unit}".strip()

    def told(self, value: float | None) -> float | str | None:
        """For programs: a number, or the word."""
        return None if value is None or math.isnan(value) else self.words[int(value)] if self.words else value


def choice_of(place: str, scenario: Scenario, name: str, spec: Any) -> Choice:
    """Without its price, which may hang on other choices."""
    services = tuple(dict.fromkeys(filter(None, (_core.counted_service(scenario, path) for path in spec.sets))))
    types = tuple(path.split(".")[1] for path in spec.sets if path.split(".")[0] == "services" and path.split(".")[2:] == ["instance_type"])
    words = tuple(spec.values)
    if words:
        for word in words if types else ():
            if _core.instance_price(word) is None and not spec.prices:
                raise BadInput(f"{place}.values: {word} is no instance type whose price is known; say its `prices`")
        variable = Variable(name, 0.0, float(len(words) - 1))
        return Choice(variable, tuple(spec.sets), spec.unit, _word_today(scenario, spec), words, tuple(spec.prices), services, types)
    variable = Variable(name, float(spec.min), float(spec.max), float(spec.step))
    return Choice(variable, tuple(spec.sets), spec.unit, _today(scenario, spec), (), (), services)


def _word_today(scenario: Scenario, spec: Any) -> float | None:
    found = {_word_at(scenario, path) for path in spec.sets}
    word = found.pop() if len(found) == 1 else None
    return float(list(spec.values).index(word)) if word in spec.values else None


def _word_at(scenario: Scenario, path: str) -> str | None:
    number = _core.number_at(scenario, path, "")
    if number is not None:
        return f"{number:g}"
    at: Any = scenario
    for key in path.split("."):
        at = at.get(key) if hasattr(at, "get") else getattr(at, key, None)
    return None if at is None else str(at)


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


@dataclass(frozen=True)
class Fleet:
    """Instances of a service whose type is chosen: by the choice of that, and linear in the choices of how many."""

    of_types: int
    prices: tuple[float, ...]
    #: At the least of all choices, and what 1 more of each brings.
    base: float
    slopes: tuple[float, ...]

    def instances(self, values: np.ndarray, least: np.ndarray) -> np.ndarray:
        return self.base + (values - least) @ np.array(self.slopes)


class Costs:
    """US dollars an hour of points, a row of values each: what each choice costs for itself, and fleets whose type is chosen."""

    def __init__(self, file: str, scenario: Scenario, choices: Sequence[Choice], specs: Sequence[Any], reads: Reads):
        self.choices = tuple(choices)
        self._least = np.array([one.variable.min for one in choices])
        typed = {service: at for at, one in enumerate(choices) for service in one.types}
        self.fleets = tuple(self._fleet(service, at, specs[at], reads) for service, at in typed.items())
        self.prices = np.array([self._price(f"{file}: plan.variables.{one.variable.name}", scenario, one, spec, typed, reads)
                                for one, spec in zip(choices, specs)])

    def __call__(self, values: np.ndarray) -> np.ndarray:
        total = values @ self.prices
        for at, one in enumerate(self.choices):
            if one.prices and not one.types:
                total = total + np.array(one.prices)[values[:, at].astype(int)]
        for fleet in self.fleets:
            total = total + fleet.instances(values, self._least) * np.array(fleet.prices)[values[:, fleet.of_types].astype(int)]
        return total

    def shares(self, values: Sequence[float]) -> list[float]:
        """What of the cost of a point is which choice's: how many there are of a type is the choice of how many's."""
        row = np.array([values])
        found = [float(price * value) for price, value in zip(self.prices, values)]
        for at, one in enumerate(self.choices):
            if one.prices and not one.types:
                found[at] += one.prices[int(values[at])]
        for fleet in self.fleets:
            price = fleet.prices[int(values[fleet.of_types])]
            for at, slope in enumerate(fleet.slopes):
                found[at] += slope * values[at] * price
                found[fleet.of_types] -= slope * values[at] * price
            found[fleet.of_types] += float(fleet.instances(row, self._least)[0]) * price
        return found

    def _fleet(self, service: str, at: int, spec: Any, reads: Reads) -> Fleet:
        one = self.choices[at]
        prices = tuple(spec.prices) or tuple(float(_core.instance_price(word) or math.nan) for word in one.words)
        least = tuple(change for other in self.choices for change in other.written(0))
        base = float(_core.instances_in(reads(least), service))
        slopes = []
        for other in self.choices:
            span = other.variable.largest - other.variable.min
            more = _core.instances_in(reads(least + other.written(other.variable.count - 1)), service) if service in other.counts and span else base
            slopes.append((more - base) / span if span else 0.0)
        return Fleet(at, prices, base, tuple(slopes))

    def _price(self, place: str, scenario: Scenario, one: Choice, spec: Any, typed: dict[str, int], reads: Reads) -> float:
        """Of one more of the choice, which is so much larger at its other end: what all instances cost that it brings, or what the file says
        of 1."""
        if one.words:
            return 0.0
        if not one.counts:
            return float(spec.price or 0.0)
        span = one.variable.largest - one.variable.min
        ends = [reads(one.written(at)) for at in (0, one.variable.count - 1)]
        total = 0.0
        for service in one.counts:
            if service in typed:
                if spec.price is not None:
                    raise BadInput(f"{place}.price: the type of {service} is chosen, and with it what an instance costs: leave this out")
                continue
            price = spec.price if spec.price is not None else _core.instance_price(scenario.services[service].instance_type)
            if price is None:
                raise BadInput(f"{place}.price: is missing, and {service} has no `instance_type` whose price is known")
            instances = [_core.instances_in(end, service) for end in ends]
            each = (instances[1] - instances[0]) / span if span else instances[0] / float(spec.min)
            total += float(price) * each
        return total
