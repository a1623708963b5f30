"""Runs of points of a plan, in processes; each is remembered as soon as it has ended."""

from __future__ import annotations

import json
import math
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Mapping

from .. import _core
from ..experiments.executors import Workers
from ..experiments.isolation import DONE, isolated
from ..ranges import BadInput
from ..scenarios import Scenario, check
from ..simulation import Twin
from .asked import Asked, Overrides, Step, scenario_of
from .lattice import Point

#: A run that takes longer than this (s) counts as one that hangs: an assumption.
LONGEST = 600.0
UTILISATION = "utilisation of "


@dataclass(frozen=True)
class Job:
    """One run: of which scenario under which failure and load."""

    file: str
    overrides: Overrides
    steps: tuple[Step, ...]
    load: float
    seed: int
    figures: tuple[str, ...]


@lru_cache(maxsize=64)
def prepared(file: str, overrides: Overrides, steps: tuple[Step, ...]) -> Scenario:
    """The scenario with the steps of a failure behind its own method, without what runs do not read."""
    scenario = scenario_of(file, overrides).__deepcopy__({})
    scenario.plan = None
    scenario.branches = None
    scenario.method = [*scenario.method, *(_core.FaultSpec(**dict(step)) for step in steps)]
    return check(scenario)


def figures_of(job: Job) -> dict[str, float]:
    """The figures that are asked for, and how busy the servers of each tier in each region were."""
    with Twin(prepared(job.file, job.overrides, job.steps), job.seed, load_factor=job.load) as twin:
        found = twin.run().result()
    figures = {name: float(found.kpis.loc[name, "value"]) for name in job.figures}
    stations = found.stations
    for (tier, region), row in stations.iterrows():
        figures[f"{UTILISATION}{tier}/{region}"] = float(row["utilisation"])
    return figures


def carry_out(job: Job) -> dict[str, float] | str:
    """The figures, or why there are none: a run that crashes or hangs is one in which everything breaks."""
    outcome = isolated(figures_of, job, limit=LONGEST)
    return outcome.value if outcome.status == DONE else f"{outcome.status}: {outcome.text}"


class Memory:
    """Every run that has ended, by what it was: in a file, so that a plan that was stopped goes on where it was."""

    def __init__(self, file: Path | None, settings: Mapping[str, Any]):
        self._base = sqlite3.connect(":memory:" if file is None else str(file), isolation_level=None)
        self.failed: list[str] = []
        try:
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT)")
            self._base.execute("CREATE TABLE IF NOT EXISTS run (point TEXT, failure TEXT, load REAL, seed INTEGER, figures TEXT, "
                               "PRIMARY KEY (point, failure, load, seed)) WITHOUT ROWID")
            asked = json.dumps(dict(settings), sort_keys=True)
            there = self._base.execute("SELECT value FROM setting WHERE key = 'asked'").fetchone()
            if there is not None and there[0] != asked:
                raise BadInput(f"{file.parent if file else ''}: holds another plan; --force replaces it")
            self._base.execute("INSERT OR IGNORE INTO setting VALUES ('asked', ?)", (asked,))
        except sqlite3.DatabaseError as error:
            raise BadInput(f"{file}: cannot be used ({error})") from None

    def get(self, point: str, failure: str, load: float, seed: int) -> dict[str, float] | str | None:
        row = self._base.execute("SELECT figures FROM run WHERE point = ? AND failure = ? AND load = ? AND seed = ?",
                                 (point, failure, load, seed)).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, point: str, failure: str, load: float, seed: int, figures: dict[str, float] | str) -> None:
        self._base.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?)", (point, failure, load, seed, json.dumps(figures)))

    def close(self) -> None:
        self._base.close()


class PointRunner:
    """Runs what is not remembered. ``at`` is a point or, instead, changes of the scenario."""

    def __init__(self, asked: Asked, memory: Memory, workers: Workers, first_seed: int, most: int,
                 progress: Callable[[int], None] | None = None, load: float | None = None):
        self.asked, self.memory, self.workers, self.first_seed, self.most = asked, memory, workers, first_seed, most
        self.load = asked.load if load is None else load
        self.progress = progress
        self._crashed: set[str] = set()
        self._used: set[tuple[str, str, float, int]] = set()

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
        key = json.dumps(changes)
        seeds = [self.first_seed + at for at in range(first, first + count)]
        asked = {(key, failure, self.load, seed) for seed in seeds}
        if len(self._used | asked) > self.most:
            return None
        self._used |= asked
        missing = [seed for seed in seeds if self.memory.get(key, failure, self.load, seed) is None]
        if missing:
            # As many at a time as there is room for: what is not needed now is remembered.
            missing += [seeds[-1] + extra for extra in range(1, -len(missing) % self.workers.slots + 1)
                        if self.memory.get(key, failure, self.load, seeds[-1] + extra) is None]
            self._carry_out(key, changes, failure, missing)
        return [self._row(self.memory.get(key, failure, self.load, seed), failure, seed) for seed in seeds]

    def _carry_out(self, key: str, changes: Overrides, failure: str, seeds: list[int]) -> None:
        for seed in seeds:
            job = Job(self.asked.file, changes, self.asked.failures[failure], self.load, seed, self.asked.figures)
            self.workers.submit(seed, carry_out, job)
        while len(self.workers):
            for done in self.workers.finished():
                self.memory.put(key, failure, self.load, int(done.key), str(done.error) if done.error else done.value)
                if self.progress is not None:
                    self.progress(self.used)

    def _row(self, figures: dict[str, float] | str | None, failure: str, seed: int) -> dict[str, float]:
        if isinstance(figures, dict):
            return {name: math.nan if value is None else value for name, value in figures.items()}
        self._crashed.add(f"seed {seed} under {failure}: {figures}")
        return {name: math.nan for name in self.asked.figures}
