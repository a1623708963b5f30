"""Trials by simulation: a short run in which some services answer nothing but errors from its beginning on."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Iterable, Sequence

from .. import _core
from ..experiments.executors import Workers
from ..results import Results
from ..scenarios import Scenario
from ..simulation import as_run
from .search import Names, Trial

#: How a service fails: all that it answers are errors.
ACTION = "add_errors"


@dataclass(frozen=True)
class Trials:
    """How a set of failures is tried; what the scenario's own method does is left out."""

    scenario: Scenario
    workload: str
    #: The availability below which the workload is broken.
    least: float
    seed: int = 1

    def __call__(self, failures: Names) -> Trial:
        run, _ = self.run(failures)
        available = float(run.kpis.loc[f"load.{self.workload}.availability", "value"])
        broken = not available >= self.least  # unknown is broken, too: nothing was answered
        return Trial(broken, frozenset() if broken else supporters(run) - failures)

    def run(self, failures: Iterable[str], trace: int | None = None) -> tuple[Results, list]:
        """The run itself, and the spans of the request that is traced."""
        live = _core.LiveTwin(self.broken(failures), self.seed, 1.0, None, trace)
        try:
            live.run_until(live.end)
            return as_run(live.result()), live.spans() if trace is not None else []
        finally:
            live.close()

    def broken(self, failures: Iterable[str]) -> Scenario:
        """The scenario in which they fail."""
        scenario = copy.deepcopy(self.scenario)
        steps = []
        for name in sorted(failures):
            step = _core.FaultSpec()
            step.at, step.action, step.target, step.errors = 0.0, ACTION, name, 1.0
            steps.append(step)
        scenario.method[:] = steps
        return scenario


def supporters(run: Results) -> Names:
    """Who has answered anything, of services, caches and stores."""
    tiers = run.tiers
    return frozenset(tiers.index[(tiers["rps"] > 0) & ~(tiers["errors"] >= 1)])


def lineage_of(spans: Sequence[tuple]) -> Names:
    """Who has answered in the traced request: the services of spans in which an instance serves."""
    return frozenset(where.split("/")[0] for _, name, where, _, _, status in spans if name == "serve" and status == "ok")


class Pool:
    """Trials in processes: one simulation at a time lives in each."""

    def __init__(self, trials: Trials, workers: Workers):
        global _trials
        _trials = trials  # what is there when the processes are forked need not be sent to them
        self._workers = workers

    def __call__(self, sets: Sequence[Names]) -> list[Trial]:
        for failures in sets:
            self._workers.submit(failures, _one, failures)
        found = {}
        while len(self._workers):
            found.update({done.key: done.result() for done in self._workers.finished()})
        return [found[failures] for failures in sets]

    def lineage(self) -> Names:
        """Who has answered in a request that was traced: the slowest that succeeded where nothing fails."""
        self._workers.submit(None, _traced)
        return self._workers.finished()[0].result()


_trials: Trials | None = None


def _traced() -> Names:
    assert _trials is not None
    request = _trials.run(())[0].meta.get("slowest_request")
    return frozenset() if request is None else lineage_of(_trials.run((), int(request))[1])


def _one(failures: Names) -> Trial:
    assert _trials is not None
    return _trials(failures)
