"""Running scenarios from Python: a whole run in one call, or a twin that is stepped, looked at and let go on."""

from __future__ import annotations

import json
import math
import operator
from html import escape
from os import PathLike, fspath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Mapping

import numpy as np
import pandas as pd

from . import _core
from .branches import Steps, run_with_branches, with_branches
from .policies import Policies, given
from .runs import Run
from .scenarios import Scenario, check, load
from .tables import COLUMNS, MemoryTables

Progress = Callable[[float], None]


def _whole(name: str, value: Any, least: int, most: int) -> int:
    """The value as an int; refused in the words of the command line."""
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if not least <= number <= most:
        raise ValueError(f"{name}: {value!r} is not a whole number from {least} to {most}")
    return number


def _seed(value: Any) -> int:
    return _whole("seed", value, 0, 2**63 - 1)


def _number(name: str, value: Any, holds: Callable[[float], bool], expected: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not holds(number):  # nothing holds of nan
        raise ValueError(f"{name}: {value!r} is not {expected}")
    return number


def _load_factor(value: Any) -> float:
    return _number("load_factor", value, lambda factor: 1e-3 <= factor <= 1000, "a factor from 0.001 to 1000")


class ResultTables(MemoryTables):
    """The tables of a run in memory; its series stay arrays until they are asked for."""

    def __init__(self, tables: Mapping[str, Mapping[str, list]], series: Mapping[str, tuple[str, np.ndarray, np.ndarray]]):
        super().__init__({name: pd.DataFrame(dict(columns)) for name, columns in tables.items()})
        self._series = series

    def table(self, name: str) -> pd.DataFrame:
        if name != "series":
            return super().table(name)
        frames = [self.select("series", one) for one in self._series]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS["series"]))

    def select(self, name: str, key: str) -> pd.DataFrame:
        if name != "series":
            return super().select(name, key)
        if key not in self._series:
            return pd.DataFrame(columns=list(COLUMNS["series"]))
        unit, times, values = self._series[key]
        return pd.DataFrame({"name": key, "unit": unit, "time": times, "value": values})

    def names(self, table: str) -> list[str]:
        return sorted(self._series) if table == "series" else super().names(table)


def as_run(result: _core.RunResult, folder: Path | None = None) -> Run:
    """What the compiled side handed back, as a ``Run``."""
    value = result.to_python()
    return Run(json.loads(value["summary"]), ResultTables(value["tables"], value["series"]), folder)


class Twin:
    """A scenario's platform, composed and ready to run. One lives at a time in a process::

        with st.Twin("friday-night", seed=7) as twin:
            twin.run_until(600)  # ten minutes after the warm-up
            twin.result().series("plays.asked")
            twin.run()

    Times count from the end of the warm-up, as those of a scenario: a run begins below zero.
    ``KeyboardInterrupt`` stops a run between two events; the twin stays usable and can go on.
    """

    def __init__(self, scenario: Scenario | str | PathLike[str], seed: int = 1, overrides: Mapping[str, Any] | None = None,
                 load_factor: float = 1.0, policies: Policies | None = None, trace: int | None = None):
        #: The scenario in force; changing it does not change this twin.
        self.scenario = as_scenario(scenario, overrides)
        request = None if trace is None else _whole("trace", trace, 0, 2**63 - 1)
        plugged = given(policies)
        self._seed, self._load_factor, self._has_policies = _seed(seed), _load_factor(load_factor), plugged is not None
        self._live = _core.LiveTwin(self.scenario, self._seed, self._load_factor, plugged, request)

    @property
    def now(self) -> float:
        """Simulated seconds from the end of the warm-up."""
        return self._live.now

    @property
    def end(self) -> float:
        """When the scenario is over (s from the end of the warm-up)."""
        return self._live.end

    @property
    def finished(self) -> bool:
        return self._live.finished

    @property
    def events(self) -> int:
        """How many events have happened."""
        return self._live.events

    @property
    def platform(self) -> str:
        """Every zone, host and link, as text."""
        return self._live.platform

    def waiting(self) -> pd.DataFrame:
        """Every process that is alive, what it waits for, and since when."""
        return pd.DataFrame(self._live.waiting(), columns=["process", "waits_for", "since"])

    def spans(self) -> pd.DataFrame:
        """The trace of the request that ``trace`` has asked for, a row per span: what was done and ``where``, from when to
        when (s), and how it ended. ``parent`` is the row of the span around it, -1 for the first."""
        columns = ["parent", "name", "where", "begin", "end", "status"]
        spans = pd.DataFrame(self._live.spans(), columns=columns)
        spans["parent"] = spans["parent"].astype(int) - 1
        return spans

    def step(self) -> bool:
        """One event; False at the end."""
        return self._live.step()

    def run_until(self, time: float, progress: Progress | None = None) -> Twin:
        """Everything up to this time has happened afterwards. ``progress(now)`` is called some twenty times a second.

        Time does not run backwards: a time before ``now`` is a ``ValueError``.
        """
        now = self.now
        self._live.run_until(_number("time", time, lambda wanted: wanted >= now, f"a time from now on, {now:g} s"), progress)
        return self

    def run(self, progress: Progress | None = None) -> Twin:
        """Runs to the end of the scenario."""
        return self.run_until(self.end, progress)

    def result(self) -> Run:
        """What has been measured up to now."""
        return as_run(self._live.result())

    def write(self, folder: str | PathLike[str]) -> Path:
        """Writes the results up to now as a folder, whole or not at all."""
        self._live.result().write(fspath(folder))
        return Path(folder)

    def branch(self, what_ifs: Mapping[str, Steps], **options: Any) -> Run:
        """What the run may become from here on: see ``streamtwin.branch``, whose ``at`` is ``now``. The twin itself stays where it is:
        what has happened in it happens again in a process of its own, which is then forked."""
        if self._load_factor != 1:
            options.setdefault("load_factor", self._load_factor)
        if self._has_policies:
            raise TypeError("a twin with policies of your own cannot be branched: they live in this process, and branches run in others")
        return branch(self.scenario, self.now, what_ifs, seed=self._seed, **options)

    def close(self) -> None:
        """Ends the simulation, so that another twin can live."""
        self._live.close()

    def __enter__(self) -> Twin:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"

    def __repr__(self) -> str:
        if self._live.closed:
            return f"<Twin of {self.scenario.name!r}, closed>"
        return f"<Twin of {self.scenario.name!r} at {self.now:g} of {self.end:g} s, {self.events} events>"


