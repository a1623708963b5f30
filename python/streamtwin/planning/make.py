"""Making a plan: theory from one run per failure, the search, and what is to be known around what it has found."""

from __future__ import annotations

import json
import math
import tempfile
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

import numpy as np

from .. import _core
from ..experiments.axes import SCALE_LOAD
from ..experiments.comparison import paired
from ..experiments.executors import Workers, processes
from ..experiments.intervals import Interval, exact_proportion
from ..experiments.store import NotWritten, Store
from ..ranges import BadInput
from .answer import Beyond, Limits, Plan, Reserve, Spared, bound_text
from .asked import NO_FAILURE, Asked, read, scenario_of
from .assumptions import weakest
from .lattice import Point
from .limit import LoadRunner, highest_load, loads_between
from .prices import prices
from .runs import FAILURE, Memory, PointRunner
from .search import Found, search
from .theory import Theory, bearable
from .verdicts import Constraint, SequentialJudge

#: Runs of each load beyond the plan, and how much larger each is than the one before: assumptions.
BEYOND_RUNS, BEYOND_STEP, BEYOND_MOST = 8, 0.1, 10
#: Runs by which what a cheaper fleet would do is told: an assumption.
SPARED_RUNS = 16
#: So many steps more of everything must not break more often: an assumption.
MORE_STEPS = 2

Progress = Callable[[str, int], None]


def plan(scenario: str | PathLike[str], overrides: Mapping[str, Any] | None = None, load_factor: float = 1.0, seed: int = 1,
         jobs: int | None = None, out: str | PathLike[str] | None = None, force: bool = False,
         progress: Progress | None = None) -> Plan | Limits:
    """Answers the ``plan`` of a scenario by runs with the seeds ``seed``, ``seed + 1``, ..., the same for all points.

    ``out`` is a folder that is written run by run, and gone on with. A plan for which there is no fleet is a ``BadInput`` that says
    what cannot be met, and how near the largest one comes.
    """
    asked = read(scenario, overrides, load_factor)
    spec = scenario_of(asked.file, asked.overrides).plan
    settings = {"scenario": asked.name, "text": _text_of(asked), "failures": repr(sorted(asked.failures.items())), "windows": repr(asked.windows),
                "seed": seed, "design": "plan", "points": 0, "vary": {name: [] for name in (FAILURE, SCALE_LOAD)}}
    with _memory(out, settings, force) as memory, processes(jobs) as workers:
        made = _Maker(asked, memory, workers, seed, progress)
        if str(spec.search) == "limit":
            return made.limits(loads_between(float(spec.load_min), float(spec.load_max), float(spec.load_step)), float(spec.load_step))
        return made.cheapest()


def _text_of(asked: Asked) -> str:
    """What runs are made from: more runs, or another risk, go on with those that there are."""
    bare = scenario_of(asked.file, asked.overrides).__deepcopy__({})
    bare.plan = None
    return str(_core.canonical_text(bare))


