"""What a design varies: paths of a scenario, each with a list of values, steps, or a range: ``clock.lasts=10s:60s:10s``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Sequence

from ..ranges import BadInput

#: A factor on the whole load of the scenario, as ``run --scale-load`` has it; no path of a scenario.
SCALE_LOAD = "scale-load"
_NUMBER = re.compile(r"\s*(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(\D.*?)?\s*")
#: Values of one path: more are a mistake.
MOST_VALUES = 100_000


@dataclass(frozen=True)
class Level:
    """A value as a scenario writes it, and as a number where it is one."""

    written: str
    number: float


@dataclass(frozen=True)
class Axis:
    """One path with its values in order; where it is a range, all between the first and the last."""

    path: str
    levels: tuple[Level, ...]
    continuous: bool = False
    unit: str = ""

    def at(self, share: float) -> Level:
        """The value so far along, from 0 to 1."""
        if not self.continuous:
            return self.levels[min(len(self.levels) - 1, int(share * len(self.levels)))]
        low, high = self.levels[0].number, self.levels[-1].number
        return _level(Decimal(repr(float(f"{low + share * (high - low):.9g}"))), self.unit)


def axis(text: str) -> Axis:
    """Of ``PATH=FROM:TO:STEP``, ``PATH=FROM:TO`` or ``PATH=A,B,C``."""
    path, equals, values = text.partition("=")
    while equals and path.count("[") > path.count("]"):  # calls[service=play]
        more, equals, values = values.partition("=")
        path = f"{path}={more}"
    path = path.strip()
    if not equals or not path or not values.strip():
        raise BadInput(f"--vary: '{text}' is not PATH=FROM:TO:STEP, PATH=FROM:TO or PATH=A,B,C")
    numbers = [_NUMBER.fullmatch(part) for part in values.split(":")]
    if ":" in values and all(numbers):
        return _range(path, values, [(Decimal(found[1]), found[2] or "") for found in numbers if found])
    levels = _comparable(tuple(_named(path, one.strip()) for one in _parts(values)))
    if len({one.written for one in levels}) < len(levels):
        raise BadInput(f"--vary {path}: '{values}' has a value twice")
    return Axis(path, levels)


def axes(texts: Sequence[str]) -> list[Axis]:
    """Of all; each path once."""
    found = [axis(text) for text in texts]
    if not found:
        raise BadInput("--vary: nothing varies; name a path of the scenario with its values, like --vary clock.window=1s:5s:1s")
    paths = [one.path for one in found]
    twice = [path for path in paths if paths.count(path) > 1]
    if twice:
        raise BadInput(f"--vary: '{twice[0]}' varies twice")
    return found


def _range(path: str, text: str, parts: list[tuple[Decimal, str]]) -> Axis:
    units = {unit for _, unit in parts}
    if len(parts) not in (2, 3):
        raise BadInput(f"--vary {path}: '{text}' is neither FROM:TO:STEP nor FROM:TO")
    if len(units) > 1:
        raise BadInput(f"--vary {path}: '{text}' has several units; write them alike: 500ms:2000ms:500ms")
    unit, (low, high) = units.pop(), (parts[0][0], parts[1][0])
    if high <= low:
        raise BadInput(f"--vary {path}: '{text}' ends before it begins")
    if len(parts) == 2:
        return Axis(path, (_level(low, unit), _level(high, unit)), True, unit)
    step = parts[2][0]
    if step <= 0:
        raise BadInput(f"--vary {path}: the step of '{text}' is not above zero")
    count = int((high - low) / step) + 1
    if count > MOST_VALUES:
        raise BadInput(f"--vary {path}: '{text}' has {count} values; {MOST_VALUES} is the most")
    return Axis(path, tuple(_level(low + n * step, unit) for n in range(count)), unit=unit)


def _level(number: Decimal, unit: str) -> Level:
    text = f"{number.normalize():f}"
    return Level(f"{text} {unit}" if unit else text, float(number))


def _named(path: str, text: str) -> Level:
    if not text:
        raise BadInput(f"--vary {path}: a value is missing")
    found = _NUMBER.fullmatch(text)
    return Level(text, float(found[1]) if found else float("nan"))


def _comparable(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Numbers of several units are names: 3s is no less than 150ms."""
    units = {found[2] for one in levels if (found := _NUMBER.fullmatch(one.written))}
    return levels if len(units) < 2 else tuple(Level(one.written, float("nan")) for one in levels)


def _parts(text: str) -> list[str]:
    """At commas, but not inside brackets or quotes."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        quote = "" if letter == quote else quote or (letter if letter in "'\"" else "")
        depth += 0 if quote else (letter in "[{(") - (letter in ")}]")
        if letter == "," and depth == 0 and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
