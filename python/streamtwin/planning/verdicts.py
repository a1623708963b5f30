"""Whether a point holds: its objectives under each failure, tested run by run until all of them do or one does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Mapping, Protocol, Sequence

from ..quantities import quantity
from ..sequential import MeanTest, Sprt
from .lattice import Point

#: How much surer than of the rest one must be of a failure, as everything below it counts as failed, too.
SURER = 10


@dataclass(frozen=True)
class Objective:
    """A bound on a figure of a run: above ``at_most`` or below ``at_least`` it breaks, as it does where it is unknown."""

    figure: str
    at_least: float | None = None
    at_most: float | None = None
    #: Share of runs in which it may break; None where its mean is what counts.
    risk: float | None = None
    #: Around the risk, or around the bound: in between either answer counts as right.
    tolerance: float = 0.05
    #: Of the figure, in which it is shown; shares are `fraction`.
    unit: str = ""

    def shown(self, value: float) -> str:
        return quantity(value, self.unit)

    def holds_in(self, value: float) -> bool:
        return not ((self.at_least is not None and not value >= self.at_least) or (self.at_most is not None and not value <= self.at_most))

    def tests(self, error: float, surer: float = SURER) -> list[Watch]:
        """One or two, each of which takes values and says whether it holds once it knows."""
        if self.risk is not None:
            test = Sprt(self.risk - self.tolerance, self.risk + self.tolerance, error / surer, other_error=error)
            return [Watch(test, lambda value: test.add(not self.holds_in(value)), flips=True)]
        made = []
        for bound, sign in ((self.at_most, 1.0), (self.at_least, -1.0)):
            if bound is not None:
                test = MeanTest(sign * bound, self.tolerance, error, error / surer)
                made.append(Watch(test, lambda value, test=test, sign=sign: test.add(sign * value)))
        return made


class Watch:
    """A test with what feeds it."""

    def __init__(self, test: Sprt | MeanTest, add: Callable[[float], bool | None], flips: bool = False):
        self.test, self._add, self._flips = test, add, flips

    def add(self, value: float) -> None:
        if self.test.decision is None:
            self._add(value)

    @property
    def holds(self) -> bool | None:
        said = self.test.decision
        return said if said is None or not self._flips else not said


@dataclass(frozen=True)
class Constraint:
    """An objective under a failure."""

    failure: str
    objective: Objective


@dataclass
class Verdict:
    """What runs have said of a point."""

    holds: bool
    #: Runs that it took, under each failure.
    runs: dict[str, int]
    #: The constraint that it failed by, or that came nearest to failing.
    binding: Constraint | None = None
    #: Values of each figure by failure, in the order of the seeds.
    values: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    #: Where a point that has failed is short: a part of the model.
    blamed: str | None = None
    #: Seeds that were the last word: sure of it by so much.
    error: float = 0.05

    def broken(self, constraint: Constraint) -> tuple[int, int]:
        """In how many runs the objective broke, and of how many."""
        values = self.values[constraint.failure, constraint.objective.figure]
        return sum(not constraint.objective.holds_in(value) for value in values), len(values)


class Runner(Protocol):
    """Who runs a point under a failure with seeds ``first``, ``first + 1``, ...: figures of each, in that order. None when no more may
    be run."""

    def run(self, point: Point, failure: str, first: int, count: int) -> list[Mapping[str, float]] | None: ...


#: The part of the model that is to blame in runs of a point that has failed.
Blame = Callable[[Point, Sequence[Mapping[str, float]]], "str | None"]


class SequentialJudge:
    """Decides points one after the other; the j-th may be wrong with error / (j (j + 1)), all together with no more than the error.
    Failures come in the order of the constraints, but for the last that broke one, which comes first."""

    def __init__(self, constraints: Sequence[Constraint], runner: Runner, error: float = 0.05, surer: float = SURER, blame: Blame | None = None):
        self.constraints, self.runner, self.error, self.surer, self.blame = tuple(constraints), runner, error, surer, blame
        self.decided = 0
        self._failures = list(dict.fromkeys(one.failure for one in constraints))

    def decide(self, point: Point) -> Verdict | None:
        error = self.error / ((self.decided + 1) * (self.decided + 2)) / len(self.constraints)
        verdict = Verdict(True, {}, None, {}, error)
        for failure in list(self._failures):
            said = self._under(point, failure, verdict)
            if said is None:
                return None
            if not said:
                verdict.holds = False
                self._failures.remove(failure)
                self._failures.insert(0, failure)  # likely to be what the next one fails by, too
                break
        self.decided += 1
        if verdict.holds:
            verdict.binding = max(self.constraints, key=lambda one: strain(verdict, one))
        return verdict

    def _under(self, point: Point, failure: str, verdict: Verdict) -> bool | None:
        """Whether all objectives hold under it; None when the runs are used up."""
        here = [one for one in self.constraints if one.failure == failure]
        watches = [(one, watch) for one in here for watch in one.objective.tests(verdict.error, self.surer)]
        seen: list[Mapping[str, float]] = []
        while open_ones := [watch for _, watch in watches if watch.holds is None]:
            rows = self.runner.run(point, failure, len(seen), min(watch.test.least_more for watch in open_ones))
            if rows is None:
                return None
            for row in rows:
                for figure in {one.objective.figure for one in here}:
                    verdict.values.setdefault((failure, figure), []).append(row[figure])
                for one, watch in watches:
                    watch.add(row[one.objective.figure])
            seen += rows
            verdict.runs[failure] = len(seen)
            broken = [one for one, watch in watches if watch.holds is False]
            if broken:
                verdict.binding = broken[0]
                verdict.blamed = self.blame(point, seen) if self.blame is not None else None
                return False
        return True


def strain(verdict: Verdict, constraint: Constraint) -> float:
    """How near a constraint that holds is to its bound: the share of runs in which it broke, and by how much its mean stays off."""
    broken, of = verdict.broken(constraint)
    values = verdict.values[constraint.failure, constraint.objective.figure]
    mean, objective = sum(values) / len(values), constraint.objective
    gaps = [abs(mean - bound) / (abs(bound) or 1.0) for bound in (objective.at_least, objective.at_most) if bound is not None]
    return broken / of - min(gaps) * 1e-3
