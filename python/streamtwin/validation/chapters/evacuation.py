"""Leaving a region.

Netflix has published how long it took to evacuate a region before Project Nimble, 45 to 50 minutes, and since, 7 to 8, and of which steps
that is made up. The twin is given the steps' own times (what EC2 and a service need to start, how often DNS is asked), and not the sum.
"""

from functools import lru_cache

from ...simulation import run
from ..claims import LONG, add
from ..findings import Finding, between
from ..measured import kpi, loaded

NIMBLE = "Netflix, Project Nimble: Region Evacuation Reimagined (2018), and the talk How Netflix does failovers in 7 minutes flat"
METHOD = "[{at: 20 min, action: add_errors, target: playback-apps/eu-west-1, errors: 90 %}]"
LASTS = {"region-evacuation": "35 min", "region-evacuation-before": "75 min"}


@lru_cache(maxsize=None)
def left(scenario: str) -> tuple[dict[str, float], ...]:
    """How long the steps took under three seeds, in minutes."""
    changes = {"clock.lasts": LASTS[scenario], "method": METHOD, "steady_state_hypothesis.tolerances": "[]", "slos": "[]", "expects": "null"}
    runs = [run(loaded(scenario, changes), seed) for seed in (1, 2, 3)]
    return tuple({name: kpi(one, f"failover.eu-west-1.{name}") / 60 for name in ("detection", "capacity", "evacuated")} for one in runs)


def step(scenario: str, figure: str, low: float, high: float, off: tuple[float, ...]) -> Finding:
    return between(low, high, [took[figure] for took in left(scenario)], off)


BOTH = (0.8, 1.25)
add(step, "evacuation-nimble", "A region in trouble is evacuated with dark instances, min", NIMBLE, LONG, "region-evacuation", "evacuated", 7, 8, BOTH)
add(step, "evacuation-nimble-detection", "Of that, until it is seen and decided, min", f"{NIMBLE}: 2 min", LONG, "region-evacuation", "detection", 1.9, 2.1, BOTH)
add(step, "evacuation-nimble-capacity", "Of that, until the instances serve, min", f"{NIMBLE}: up to 4 min", LONG, "region-evacuation", "capacity", 1, 4, (0.25,))
add(step, "evacuation-before", "A region in trouble is evacuated with instances that are launched, min", NIMBLE, LONG, "region-evacuation-before", "evacuated", 45, 50, BOTH)