def run(scenario: Scenario | str | PathLike[str], seed: int = 1, overrides: Mapping[str, Any] | None = None,
        until: float | None = None, out: str | PathLike[str] | None = None, load_factor: float = 1.0,
        replications: int = 1, jobs: int | None = None, policies: Policies | None = None,
        progress: Progress | None = None) -> Run:
    """Runs a scenario (a value, a file, or a name of the library) and returns what it found.

    ``until`` counts simulated seconds from the end of the warm-up, as ``method.at`` and ``--until`` do. With ``out`` a results folder is written.
    Ctrl-C raises ``KeyboardInterrupt``; what had happened until then is in its attribute ``run``, and in the folder,
    marked as partial.

    ``replications`` runs the seeds ``seed``, ``seed + 1``, ... as processes, ``jobs`` at a time (as many as there are
    cores), and returns means with 95 % Student-t intervals in ``kpis[["lower", "upper"]]``. The processes are forked:
    nothing needs to be picklable. An exception in one of them is a ``RunFailed`` with its text.

    A scenario that branches runs as ``branch`` runs it.

    ``policies`` are decisions of your own in place of the scenario's, see ``streamtwin.policies``::

        def cautious(now):
            return max(level for level, rate in enumerate(now.ladder) if level == 0 or rate < 0.5 * now.throughput)

        st.run("friday-night", policies=st.Policies(abr=cautious)).policies
    """
    replications = _whole("replications", replications, 1, 10_000)
    if jobs is not None:
        jobs = _whole("jobs", jobs, 1, 1024)
    if until is not None:
        until = _number("until", until, lambda time: time > 0, "a time above zero, in seconds")
    value = as_scenario(scenario, overrides)
    if value.branches is not None:
        if progress is not None or given(policies) is not None:
            raise TypeError("progress and policies live in this process, and branches run in others")
        return run_with_branches(value, as_run, _seed(seed), replications, jobs, _load_factor(load_factor), until, out)
    if replications > 1:
        if progress is not None:
            raise TypeError("progress goes with a single run")
        return _replicate(value, seed, until, out, load_factor, replications, jobs, policies)
    with Twin(value, seed, None, load_factor, policies) as twin:
        try:
            twin.run_until(twin.end if until is None else until, progress)
        except KeyboardInterrupt as interrupt:
            interrupt.run = _hand_over(twin, out)
            raise
        return _hand_over(twin, out)


def branch(scenario: Scenario | str | PathLike[str], at: float, what_ifs: Mapping[str, Steps], seed: int = 1,
           overrides: Mapping[str, Any] | None = None, until: float | None = None, out: str | PathLike[str] | None = None,
           load_factor: float = 1.0, replications: int = 1, jobs: int | None = None) -> Run:
    """The run of a scenario, and in its ``branches`` what it becomes where from ``at`` on (s from the end of the warm-up) more is done::

        run = st.branch("friday-night", 600, {
            "zone": [{"at": 620, "action": "kill_zone", "target": "eu-west-1b", "lasts": 300}],
            "peak": [{"at": 600, "action": "set_load", "load": 1.5}]})
        run.branches["peak"].series("plays.asked")
        run.beside_branches()

    A step has the keys of a step of ``method``. All share the random numbers and what came before, which is simulated once: each is the
    run that it would have been from the start with its steps in the method. They run in processes of the program ``streamtwin``, ``jobs``
    at a time; the other arguments are those of ``run``. A branch that fails is a ``RunFailed`` that has the rest in its attribute ``run``.
    """
    branched = with_branches(as_scenario(scenario, overrides), at, what_ifs)
    return run(branched, seed, None, until, out, load_factor, replications, jobs)


def _replicate(value, seed, until, out, load_factor, replications, jobs, policies) -> Run:
    with TemporaryDirectory(prefix="streamtwin-") as temporary:
        folder = Path(temporary) / "run" if out is None else Path(out)
        result, interrupted = _core.replicate(value, _seed(seed), replications, jobs or 0, _load_factor(load_factor), until,
                                                given(policies), fspath(folder))
        found = as_run(result, None if out is None else folder)
    if interrupted:
        interrupt = KeyboardInterrupt()
        interrupt.run = found
        raise interrupt
    return found


def as_scenario(scenario: Scenario | str | PathLike[str], overrides: Mapping[str, Any] | None = None) -> Scenario:
    """A scenario from a file or a name; overrides belong to those, a value is changed by its attributes."""
    if isinstance(scenario, Scenario):
        if overrides:
            raise TypeError("overrides go with a scenario's file or name; change the attributes of a Scenario instead")
        return check(scenario)
    return load(scenario, overrides)


def _hand_over(twin: Twin, out: str | PathLike[str] | None) -> Run:
    if out is not None:
        twin.write(out)
    return as_run(twin._live.result(), None if out is None else Path(out))
