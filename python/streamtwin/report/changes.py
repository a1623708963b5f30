"""What the page says of regions that were left, and of builds on their way to members."""

from __future__ import annotations

import math

from ..quantities import UNKNOWN, percent, plain, quantity
from ..plots.style import label
from ..results import Results

#: Published: A. Mathur, How Netflix does failovers in 7 minutes flat (opensource.com, 2018).
STEPS = ("detection", "capacity", "proxying", "dns", "evacuated", "given_back")

DELIVERIES = {
    "begun": "Begun", "done": "Done", "failed": "Failed, as their instances did not come up or their canary did not pass",
    "rolled_back": "Rolled back", "canaries": "Canaries", "canaries_failed": "Canaries that failed",
    "time.mean": "From the order until the next build serves everywhere, on average",
    "roll_back.mean": "From the decision to roll back until the old build serves everywhere, on average",
    "last_answer.mean": "And until a bad instance has given its last answer, on average", "harmed": "Requests that failed because of a build",
}


def kpi(run: Results, name: str) -> float:
    return float(run.kpis.loc[name, "value"]) if name in run.kpis.index else math.nan


def shown(run: Results, name: str) -> str:
    value = kpi(run, name)
    return UNKNOWN if math.isnan(value) else quantity(value, run.kpis.loc[name, "unit"])


def minutes(run: Results, name: str) -> str:
    """To six seconds: rounded to whole minutes the steps would not add up."""
    value = kpi(run, name)
    return UNKNOWN if math.isnan(value) else f"{value / 60:.1f} min"


def evacuation_rows(run: Results) -> list[dict[str, str]]:
    """How long each step took of the last evacuation of each region that was left."""
    rows = []
    for name in run.kpis.index:
        if not (name.startswith("failover.") and name.endswith(".evacuations")) or not kpi(run, name) > 0:
            continue
        region = name.removeprefix("failover.").removesuffix(".evacuations")
        answered, turned = (kpi(run, f"failover.{region}.{key}") for key in ("availability", "turned_back"))
        rows.append({"region": label(region, 40), **{step: minutes(run, f"failover.{region}.{step}") for step in STEPS},
                     "answered": UNKNOWN if math.isnan(answered) else percent(answered),
                     "turned_back": UNKNOWN if math.isnan(turned) else plain(turned)})
    return rows


def delivery_rows(run: Results) -> list[dict[str, str]]:
    """What became of the builds that were ordered."""
    if not kpi(run, "deliveries.begun") > 0:
        return []
    return [{"what": text, "value": shown(run, f"deliveries.{key}")} for key, text in DELIVERIES.items()
            if not math.isnan(kpi(run, f"deliveries.{key}"))]
