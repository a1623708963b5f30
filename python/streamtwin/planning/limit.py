"""The highest load that a fleet holds: loads in steps of a constant factor, up and down from the plan's until one holds and the next
does not, each decided by sequential tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Sequence

from .lattice import Point
from .verdicts import Constraint, Runner, SequentialJudge, Verdict


@dataclass(frozen=True)
class Limit:
    """Between which loads the limit lies, and what breaks beyond it."""

    failure: str
    #: The highest load that holds; 0 where not even the least does.
    holds: float
    #: The lowest that does not; infinite where the largest holds, too.
    breaks: float
    #: What breaks there.
    by: Constraint | None
    runs: int
    #: The runs were used up before they were next to each other.
    complete: bool = True


class LoadRunner:
    """The point is which load; ``at`` makes the runner of it."""

    def __init__(self, loads: Sequence[float], at: Callable[[float], Callable[[str, int, int], list | None]]):
        self.loads, self._at = loads, at

    def run(self, point: Point, failure: str, first: int, count: int):
        return self._at(self.loads[point[0]])(failure, first, count)


def loads_between(least: float, most: float, step: float) -> list[float]:
    """From the least to the most, each larger by the same share.

    >>> [round(load, 2) for load in loads_between(1, 1.3, 0.1)]
    [1.0, 1.1, 1.21]
    """
    return [least * (1 + step) ** n for n in range(int(math.log(most / least) / math.log(1 + step) + 1e-9) + 1)]


def highest_load(failure: str, constraints: Sequence[Constraint], loads: Sequence[float], runner: Runner, error: float,
                 start: int) -> Limit:
    """More load is taken to be never better. ``start`` is the load that is tried first."""
    judge = SequentialJudge(constraints, runner, error)
    low, high = -1, len(loads)  # the highest that is known to hold, the lowest that is known not to
    at, stride = min(max(start, 0), len(loads) - 1), 1
    failed: Verdict | None = None
    runs = 0
    while low + 1 < high:
        verdict = judge.decide((at,))
        if verdict is None:
            return _limit(failure, loads, low, high, failed, runs, False)
        runs += sum(verdict.runs.values())
        if verdict.holds:
            low = at
        else:
            high, failed = at, verdict
        if low >= 0 and high < len(loads):
            at = (low + high) // 2
        else:
            at = min(low + stride, len(loads) - 1) if verdict.holds else max(high - stride, 0)
            stride *= 2
    return _limit(failure, loads, low, high, failed, runs, True)


def _limit(failure, loads, low, high, failed, runs, complete) -> Limit:
    return Limit(failure, loads[low] if low >= 0 else 0.0, loads[high] if high < len(loads) else math.inf,
                 failed.binding if failed is not None else None, runs, complete)
