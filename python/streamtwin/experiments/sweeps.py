"""Sweeps: a scenario at every point of a design, under every seed; each run is kept as soon as it has ended, and never made twice."""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager
from difflib import get_close_matches
from os import PathLike, fspath
from typing import Any, Iterable, Iterator, Mapping, Sequence

from .. import __version__, _core
from ..policies import Policies, named, portable
from ..ranges import BadInput
from ..scenarios import ScenarioError
from .axes import SCALE_LOAD, Axis, axes
from .designs import Design, Point, combinations, design
from .executors import Died, Workers, dask as dask_cluster, mpi as mpi_ranks, processes
from .found import Found
from .isolation import DONE
from .progress import Progress, nothing, told_or_shown
from .runs import Asked, carry_out, scenario_of
from .store import Key, Store, Value, given_up
from .warm_ups import LOOKED_AT

#: Seconds that a run may take unless it is said: assumption.
LIMIT = 3600.0


class Plan:
    """All runs of an experiment; made once, so that what is wrong is said before anything runs."""

    def __init__(self, scenario: str | PathLike[str], design: Design, seeds: Sequence[int], overrides: Mapping[str, Any] | None = None,
                 limit: float | None = LIMIT, until: float | None = None, series: Sequence[str] = (), policies: Policies | None = None):
        self.scenario, self.design, self.seeds, self.limit, self.until = os.path.abspath(fspath(scenario)), design, list(seeds), limit, until
        if not os.path.exists(self.scenario):
            self.scenario = fspath(scenario)  # a name of the library
        self.overrides = tuple((path, _word(value)) for path, value in (overrides or {}).items())
        self.series, self.policies = tuple(series), policies
        self.base = self._read({})
        for point in combinations(design):
            self._read(dict(self._changes(point)))

    def settings(self) -> dict[str, Any]:
        """What must be the same for runs to belong together; seeds, of which there may be more, are not."""
        own = {"policies": named(self.policies)} if self.policies else {}
        return {**own, "scenario": self.base.name, "scenario_digest": _core.scenario_digest(self.base), "overrides": dict(self.overrides),
                "until": self.until, "design": self.design.kind, "points": len(self.design),
                "vary": {axis.path: _described(axis) for axis in self.design.axes}, "sample": _digest(self.design), "version": __version__}

    def asked(self, number: int, seed: int) -> Asked:
        point = self.design.at(number)
        loads = [level.number for axis, level in zip(self.design.axes, point) if axis.path == SCALE_LOAD]
        series = self.series if seed - self.seeds[0] < LOOKED_AT else ()
        return Asked(self.scenario, self._changes(point), seed, loads[0] if loads else 1.0, self.until, self.limit, series, self.policies)

    def require(self, option: str, figures: Iterable[str]) -> None:
        """That there will be such key figures, at some point at least."""
        known = set(_core.known_kpis(self.base))
        for figure in figures:
            if figure not in known:
                known.update(*(_core.known_kpis(self._read(dict(self._changes(point)))) for point in combinations(self.design)))
            if figure not in known:
                near = get_close_matches(figure, sorted(known), n=1, cutoff=0)
                raise BadInput(f"{option}: there is no key figure '{figure}'; did you mean '{near[0]}'?")

    def point(self, number: int) -> dict[str, Value]:
        sample = self.design.sample
        shares = [None if sample is None else float(sample[number][at]) for at in range(len(self.design.axes))]
        return {axis.path: (level.written, level.number, share) for axis, level, share in zip(self.design.axes, self.design.at(number), shares)}

    def keys(self) -> Iterator[Key]:
        return ((number, seed) for number in range(len(self.design)) for seed in self.seeds)

    def __len__(self) -> int:
        return len(self.design) * len(self.seeds)

    def _changes(self, point: Point) -> tuple[tuple[str, str], ...]:
        varied = [(axis.path, level.written) for axis, level in zip(self.design.axes, point) if axis.path != SCALE_LOAD]
        for axis, level in zip(self.design.axes, point):
            if axis.path == SCALE_LOAD and not 1e-3 <= level.number <= 1000:
                raise BadInput(f"--vary {SCALE_LOAD}: '{level.written}' is not a factor from 0.001 to 1000")
        return (*self.overrides, *varied)

    def _read(self, changes: Mapping[str, str]) -> Any:
        try:
            return scenario_of(self.scenario, tuple({**dict(self.overrides), **changes}.items()))
        except ScenarioError as error:
            raise BadInput(str(error)) from None


def _word(value: Any) -> str:
    return {True: "true", False: "false", None: "~"}[value] if value is None or isinstance(value, bool) else str(value)


