"""Making a map: every cell gets runs, seed after seed, until it is decided; what has run before is taken from the folder."""

from __future__ import annotations

import math
from os import PathLike, fspath
from typing import Any, Callable, Mapping, Sequence

import numpy as np

from ..experiments.executors import Workers, processes
from ..ranges import Amount, BadInput, amounts, duration
from ..scenarios import ScenarioError, as_sets
from .folder import Folder
from .grid import Grid, Place
from .map import DOES_NOT, OVERLOADED, RECOVERS, Found, StabilityMap
from .recovery import WINDOWS
from .runs import Plan, carry_out, scenario_of
from .trigger import Trigger

#: Windows before the trigger, from which a run's own band is taken.
BEFORE = 10
#: How many cells are decided at a time where cells speak for others: fixed, so that the same map asks for the same runs on any machine.
BATCH = 4

Progress = Callable[[int, int], None]


def survey(scenario: str | PathLike[str], trigger: str, loads: str, size: str | None = None, lasts: str | None = None,
           horizon: str = "120s", at: str | None = None, overrides: Mapping[str, Any] | None = None, seed: int = 1, most: int = 10,
           jobs: int | None = None, monotone: bool = False, out: str | PathLike[str] | None = None, force: bool = False,
           progress: Progress | None = None) -> StabilityMap:
    """Maps which loads (factors on the scenario's) survive which sizes and durations of a trigger, which takes the place of the
    scenario's own method. A run is looked at until ``horizon`` after the end of its trigger, a cell for at most ``most`` runs.

    With ``monotone`` a cell that recovers speaks for all in which everything is milder, one that does not for all in which
    everything is worse; the map says which were taken over so. ``out`` is a folder that is written run by run, and gone on with.
    """
    asked = _asked(trigger, loads, size, lasts)
    plan = _Plans(fspath(scenario), asked, duration("--horizon", horizon), at, overrides, seed)
    if not 1 <= most <= 10_000:
        raise BadInput(f"--runs: {most} is not a whole number from 1 to 10000")
    settings = {"seed": seed, "most": most, "horizon": plan.horizon, "at": plan.begins, "window": plan.window, "monotone": monotone,
                "overrides": as_sets(overrides), "loads": loads, "size": size, "lasts": lasts}
    found = {place: Found() for place in asked.grid.places()}
    result = StabilityMap(plan.scenario, trigger, asked.trigger.size_key, asked.grid, settings, found)
    folder = Folder(out, result, force) if out is not None else None
    with processes(jobs) as workers:
        for batch in _batches(asked.grid, found, most, monotone):
            _decide(batch, found, plan, most, workers, folder, progress)
    if folder is not None:
        folder.finish(result)
    return result


class _Asked:
    def __init__(self, trigger: Trigger, grid: Grid):
        self.trigger, self.grid = trigger, grid


def _asked(trigger: str, loads: str, size: str | None, lasts: str | None) -> _Asked:
    key, _, values = (size or "").rpartition("=")
    read = Trigger.read(trigger, key or None, sized=size is not None)
    factors = amounts("--load", loads)
    if any(factor.unit not in ("", "fraction") or not 1e-3 <= factor.value <= 1000 for factor in factors):
        raise BadInput(f"--load: '{loads}' is not of factors from 0.001 to 1000")
    if size is not None and not read.size_key:
        raise BadInput(f"--size: {read.action} has no size that is open")
    if lasts is not None and not read.ends:
        raise BadInput(f"--lasts: {read.action} happens at once and does not last")
    if lasts is None and read.ends:
        raise BadInput(f"--lasts: how long {read.action} lasts must be said: recovery is counted from its end")
    sizes = amounts("--size", values) if size is not None else []
    durations = amounts("--lasts", lasts) if lasts is not None else []
    if any(one.unit != "s" or one.value <= 0 for one in durations):
        raise BadInput(f"--lasts: '{lasts}' is not of durations above zero with their unit, like 5s:60s:5s")
    return _Asked(read, Grid([one.value for one in factors], sizes, [one.value for one in durations]))