@contextmanager
def _memory(out: str | PathLike[str] | None, settings: Mapping[str, Any], force: bool) -> Iterator[Memory]:
    """In a folder that may be gone on with, or in one that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="streamtwin-plan-") as passing:
        folder = Path(passing if out is None else out)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()) and not (folder / "plan.sqlite").exists():
                raise BadInput(f"{folder}: is not empty, and no plan; give another folder")
            for name in ("plan.json", "report.html") if force else ():
                (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise BadInput(f"{folder}: cannot be used ({error})") from None
        try:
            with Store(folder / "plan.sqlite", settings, force) as store:
                yield Memory(store)
        except NotWritten as error:
            raise BadInput(str(error)) from None


class _Maker:
    def __init__(self, asked: Asked, memory: Memory, workers: Workers, seed: int, progress: Progress | None):
        self.asked, self.memory, self._progress = asked, memory, progress
        self._doing = ""
        self.runner = PointRunner(asked, memory, workers, seed, asked.runs, self._told)

    def limits(self, loads: list[float], step: float) -> Limits:
        self._doing = "looking for the highest load"
        at = min(range(len(loads)), key=lambda n: abs(math.log(loads[n] / self.asked.load)))

        def of(load: float):
            runner = self.runner.at_load(load)
            return lambda failure, first, count: runner.run_changed(self.asked.overrides, failure, first, count)

        found = []
        failures = list(dict.fromkeys(one.failure for one in self.asked.constraints))
        for failure in failures:
            here = [one for one in self.asked.constraints if one.failure == failure]
            found.append(highest_load(failure, here, loads, LoadRunner(loads, of), self.asked.error / len(failures), at))
        return Limits(self.asked, found, self.runner.used, step, self.runner.crashed)

    def cheapest(self) -> Plan:
        asked = self.asked
        self._doing = "one run under each failure"
        self._all_matter()
        theory = Theory(asked, {failure: self._one(failure) for failure in asked.failures})
        self._doing = "searching"
        hardest_first = sorted(asked.constraints, key=lambda one: theory.reach_today(one.failure))
        judge = SequentialJudge(hardest_first, self.runner, asked.error, blame=lambda point, rows: theory.blamed(asked.values(point), rows))
        budget = math.inf if asked.budget is None else asked.budget
        found = search([one.variable for one in asked.choices], theory, judge, budget, asked.costs)
        if found.best is None:
            raise BadInput(self._why_none(found))
        made = Plan(asked, found, self.runner.used)
        made.demand = asked.demand
        self._doing = "what a cheaper fleet would do"
        made.spared = self._spared(found, made)
        made.reserves = reserves(asked, made.best, theory)
        self._doing = "what lies beyond"
        made.beyond = self._beyond(made, theory)
        self._doing = "what stricter objectives cost"
        made.prices = prices(asked, made.best, made.verdict, self.runner)
        self._doing = "whether more is better"
        made.monotone = self._monotone(found, made)
        self._doing = "what it hangs on"
        made.assumptions = weakest(asked, made.best, made.verdict.binding, self.runner)
        made.runs, made.crashed = self.runner.used, self.runner.crashed
        return made

    def _all_matter(self) -> None:
        """A parameter that no run reads would be bought for nothing."""
        for one in self.asked.choices:
            if one.counts or one.variable.count == 1:
                continue
            ends = [self.runner.run_changed(self.asked.overrides + one.written(at), failure, 0, 1)
                    for failure in self.asked.failures for at in (0, one.variable.count - 1)]
            if None not in ends and all(json.dumps(ends[n]) == json.dumps(ends[n + 1]) for n in range(0, len(ends), 2)):
                raise BadInput(f"{self.asked.file}: plan.variables.{one.variable.name}.sets: nothing reads {', '.join(one.sets)}: a run with "
                               f"{one.text(one.variable.min)} is the same as one with {one.text(one.variable.max)}")

    def _told(self, runs: int) -> None:
        if self._progress is not None:
            self._progress(self._doing, runs)

    def _one(self, failure: str) -> dict[str, float]:
        rows = self.runner.run_changed(self.asked.overrides, failure, 0, 1)
        return rows[0] if rows else {}

    def _why_none(self, found: Found) -> str:
        asked = self.asked
        if not found.verdicts or found.undecided is not None:
            return (f"{asked.file}: plan.runs: {asked.runs} runs are not enough to find a fleet; {len(found.verdicts)} were decided, and none "
                    "of them holds")
        point, verdict = max(found.verdicts.items(), key=lambda one: (found.reach[found.lattice.index(one[0])], sum(one[0])))
        largest = all(at == one.variable.count - 1 for at, one in zip(point, asked.choices))
        size = "at any size" if largest else f"within the budget of {asked.budget:g} $/h"
        binding = verdict.binding
        broken, of = verdict.broken(binding)
        values = verdict.values[binding.failure, binding.objective.figure]
        fleet = _fleet_text(asked, point)
        return (f"{asked.file}: plan.objectives: {bound_text(binding)} cannot be met {size} under {binding.failure}: with {fleet} it broke in "
                f"{broken} of {of} runs, and was {binding.objective.shown(sum(values) / of)} on average")

    def _spared(self, found: Found, made: Plan) -> list[Spared]:
        """Of each objective and failure by which points have failed, the one that is nearest to the plan, with no more than that of
        what it has enough of."""
        nearest: dict[Constraint, Point] = {}
        for failed, verdict in found.verdicts.items():
            point = tuple(min(a, b) for a, b in zip(failed, made.best))
            if verdict.holds or verdict.binding is None:
                continue
            there = nearest.get(verdict.binding)
            if there is None or self._reach(found, point) > self._reach(found, there):
                nearest[verdict.binding] = point
        told = [self._spare(found, made, constraint, point) for constraint, point in nearest.items()]
        return [one for one in told if one is not None]

    def _spare(self, found: Found, made: Plan, constraint: Constraint, point: Point) -> Spared | None:
        figure = constraint.objective.figure
        rows = [self.runner.run(at, constraint.failure, 0, SPARED_RUNS) for at in (point, made.best)]
        if rows[0] is None or rows[1] is None:
            return None
        there, here = ([row[figure] for row in one] for one in rows)
        broken = sum(not constraint.objective.holds_in(value) for value in there)
        pairs = [(a, b) for a, b in zip(there, here) if math.isfinite(a) and math.isfinite(b)]
        worse = 1 if constraint.objective.at_most is not None else -1
        gap = paired([worse * a for a, _ in pairs], [worse * b for _, b in pairs]).interval if pairs else Interval(math.nan)
        return Spared(point, made.cost - found.cost(point), constraint, sum(there) / len(there), sum(here) / len(here), broken, len(there), gap)

    def _reach(self, found: Found, point: Point) -> float:
        return float(found.reach[found.lattice.index(point)])

    def _monotone(self, found: Found, made: Plan) -> str:
        """Why more may not always be better: by what was decided, or as more of everything breaks surely more often than it may."""
        if found.not_monotone:
            small, large = (_fleet_text(self.asked, point) for point in found.not_monotone[0])
            return f"{small} holds, and {large} does not; what was not run because of the one or the other may be wrong"
        larger = tuple(min(at + MORE_STEPS, one.variable.count - 1) for at, one in zip(made.best, self.asked.choices))
        binding = made.verdict.binding
        rows = self.runner.run(larger, binding.failure, 0, SPARED_RUNS)
        if rows is None:
            return ""
        broken = sum(not binding.objective.holds_in(row[binding.objective.figure]) for row in rows)
        if exact_proportion(broken, len(rows))[0] <= self.asked.risk:
            return ""
        return f"with {_fleet_text(self.asked, larger)} it breaks in {broken} of {len(rows)} runs; what was not run as more would be better may hold"

    def _beyond(self, made: Plan, theory: Theory) -> list[Beyond]:
        """Under the failure that binds, and without one, until more than half of the runs break."""
        told = []
        for failure in dict.fromkeys([made.verdict.binding.failure, next(iter(self.asked.failures))]):
            here = [one for one in self.asked.constraints if one.failure == failure]
            if not here:
                continue
            for step in range(BEYOND_MOST + 1):
                load = self.asked.load * (1 + BEYOND_STEP * step)
                rows = self.runner.at_load(load).run(made.best, failure, 0, BEYOND_RUNS)
                if rows is None:
                    return told
                told.append(_beyond_at(load, failure, rows, here, theory))
                if 2 * told[-1].broken > told[-1].of:
                    break
        return told


def reserves(asked: Asked, best: Point, theory: Theory) -> list[Reserve]:
    """Of each tier with work in each region, where there are several regions."""
    if len(_core.region_names(scenario_of(asked.file, asked.overrides))) < 2:
        return []
    told = []
    for name, tier in theory.tiers.items():
        by_failure = {failure: work.get(name, 0.0) for failure, work in theory.work.items()}
        failure = max(by_failure, key=by_failure.__getitem__)
        if by_failure[failure] <= 0:
            continue
        servers = float(tier.servers(np.array([asked.values(best)]))[0])
        needed = next(count for count in range(1, 10**7) if bearable(count) >= by_failure[failure])
        told.append(Reserve(name, servers, by_failure.get(NO_FAILURE, 0.0), failure, by_failure[failure], needed))
    return told


def _fleet_text(asked: Asked, point: Point) -> str:
    return ", ".join(f"{one.variable.name} {one.text(one.variable.value(at))}" for one, at in zip(asked.choices, point))


def _beyond_at(load: float, failure: str, rows: list[Mapping[str, float]], constraints: list[Constraint], theory: Theory) -> Beyond:
    broken_by = {one: sum(not one.objective.holds_in(row[one.objective.figure]) for row in rows) for one in constraints}
    broken = [row for row in rows if not all(one.objective.holds_in(row[one.objective.figure]) for one in constraints)]
    by = max(broken_by, key=broken_by.__getitem__) if broken else None
    return Beyond(load, failure, len(broken), len(rows), by, theory.busiest(broken[0]) if broken else None)
