"""Hysteresis: the load goes up step by step, and from what the highest one has made of the system down again. A load that is carried
on the way up and not on the way down is one at which the system is *vulnerable*: it works, and once it has failed it does not come
back without less than that (Huang et al., "Metastable failures in the wild", OSDI 2022)::

    found = st.stability.up_and_down("mesh-retry-storm", loads="0.2:1.4:0.2", stay="30s")
    found.levels, found.gap
    found.picture()

A level is carried where in the second half of its time, on average over the runs, every workload answers at least 95 % of what is
offered.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Mapping, Sequence

import pandas as pd

from ..experiments.executors import processes
from ..experiments.intervals import t_interval
from ..ranges import Amount, BadInput, amounts, duration
from ..scenarios import ScenarioError
from ..simulation import Twin
from .recovery import CARRIED, WINDOWS, goodput
from .runs import scenario_of

UP, DOWN = "up", "down"
WRITTEN = ("sweep.csv", "sweep.json", "sweep.png")


@dataclass(frozen=True)
class _Run:
    scenario: str
    overrides: tuple[tuple[str, str], ...]
    stay: float
    levels: int
    seed: int


def _carry_out(run: _Run) -> list[float]:
    """Of each level the share of what was offered that was answered, of the workload of which it was least."""
    scenario = scenario_of(run.scenario, run.overrides)
    with Twin(scenario, run.seed) as twin:
        twin.run_until(twin.end)
        return by_level(goodput(twin.result()), scenario.clock.window, run.stay, run.levels)


def by_level(shares: pd.DataFrame, window: float, stay: float, levels: int) -> list[float]:
    """Of the windows that lie in the second half of each level, the mean of the workload that is worst off; what was asked for before
    and is answered in a later one makes no level better than all."""
    eps, found = 1e-6 * window, []
    for level in range(levels):
        begins, ends = (level + 0.5) * stay, (level + 1) * stay
        inside = shares[(shares.index - window >= begins - eps) & (shares.index <= ends + eps)]
        found.append(float(inside.clip(upper=1.0).mean().min()))
    return found


class Hysteresis:
    """What came of a sweep: ``levels`` as a frame, the ``gap``, ``picture()``."""

    def __init__(self, scenario: str, loads: Sequence[float], stay: float, seed: int, runs: Sequence[Sequence[float]]):
        self.scenario, self.loads, self.stay, self.seed, self.runs = scenario, list(loads), stay, seed, runs

    @property
    def levels(self) -> pd.DataFrame:
        """A row per level, in the order in which a run comes to them: the load, the way, and the share of what was offered that was
        answered, with its Student-t interval over the runs."""
        rows = []
        for number, (load, way) in enumerate(steps_of(self.loads)):
            share = t_interval([run[number] for run in self.runs])
            rows.append({"load": load, "way": way, "answered": share.value, "lower": share.lower, "upper": share.upper,
                         "carried": share.value >= CARRIED})
        return pd.DataFrame(rows)

    @property
    def gap(self) -> list[float]:
        """The loads that are carried on the way up and not on the way down."""
        levels = self.levels
        carried = {way: set(of[of["carried"]]["load"]) for way, of in levels.groupby("way")}
        return [load for load in self.loads[:-1] if load in carried[UP] - carried[DOWN]]

    @property
    def fails(self) -> bool:
        """Whether the highest load is not carried, so that there is a failed state to come down from."""
        return not bool(self.levels.set_index(["way", "load"]).loc[(UP, self.loads[-1]), "carried"])

    def headline(self) -> str:
        """The answer in a sentence."""
        if not self.fails:
            return f"Load {self.loads[-1]:g}, the highest, is carried: there is no failed state to come down from."
        if not self.gap:
            return "What is carried on the way up is carried on the way down: nothing is left of a failure when its load has gone."
        most, least = self.gap[-1], self.gap[0]
        loads = f"load {least:g} is" if most == least else f"loads from {least:g} to {most:g} are"
        return f"Vulnerable: {loads} carried on the way up, and not on the way down from a failure."

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        levels = self.levels.astype(object).where(self.levels.notna(), None)
        return {"scenario": self.scenario, "stay": self.stay, "seed": self.seed, "runs": len(self.runs), "fails": self.fails,
                "gap": self.gap, "headline": self.headline(), "levels": levels.to_dict("records")}

    def picture(self):
        """Both ways as a matplotlib figure."""
        from ..plots.sweep import sweep

        return sweep(self)

    def __repr__(self) -> str:
        return f"<Hysteresis of {self.scenario!r}: {self.headline()}>"


def steps_of(loads: Sequence[float]) -> list[tuple[float, str]]:
    """Up to the highest, which is there once, and down again."""
    return [(load, UP) for load in loads] + [(load, DOWN) for load in reversed(loads[:-1])]


def up_and_down(scenario: str | PathLike[str], loads: str, stay: str = "30s", overrides: Mapping[str, Any] | None = None, seed: int = 1,
                runs: int = 5, jobs: int | None = None, out: str | PathLike[str] | None = None, force: bool = False) -> Hysteresis:
    """Sweeps the load of a scenario, in place of its own method, through factors on it and back, each for so long; ``runs`` times, by
    seeds of their own. ``out``: a folder, new or empty, for the table and the picture."""
    if not 1 <= runs <= 10_000:
        raise BadInput(f"--runs: {runs} is not a whole number from 1 to 10000")
    factors = sorted(one.value for one in _factors(loads))
    name, lasts = fspath(scenario), duration("--sweep", stay)
    changes = _changes(name, dict(overrides or {}), factors, lasts)
    folder = _folder(out, force) if out is not None else None
    tasks = [_Run(name, changes, lasts, len(steps_of(factors)), seed + number) for number in range(runs)]
    shares: dict[int, list[float]] = {}
    with processes(jobs or os.cpu_count() or 1) as workers:
        for number, task in enumerate(tasks):
            workers.submit(number, _carry_out, task)
        while len(workers):
            for done in workers.finished():
                shares[done.key] = done.result()
    found = Hysteresis(name, factors, lasts, seed, [shares[number] for number in range(runs)])
    if folder is not None:
        _write(folder, found)
    return found


def _factors(loads: str) -> list[Amount]:
    factors = amounts("--load", loads)
    if any(factor.unit not in ("", "fraction") or not 1e-3 <= factor.value <= 1000 for factor in factors):
        raise BadInput(f"--load: '{loads}' is not of factors from 0.001 to 1000")
    if len(factors) < 2:
        raise BadInput(f"--load: '{loads}' is one load: a way up takes two at least")
    return factors


def _changes(scenario: str, overrides: dict[str, Any], factors: Sequence[float], stay: float) -> tuple[tuple[str, str], ...]:
    steps = ", ".join(f"{{at: {number * stay!r} s, action: set_load, load: {load!r}, lasts: {stay!r} s}}"
                      for number, (load, _) in enumerate(steps_of(factors)))
    end = math.ceil(len(steps_of(factors)) * stay)
    changes = tuple({**overrides, "clock.lasts": f"{end} s", "steady_state_hypothesis": "~", "method": f"[{steps}]"}.items())
    try:
        read = scenario_of(scenario, changes)
    except ScenarioError as error:
        raise BadInput(str(error)) from None
    if not read.load and read.members is None:
        raise BadInput(f"{scenario}: nothing is asked of it, it has neither `load` nor `members`; goodput needs one of them")
    if stay < 2 * WINDOWS * read.clock.window:
        raise BadInput(f"--sweep: {Amount(stay, 's')} is less than {2 * WINDOWS} windows of {Amount(read.clock.window, 's')}")
    return changes


def _folder(out: str | PathLike[str], force: bool) -> Path:
    path = Path(out)
    try:
        path.mkdir(parents=True, exist_ok=True)
        if force:
            for name in WRITTEN:
                (path / name).unlink(missing_ok=True)
        if any(path.iterdir()):
            raise BadInput(f"{path}: is not empty; give another folder, or --force for one with a sweep")
    except OSError as error:
        raise BadInput(f"{path}: cannot be used ({error})") from None
    return path


def _write(folder: Path, found: Hysteresis) -> None:
    found.levels.to_csv(folder / "sweep.csv", index=False)
    text = json.dumps(found.as_json(), indent=1, default=float)
    (folder / "sweep.json").write_text(text.replace("NaN", "null") + "\n", encoding="utf-8")
    found.picture().savefig(folder / "sweep.png", dpi=150, facecolor="white")