class _Plans:
    """What a run of a cell is; made once, so that all that is wrong is said before anything runs."""

    def __init__(self, scenario: str, asked: _Asked, horizon: float, at: str | None, overrides: Mapping[str, Any] | None, seed: int):
        self.scenario, self.grid, self.trigger, self.horizon, self.seed = scenario, asked.grid, asked.trigger, horizon, seed
        self.overrides = dict(overrides or {})
        bare = self._read({"method": "[]"})
        if not bare.load and bare.members is None:
            raise BadInput(f"{scenario}: nothing is asked of it, it has neither `load` nor `members`; goodput needs one of them")
        self.window = float(bare.clock.window)
        self.begins = duration("--at", at) if at is not None else BEFORE * self.window
        if self.begins < WINDOWS * self.window:
            raise BadInput(f"--at: {Amount(self.begins, 's')} is less than {WINDOWS} windows of {Amount(self.window, 's')} after the warm-up")
        if horizon < (WINDOWS + 1) * self.window:
            raise BadInput(f"--horizon: {Amount(horizon, 's')} is less than {WINDOWS + 1} windows of {Amount(self.window, 's')}")
        for place in self.grid.places():
            if place[0] == 0:
                self._read(dict(self._changes(place)))

    def of(self, place: Place, run: int) -> Plan:
        lasts = self.grid.cell(place).lasts or 0.0
        return Plan(self.scenario, self._changes(place), self.grid.cell(place).load, self.seed + run, self.begins, self.begins + lasts,
                    self.horizon)

    def _changes(self, place: Place) -> tuple[tuple[str, str], ...]:
        cell = self.grid.cell(place)
        end = math.ceil(self.begins + (cell.lasts or 0.0) + self.horizon + self.window)
        changes = {**self.overrides, "clock.lasts": f"{end} s", "steady_state_hypothesis": "~",
                   "method": self.trigger.steps(self.begins, cell.size, cell.lasts)}
        return tuple(changes.items())

    def _read(self, changes: Mapping[str, Any]):
        try:
            return scenario_of(self.scenario, tuple({**self.overrides, **changes}.items()))
        except ScenarioError as error:
            raise BadInput(str(error)) from None


def _batches(grid: Grid, found: dict[Place, Found], most: int, monotone: bool):
    """Which cells are to be decided next, until all are."""
    if not monotone:
        yield grid.places()
        return
    while True:
        undecided = np.zeros(grid.shape, dtype=bool)
        for place, one in found.items():
            undecided[place] = not one.decided(most)
        batch: list[Place] = []
        left = undecided.copy()
        while left.any() and len(batch) < BATCH:
            place = grid.most_telling(left)
            batch.append(place)
            left[grid.milder(place)] = left[grid.worse(place)] = False
        if not batch:
            return
        yield batch
        for place in batch:
            _speak_for_others(grid, found, place, most)


def _speak_for_others(grid: Grid, found: dict[Place, Found], place: Place, most: int) -> None:
    verdict = found[place].verdict
    if verdict not in (RECOVERS, DOES_NOT, OVERLOADED):
        return
    others = np.zeros(grid.shape, dtype=bool)
    others[grid.milder(place) if verdict == RECOVERS else grid.worse(place)] = True
    for other in grid.places():
        if others[other] and not found[other].decided(most):
            found[other].inferred = verdict


def _decide(batch: Sequence[Place], found: dict[Place, Found], plans: _Plans, most: int, workers: Workers, folder: Folder | None,
            progress: Progress | None) -> None:
    """Runs of each cell one after the other, of several cells at a time."""
    def next_run(place: Place) -> None:
        if not found[place].decided(most):
            workers.submit(place, carry_out, plans.of(place, len(found[place].outcomes)))

    for place in batch:
        next_run(place)
    while len(workers):
        for done in workers.finished():
            place, outcome = done.key, done.result()
            found[place].outcomes.append(outcome)
            if folder is not None:
                folder.add(plans.grid.cell(place), plans.seed + len(found[place].outcomes) - 1, outcome)
            next_run(place)
        if progress is not None:
            progress(sum(one.decided(most) for one in found.values()), len(found))