def _described(axis: Axis) -> Any:
    levels = [level.written for level in axis.levels]
    return {"from": levels[0], "to": levels[-1]} if axis.continuous else levels


def _digest(of: Design) -> str | None:
    """Of the sample that was drawn: the same seed may draw another one under another version of a library."""
    import hashlib

    return None if of.sample is None else hashlib.sha256(of.sample.tobytes()).hexdigest()[:16]


def carry_out_all(plan: Plan, keys: Iterable[Key], store: Store, workers: Workers, progress: Progress = nothing, done: int = 0,
                  of: int | None = None) -> int:
    """Runs what is asked for and keeps each as it ends; how many these were. As many are under way as keep everybody busy."""
    left, began, count, bad, busy = iter(keys), time.monotonic(), 0, 0, 0.0
    of = len(plan) if of is None else of
    progress(done, of, "")
    more = True
    while more or len(workers):
        for key in _some(left, workers.wanted if more else 0):
            if key is None:
                more = False
                break
            workers.submit(key, carry_out, plan.asked(*key))
        for finished in workers.finished():
            try:
                outcome = finished.result()
            except Died as error:
                outcome = given_up(error)
            store.add(finished.key, plan.point(finished.key[0]), outcome)
            count, busy = count + 1, busy + outcome.seconds
            bad += outcome.status != DONE
            progress(done + count, of, f"{bad} without figures" if bad else "")
    if count:
        store.spent(time.monotonic() - began, workers.slots, count, busy)
    return count


def _some(left: Iterator[Key], most: int) -> Iterator[Key | None]:
    for _ in range(most):
        key = next(left, None)
        yield key
        if key is None:
            return


def sweep(scenario: str | PathLike[str], vary: str | Sequence[str], out: str | PathLike[str], kind: str = "grid", points: int | None = None,
          seeds: int = 1, seed: int = 1, overrides: Mapping[str, Any] | None = None, jobs: int | None = None, dask: str | None = None,
          mpi: bool = False, limit: float | None = LIMIT, until: float | None = None, force: bool = False, again: bool = False,
          progress: Progress | None = None, of: Sequence[str] = (), policies: Policies | None = None) -> Found | None:
    """Runs a scenario at all points of a design, under ``seeds`` seeds each, the same ones everywhere::

        found = st.experiments.sweep("mesh-cascade", ["load.visitors.rate=20:60:10", "clock.window=1s,2s"], "sweep.sqlite", seeds=5)
        found.table("load.visitors.availability")

    ``vary`` is ``PATH=FROM:TO:STEP``, ``PATH=A,B,C``, or ``PATH=FROM:TO`` for designs that sample; the path ``scale-load`` is a factor on
    all of the load. Every run is in the file ``out`` as soon as it has ended. The same call again goes on where one was stopped, and a higher
    number of seeds adds to it; runs that hung, crashed or failed are tried ``again`` only when asked. Runs are processes of this machine, or go
    to the Dask scheduler at an address, or to the other ranks of an MPI program, in all of which but the first None is returned. ``progress``
    is told how many are done, of how many, and a remark; a notebook shows a bar. That the key figures ``of`` will be there is known before
    the first run. ``policies`` are of your own, see ``streamtwin.policies``.
    """
    if not 1 <= seeds <= 1_000_000 or seed < 0:
        raise BadInput("--seeds: expected from 1 to 1000000, and --seed one that is not below zero")
    chosen = axes([vary] if isinstance(vary, str) else vary)
    plan = Plan(scenario, design(kind, chosen, points, seeds, seed), range(seed, seed + seeds), overrides, limit, until,
                policies=portable(policies, far=mpi or dask is not None))
    plan.require("--of", of)
    with workers_of(jobs, dask, mpi) as workers:
        if workers is None:
            return None
        with Store(out, plan.settings(), force) as store, told_or_shown(progress, "sweep") as tell:
            there = store.done(again)
            left = [key for key in plan.keys() if key not in there]
            carry_out_all(plan, left, store, workers, tell, len(plan) - len(left))
    return Found(out)


def workers_of(jobs: int | None = None, dask: str | None = None, mpi: bool = False) -> AbstractContextManager[Workers | None]:
    """Who is to work, by what was asked for."""
    if sum(one is not None and one is not False for one in (jobs, dask, mpi)) > 1:
        raise BadInput("--jobs, --dask and --mpi: one of them says who works")
    if jobs is not None and not 1 <= jobs <= 1024:
        raise BadInput(f"--jobs: {jobs} is not a whole number from 1 to 1024")
    return dask_cluster(dask) if dask is not None else mpi_ranks() if mpi else processes(jobs)
