"""Failures at random, as a search is to be better than: sets of services drawn by chance, one after the other in one long run."""

from __future__ import annotations

import copy
import random
from typing import Sequence

from .. import _core
from ..scenarios import Scenario
from ..simulation import as_run
from .search import Names
from .trials import ACTION


def inject_at_random(scenario: Scenario, workload: str, among: Sequence[str], least: float, budget: int, size: int = 2,
                     seed: int = 1) -> list[Names]:
    """The sets among ``budget`` random ones that have broken the workload. Each holds for two windows of the scenario's, of which the
    second is judged; then nothing fails for one. A window should be longer than a request takes."""
    draws = random.Random(seed)
    sets = [frozenset(draws.sample(list(among), size)) for _ in range(budget)]
    changed = copy.deepcopy(scenario)
    window = changed.clock.window
    changed.clock.lasts = 3 * window * budget
    changed.method[:] = [_step(name, 3 * window * n, 2 * window) for n, failures in enumerate(sets) for name in sorted(failures)]
    live = _core.LiveTwin(changed, seed, 1.0, None, None)
    try:
        live.run_until(live.end)
        run = as_run(live.result())
    finally:
        live.close()
    answered, failed = (run.series(f"load.{workload}.{what}").to_numpy() for what in ("answered", "failed"))
    judged = slice(len(answered) - 3 * budget + 1, None, 3)  # windows of the warm-up come before
    ended = zip(sets, answered[judged], failed[judged])
    return [failures for failures, good, bad in ended if good + bad > 0 and good < least * (good + bad)]


def _step(name: str, at: float, lasts: float):
    step = _core.FaultSpec()
    step.at, step.action, step.target, step.errors, step.lasts = at, ACTION, name, 1.0, lasts
    return step
