"""Carrying an experiment out, in the order in which the toolkit does it (chaostoolkit-lib chaoslib/run.py), and its journal."""

from __future__ import annotations

import platform
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from os import PathLike
from typing import Any, Mapping

from ..ranges import BadInput
from ..runs import Run
from ..scenarios import ScenarioWarning, load
from ..simulation import Twin
from .experiment import Activity, Experiment, ExperimentError
from .probes import ProbeFailed
from .timeline import Moment, timeline, what_it_does
from .tolerance import holds

HYPOTHESIS = ("default", "before-method-only", "after-method-only", "during-method-only", "continuously")
ROLLBACKS = ("default", "always", "never", "deviated")


@dataclass(frozen=True)
class Strategy:
    """As the toolkit's command line has it; times in simulated seconds."""

    hypothesis: str = "default"
    frequency: float = 1.0
    fail_fast: bool = False
    fail_fast_ratio: float = 0.0
    rollbacks: str = "default"

    def __post_init__(self) -> None:
        if self.hypothesis not in HYPOTHESIS:
            raise BadInput(f"--hypothesis-strategy: expected {', '.join(HYPOTHESIS)}, found {self.hypothesis}")
        if self.rollbacks not in ROLLBACKS:
            raise BadInput(f"--rollback-strategy: expected {', '.join(ROLLBACKS)}, found {self.rollbacks}")
        if not self.frequency > 0:
            raise BadInput(f"--hypothesis-frequency: expected seconds above zero, found {self.frequency}")
        if not 0 <= self.fail_fast_ratio <= 1:
            raise BadInput(f"--fail-fast-ratio: expected a share from 0 to 1, found {self.fail_fast_ratio}")

    @property
    def before(self) -> bool:
        return self.hypothesis in ("default", "before-method-only", "continuously")

    @property
    def during(self) -> bool:
        return self.hypothesis in ("during-method-only", "continuously")

    @property
    def after(self) -> bool:
        return self.hypothesis in ("default", "after-method-only", "continuously")


def carry_out(experiment: Experiment, scenario: str | PathLike[str], seed: int = 1, overrides: Mapping[str, Any] | None = None,
              start: float = 60.0, strategy: Strategy = Strategy()) -> dict[str, Any]:
    """Carries the experiment out on the scenario's platform, from ``start`` (s after the warm-up) on; the journal.

    The experiment's method replaces the scenario's. A run that would be over before lasts longer.
    """
    plan = timeline(experiment, start, strategy.rollbacks != "never")
    changed = {**(overrides or {}), "method": plan.steps}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScenarioWarning)  # what the twin says below
        if plan.end >= load(scenario, overrides).clock.lasts:
            changed["clock.lasts"] = f"{plan.end + 1!r} s"
    with Twin(scenario, seed, changed) as twin:
        _check_probes(experiment, twin.result())
        return _Conductor(experiment, twin, strategy, plan).journal()


def _check_probes(experiment: Experiment, run: Run) -> None:
    probes = [one for one in (*experiment.hypothesis, *experiment.method, *experiment.rollbacks) if one.probe is not None]
    lacks = [f"{one.at}.provider: {lack}" for one in probes if (lack := one.probe.lacks(run)) is not None]
    if lacks:
        raise ExperimentError(experiment.file, lacks)


@dataclass(frozen=True)
class _Then:
    time: float
    activity: Activity | None  #: none: a look at the hypothesis


