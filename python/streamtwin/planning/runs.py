"""Runs of points of a plan, in processes; each is remembered as soon as it has ended."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Callable

from .. import _core
from ..experiments.axes import SCALE_LOAD
from ..experiments.executors import Died, Finished, Workers
from ..experiments.isolation import DONE, FAILED, Outcome, isolated
from ..experiments.runs import Measured, measured
from ..experiments.store import Store, Value, given_up
from ..scenarios import Scenario, check
from ..simulation import Twin
from .asked import Asked, Step, Window, scenario_of
from .choices import Overrides
from .lattice import Point

#: A run that takes longer than this (s) counts as one that hangs: an assumption.
LONGEST = 600.0
UTILISATION = "utilisation of "
FAILURE = "failure"

#: What a run is of: paths as they are written, the failure and the load among them.
Of = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Job:
    """One run: of which scenario under which failure and load."""

    file: str
    overrides: Overrides
    steps: tuple[Step, ...]
    load: float
    seed: int
    windows: tuple[Window, ...] = ()


@lru_cache(maxsize=64)
def prepared(file: str, overrides: Overrides, steps: tuple[Step, ...]) -> Scenario:
    """The scenario with the steps of a failure behind its own method, without what runs do not read."""
    scenario = scenario_of(file, overrides).__deepcopy__({})
    scenario.plan = None
    scenario.branches = None
    scenario.method = [*scenario.method, *(_core.FaultSpec(**dict(step)) for step in steps)]
    return check(scenario)


def measure(job: Job) -> Measured:
    """All key figures, the worst windows that are asked for, and how busy the servers of each tier in each region were."""
    scenario = prepared(job.file, job.overrides, job.steps)
    with Twin(scenario, job.seed, load_factor=job.load) as twin:
        twin.run_until(twin.end)
        value = twin._live.result().to_python()
        found = measured(value)
        for window in job.windows:
            ends, values = twin._live.windows(scenario, window.kpi)
            found.figures[window.figure] = worst(window, float(scenario.clock.window), ends, values)
            found.units[window.figure] = found.units.get(window.kpi, ("", "count"))
    stations = value["tables"]["station"]
    for tier, region, busy in zip(stations["tier"], stations["region"], stations["utilisation"]):
        found.figures[f"{UTILISATION}{tier}/{region}"] = math.nan if busy is None else float(busy)
        found.units[f"{UTILISATION}{tier}/{region}"] = ("", "share")
    return found


def worst(window: Window, length: float, ends: list[float], values: list[float]) -> float:
    """Of the windows that lie wholly within; in those in which nothing came there is none."""
    known = [value for end, value in zip(ends, values)
             if window.begins - 1e-9 <= end - length and end <= window.ends + 1e-9 and not math.isnan(value)]
    return (max if window.largest else min)(known, default=math.nan)


def carry_out(job: Job) -> Outcome:
    """A run that crashes or hangs is one in which everything breaks."""
    return isolated(measure, job, limit=LONGEST)


class Memory:
    """Every run that has ended, by what it was, in a file as that of a sweep: a plan that was stopped goes on where it was."""

    def __init__(self, store: Store):
        self._store = store
        self._numbers: dict[Of, int] = {}
        self._rows: dict[tuple[Of, int], dict[str, float] | str] = {}
        for (number, seed), run in store.kept().items():
            of = tuple(sorted(run.point.items()))
            self._numbers[of] = number
            self._rows[of, seed] = dict(run.figures) if run.status == DONE else f"{run.status}: {run.text}"

    def get(self, of: Of, seed: int) -> dict[str, float] | str | None:
        return self._rows.get((of, seed))

    def put(self, of: Of, seed: int, outcome: Outcome) -> None:
        number = self._numbers.setdefault(of, len(self._numbers))
        point: dict[str, Value] = {path: (written, _number(written), None) for path, written in of}
        self._store.add((number, seed), point, outcome)
        self._rows[of, seed] = outcome.value.figures if outcome.status == DONE else f"{outcome.status}: {outcome.text}"


def _number(written: str) -> float:
    try:
        return float(written.split(" ")[0])
    except ValueError:
        return math.nan


def _outcome(done: Finished) -> Outcome:
    if done.error is None:
        return done.value
    return given_up(done.error) if isinstance(done.error, Died) else Outcome(FAILED, text=str(done.error))


class PointRunner:
    """Runs what is not remembered. ``at`` is a point or, instead, changes of the scenario."""

    def __init__(self, asked: Asked, memory: Memory, workers: Workers, first_seed: int, most: int,
                 progress: Callable[[int], None] | None = None, load: float | None = None):
        self.asked, self.memory, self.workers, self.first_seed, self.most = asked, memory, workers, first_seed, most
        self.load = asked.load if load is None else load
        self.progress = progress
        self._crashed: set[str] = set()
        self._used: set[tuple[Of, int]] = set()

    @property
    def used(self) -> int:
        """Runs that were asked for, each once: the same however many run at a time."""
        return len(self._used)

    @property
    def crashed(self) -> list[str]:
        return sorted(self._crashed)

    def at_load(self, load: float) -> PointRunner:
        other = PointRunner(self.asked, self.memory, self.workers, self.first_seed, self.most, self.progress, load)
        other._crashed, other._used = self._crashed, self._used
        return other

    def run(self, point: Point, failure: str, first: int, count: int) -> list[dict[str, float]] | None:
        return self.run_changed(self.asked.changes(point), failure, first, count)

    def run_changed(self, changes: Overrides, failure: str, first: int, count: int) -> list[dict[str, float]] | None:
        of = tuple(sorted({**dict(changes), FAILURE: failure, SCALE_LOAD: repr(self.load)}.items()))
        seeds = [self.first_seed + at for at in range(first, first + count)]
        asked = {(of, seed) for seed in seeds}
        if len(self._used | asked) > self.most:
            return None
        self._used |= asked
        missing = [seed for seed in seeds if self.memory.get(of, seed) is None]
        if missing:
            # As many at a time as there is room for: what is not needed now is remembered.
            missing += [seeds[-1] + extra for extra in range(1, -len(missing) % self.workers.slots + 1)
                        if self.memory.get(of, seeds[-1] + extra) is None]
            self._carry_out(of, changes, failure, missing)
        return [self._row(self.memory.get(of, seed), failure, seed) for seed in seeds]

    def _carry_out(self, of: Of, changes: Overrides, failure: str, seeds: list[int]) -> None:
        for seed in seeds:
            job = Job(self.asked.file, changes, self.asked.failures[failure], self.load, seed, self.asked.windows)
            self.workers.submit(seed, carry_out, job)
        while len(self.workers):
            for done in self.workers.finished():
                self.memory.put(of, int(done.key), _outcome(done))
                if self.progress is not None:
                    self.progress(self.used)

    def _row(self, figures: dict[str, float] | str | None, failure: str, seed: int) -> dict[str, float]:
        if isinstance(figures, dict):
            return figures
        self._crashed.add(f"seed {seed} under {failure}: {figures}")
        return {name: math.nan for name in self.asked.figures}
