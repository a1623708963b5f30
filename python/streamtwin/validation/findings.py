"""What came of a claim: what it expects, what was measured, and whether the two agree, by one of a few rules.

A finding also says what it would have refused: its rule can be asked of another expectation, so that a row that would agree with
anything shows (``refuses``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Sequence

import numpy as np

from ..experiments.intervals import exact_proportion, student_t

#: Expectations so far off, by a factor, that a row must refuse them.
OFF = (0.8, 1.25)


@dataclass(frozen=True)
class Finding:
    """One row's measurement. ``agrees`` takes a factor on what is expected; None where nothing could be measured."""

    expected: str
    measured: str
    interval: str
    agrees: Callable[[float], bool] | None
    off: tuple[float, ...] = OFF

    @property
    def held(self) -> bool | None:
        return None if self.agrees is None else bool(self.agrees(1.0))

    @property
    def verdict(self) -> str:
        return {True: "held", False: "not held", None: "skipped"}[self.held]

    def refuses(self) -> bool:
        """Whether it would not have held with an expectation that is off."""
        return self.agrees is not None and not any(self.agrees(factor) for factor in self.off)


def _off(expected: float, factor: float) -> float:
    """An expectation that is off by a factor; one of zero by the part of one that is missing."""
    return expected * factor if expected else factor - 1


def number(value: float) -> str:
    """Six digits, as in the rows.

    >>> number(1 / 3)
    '0.333333'
    """
    return f"{value:.6g}"


def replicated(expected: float, values: Sequence[float], confidence: float = 0.99) -> Finding:
    """The expected value lies inside the Student-t interval of independent replications."""
    mean, lower, upper = student_t(values, confidence)
    return Finding(number(expected), number(mean), f"{number(lower)} … {number(upper)}", lambda f: lower <= _off(expected, f) <= upper)


def equal(expected: Any, measured: Any) -> Finding:
    """Both are the same, to the digits in which they are written."""
    return Finding(str(expected), str(measured), "exact", lambda f: f == 1.0 and str(expected) == str(measured))


def near(expected: float, measured: float, within: float) -> Finding:
    """The measurement differs from what is expected by no more than this, absolutely."""
    return Finding(number(expected), number(measured), f"± {within:.3g}", lambda f: abs(measured - _off(expected, f)) <= within)


def between(low: float, high: float, values: Sequence[float], off: tuple[float, ...] = OFF) -> Finding:
    """Every value lies between the bounds."""
    smallest, largest = float(np.min(values)), float(np.max(values))
    seen = number(smallest) if smallest == largest else f"{number(smallest)} … {number(largest)}"
    return Finding(f"{number(low)} … {number(high)}", seen, "" if len(values) == 1 else f"all {len(values)}",
                   lambda f: low * f <= smallest and largest <= high * f, off)


def proportion(expected: float, successes: int, of: int, confidence: float = 0.99) -> Finding:
    """The expected share lies inside the exact binomial interval of what was counted."""
    lower, upper = exact_proportion(successes, of, confidence)
    return Finding(number(expected), f"{number(successes / of)} ({successes} of {of})", f"{number(lower)} … {number(upper)}",
                   lambda f: lower <= expected * f <= upper)


def at_most(limit: float, successes: int, of: int, off: tuple[float, ...], confidence: float = 0.95) -> Finding:
    """A share that may be no larger: its exact binomial interval does not lie wholly above."""
    lower, upper = exact_proportion(successes, of, confidence)
    return Finding(f"at most {number(limit)}", f"{number(successes / of)} ({successes} of {of})", f"{number(lower)} … {number(upper)}",
                   lambda f: lower <= limit * f, off)


def skipped(why: str) -> Finding:
    """What could not be measured here, and why."""
    return Finding("", "", why, None)


def broken(error: Exception) -> Finding:
    """A claim whose measurement has ended in an error: it did not hold."""
    return Finding("", f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}", "did not run", lambda f: False)