class _Conductor:
    def __init__(self, experiment: Experiment, twin: Twin, strategy: Strategy, plan):
        self._experiment, self._twin, self._strategy, self._plan = experiment, twin, strategy, plan
        self._began = datetime.now(timezone.utc)
        self._run: Run | None = None
        self._failed_during = self._looked_during = 0

    def journal(self) -> dict[str, Any]:
        """Of the whole experiment."""
        plan, states = self._plan, {"before": None, "after": None, "during": []}
        status, deviated, run = "completed", False, []
        self._go_to(plan.start)
        if self._strategy.before:
            states["before"] = self._look()
            if not states["before"]["steady_state_met"]:
                raised = any(one["status"] == "failed" for one in states["before"]["probes"])
                status = "failed" if raised else "completed"
                return self._written(states, status, False, [], self._rolled_back(status, False))
        for moment in self._with_looks(plan.method, plan.after):
            if moment.activity is not None:
                run.append(self._happen(moment.time, moment.activity))
                continue
            self._go_to(moment.time)
            states["during"].append(self._look())
            if self._fails_fast(states["during"][-1]):
                status, deviated = "failed", True
                break
        deviated = deviated or any(not one["steady_state_met"] for one in states["during"])
        if self._strategy.after and status == "completed":
            self._go_to(plan.after)
            states["after"] = self._look()
            deviated = deviated or not states["after"]["steady_state_met"]
            if any(one["status"] == "failed" for one in states["after"]["probes"]):
                status = "failed"
        return self._written(states, status, deviated, run, self._rolled_back(status, deviated))

    def _with_looks(self, method: list[Moment], end: float) -> list[_Then]:
        """The activities of the method, and between them the looks at the hypothesis."""
        moments = [_Then(one.time, one.activity) for one in method]
        if self._strategy.during:
            times = int((end - self._plan.start) / self._strategy.frequency)
            moments += [_Then(self._plan.start + (i + 1) * self._strategy.frequency, None) for i in range(times)]
        return sorted(moments, key=lambda one: one.time)

    def _fails_fast(self, look: Mapping[str, Any]) -> bool:
        self._looked_during += 1
        self._failed_during += not look["steady_state_met"]
        share = self._failed_during / self._looked_during
        return self._strategy.fail_fast and self._failed_during > 0 and share >= self._strategy.fail_fast_ratio

    def _go_to(self, time: float) -> None:
        if time > self._twin.now:
            self._twin.run_until(time)
            self._run = None

    def _measured(self) -> Run:
        if self._run is None:
            self._run = self._twin.result()
        return self._run

    def _look(self) -> dict[str, Any]:
        probes = []
        for activity in self._experiment.hypothesis:
            entry = self._activity(activity, self._twin.now)
            entry["tolerance_met"] = entry["status"] == "succeeded" and holds(activity.raw["tolerance"], entry["output"])
            probes.append(entry)
            if not entry["tolerance_met"]:
                break  # as the toolkit does
        return {"steady_state_met": all(one["tolerance_met"] for one in probes), "probes": probes}

    def _happen(self, time: float, activity: Activity) -> dict[str, Any]:
        self._go_to(time)
        return self._activity(activity, time)

    def _activity(self, activity: Activity, time: float) -> dict[str, Any]:
        entry: dict[str, Any] = {"activity": dict(activity.raw), "start": self._when(time), "end": self._when(time), "duration": 0.0,
                                 "status": "succeeded", "output": None}
        if activity.probe is None:
            entry["output"] = what_it_does(activity)
            return entry
        try:
            entry["output"] = activity.probe.see(self._measured())
        except ProbeFailed as failure:
            entry["status"], entry["exception"] = "failed", [f"ActivityFailed: {failure}\n"]
        return entry

    def _rolled_back(self, status: str, deviated: bool) -> list[dict[str, Any]]:
        strategy = self._strategy.rollbacks
        if strategy == "never" or (strategy == "default" and status in ("failed", "interrupted")) or (strategy == "deviated" and not deviated):
            return []
        return [self._happen(moment.time, moment.activity) for moment in self._plan.rollbacks]

    def _when(self, time: float) -> str:
        return (self._began + timedelta(seconds=time - self._plan.start)).isoformat()

    def _written(self, states, status, deviated, run, rollbacks) -> dict[str, Any]:
        from .. import __version__

        return {"chaoslib-version": f"streamtwin {__version__}", "platform": platform.platform(), "node": platform.node(),
                "experiment": self._experiment.raw, "start": self._when(self._plan.start), "status": status, "deviated": deviated,
                "steady_states": states, "run": run, "rollbacks": rollbacks, "end": self._when(max(self._twin.now, self._plan.start)),
                "duration": max(0.0, self._twin.now - self._plan.start)}


__all__ = ["ExperimentError", "Strategy", "carry_out"]
