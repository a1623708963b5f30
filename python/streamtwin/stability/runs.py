"""The runs of a map: each is carried out in a process, in which one simulation lives at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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
