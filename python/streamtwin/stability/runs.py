"""The runs of a map, in processes: one simulation at a time lives in each."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable, Hashable, Iterable

from ..scenarios import Scenario, load
from ..simulation import Twin
from .recovery import WINDOWS, Outcome, goodput, judge


@dataclass(frozen=True)
class Plan:
    """One run: of which scenario, under which load and trigger, and how long it is looked at."""

    scenario: str
    overrides: tuple[tuple[str, str], ...]
    load: float
    seed: int
    begins: float
    ends: float
    horizon: float


@lru_cache(maxsize=256)
def scenario_of(scenario: str, overrides: tuple[tuple[str, str], ...]) -> Scenario:
    return load(scenario, dict(overrides))


def carry_out(plan: Plan) -> Outcome:
    """Runs until the trigger is over and the system is back, or the horizon is there."""
    scenario = scenario_of(plan.scenario, plan.overrides)
    window = scenario.clock.window
    with Twin(scenario, plan.seed, load_factor=plan.load) as twin:
        time = plan.begins
        while True:
            twin.run_until(min(time, twin.end))
            outcome = judge(goodput(twin.result()), window, plan.begins, plan.ends)
            if not outcome.carried or outcome.recovered or time >= plan.ends + plan.horizon:
                return outcome
            # Looking costs something, too: seldom where it takes long.
            time = max(plan.ends + (WINDOWS + 1) * window, time + max(2 * window, 0.1 * plan.horizon))
            time = min(time, plan.ends + plan.horizon)


class Workers:
    """Processes that work; what they hand back is taken in the order in which it comes."""

    def __init__(self, jobs: int):
        # Forked: nothing of the caller's program is imported or run again.
        self._pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork"))
        self._open: dict[Future, Hashable] = {}

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, key: Hashable, work: Callable[..., Any], *arguments: Any) -> None:
        self._open[self._pool.submit(work, *arguments)] = key

    def finished(self) -> Iterable[tuple[Hashable, Any]]:
        """At least one that has finished."""
        done, _ = wait(self._open, return_when=FIRST_COMPLETED)
        return [(self._open.pop(one), one.result()) for one in done]

    def __len__(self) -> int:
        return len(self._open)
