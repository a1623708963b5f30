"""Quantities of the command line: one, a list, or from, to and step, with their units: ``20ms:200ms:20ms``, ``0.5,0.7``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from .quantities import quantity

#: How a unit is written, what it is of, and how much of its base unit it is.
_UNITS = {"": ("", "1"), "%": ("fraction", "0.01"), "ns": ("s", "1e-9"), "us": ("s", "1e-6"), "µs": ("s", "1e-6"), "ms": ("s", "0.001"),
          "s": ("s", "1"), "min": ("s", "60"), "h": ("s", "3600"), "d": ("s", "86400")}
_MOST = 10_000


class BadInput(ValueError):
    """What somebody has written cannot be used; the message says what, and what was expected."""


@dataclass(frozen=True, order=True)
class Amount:
    """A quantity in its base unit: ``s``, ``fraction``, or a bare number."""

    value: float
    unit: str = ""

    def written(self) -> str:
        """As a scenario has it."""
        return f"{self.value!r} s" if self.unit == "s" else repr(self.value)

    def __str__(self) -> str:
        return f"{self.value:g}" if not self.unit else quantity(self.value, self.unit)


def amount(option: str, text: str) -> Amount:
    """One quantity."""
    number, unit = _read(option, text)
    return Amount(float(number), unit)


def duration(option: str, text: str) -> float:
    """A duration above zero (s)."""
    found = amount(option, text)
    if found.unit != "s" or not found.value > 0:
        raise BadInput(f"{option}: '{text}' is not a duration above zero with its unit, like 5s")
    return found.value


def amounts(option: str, text: str) -> list[Amount]:
    """A list of quantities, or those from one to another by steps, both ends included; each once, all of one kind.

    >>> [str(one) for one in amounts("--size", "20ms:60ms:20ms")]
    ['20 ms', '40 ms', '60 ms']
    """
    parts = text.split(":")
    if len(parts) == 1:
        read = [_read(option, one) for one in text.split(",")]
    elif len(parts) == 3:
        read = _steps(option, text, *(_read(option, part) for part in parts))
    else:
        raise BadInput(f"{option}: '{text}' is neither FROM:TO:STEP nor a list with commas")
    kinds = {unit for _, unit in read}
    if len(kinds) > 1:
        raise BadInput(f"{option}: '{text}' mixes quantities that are not of one kind")
    if len(set(read)) < len(read):
        raise BadInput(f"{option}: '{text}' has a value twice")
    return [Amount(float(number), unit) for number, unit in read]


def _steps(option, text, begin, end, step):
    if len({begin[1], end[1], step[1]}) > 1:
        raise BadInput(f"{option}: '{text}' mixes quantities that are not of one kind")
    if step[0] <= 0:
        raise BadInput(f"{option}: the step of '{text}' is not above zero")
    if end[0] < begin[0]:
        raise BadInput(f"{option}: '{text}' ends before it begins")
    count = int((end[0] - begin[0]) / step[0])
    if count >= _MOST:
        raise BadInput(f"{option}: '{text}' has more than {_MOST} values")
    return [(begin[0] + n * step[0], begin[1]) for n in range(count + 1)]


def _read(option: str, text: str) -> tuple[Decimal, str]:
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([a-zµ%]*)\s*", text)
    if not match or match[2] not in _UNITS:
        raise BadInput(f"{option}: '{text.strip()}' is not a quantity; its unit may be {', '.join(filter(None, _UNITS))}, or none")
    unit, factor = _UNITS[match[2]]
    return Decimal(match[1]) * Decimal(factor), unit
