"""What the page says of faults: who found them out, how they spread, and how experiments on members came out."""

from __future__ import annotations

import math

from ..plots.experiments import conclusion
from ..plots.style import label
from ..quantities import UNKNOWN, duration, percent, plain, quantity
from ..results import Results


def finding_rows(run: Results) -> list[dict[str, str]]:
    """Who found out what of which step, and when."""
    rows = []
    for (_, what), finding in run.findings.iterrows():
        step = label(" ".join(filter(None, (finding["action"], finding["target"]))), 60)
        rows.append({"step": step, "what": label(what, 24), "after": quantity(finding["after_s"], "s"),
                     "last": quantity(finding["last_s"], "s"), "found": plain(finding["found"]),
                     "first": label(finding["first"], 60), "by": label(finding["found_by"], 60)})
    return rows


def known(show, value: float) -> str:
    return UNKNOWN if math.isnan(value) else show(value)


def experiment_rows(run: Results) -> list[dict[str, str]]:
    """How each experiment on members came out, and what it cost them."""
    rows = []
    for name, looks in run.experiments.groupby(level="name", sort=True):
        last = looks.iloc[-1]
        began, ended = (float(looks.index.get_level_values("time")[i]) for i in (0, -1))

        def kpi(key: str, name=name) -> float:
            found = f"chap.{name}.{key}"
            return float(run.kpis.loc[found, "value"]) if found in run.kpis.index else math.nan

        bounds = [kpi(f"sps_ratio{end}") for end in ("", ".lower", ".upper")]
        rows.append({"name": label(name, 40), "conclusion": conclusion(last["conclusion"]),
                     "after": duration(ended - began), "plays": f"{plain(last['experiment_plays'])}, {plain(last['control_plays'])}",
                     "experiment": known(percent, kpi("experiment.success")), "control": known(percent, kpi("control.success")),
                     "ratio": UNKNOWN if any(map(math.isnan, bounds)) else "{:.3f} ({:.3f} to {:.3f})".format(*bounds),
                     "harmed": known(plain, kpi("members_harmed"))})
    return rows


TIERS_OF_A_SPREAD = 12


def spread_rows(run: Results) -> list[dict[str, str]]:
    """For each broken objective the way from the tier that left its bounds first, and who else did, in the order of time."""
    rows = []
    for (_, objective), tiers in run.spreads.groupby(level=["step", "objective"], sort=False):
        by_name = {row["tier"]: row for _, row in tiers.iterrows()}
        way = [tiers.iloc[0]]
        while (following := by_name.get(way[-1]["through"])) is not None:
            way.append(following)
        on_it = {row["tier"] for row in way}
        others = [row for _, row in tiers.iterrows() if row["tier"] not in on_it]
        rows.append({"objective": label(objective, 80), "way": " → ".join(map(tier_text, way)),
                     "others": ", ".join(map(tier_text, others[:TIERS_OF_A_SPREAD])) +
                               (f" and {len(others) - TIERS_OF_A_SPREAD} more" if len(others) > TIERS_OF_A_SPREAD else "")})
    return rows


def tier_text(row) -> str:
    return f"{label(row['tier'], 40)} ({row['sign']}, {quantity(row['after_s'], 's')})"
