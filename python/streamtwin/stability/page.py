"""The report of a map: one file with everything in it."""

from __future__ import annotations

import math

from ..quantities import UNKNOWN, percent, quantity
from ..ranges import Amount
from ..report.pages import render
from ..report.svg import inline
from .map import StabilityMap

RULE = ("A run has recovered at the beginning of the first three windows in a row in which every workload answers of what is offered as "
        "much as before the trigger: no less than in its worst window then, or than 95 % of the mean. Runs are added seed by seed "
        "until a sequential test of 20 % against 80 % decides, wrong in one of twenty; what it never decides is shown as mixed.")
HEADINGS = ("Cell", "Verdict", "Runs", "Recovered", "Probability of recovery, 95 %", "Time to recover", "95 % interval")


def page(found: StabilityMap) -> str:
    """The report as one string."""
    return render("page.html", __package__, scenario=found.scenario, trigger=found.trigger, headline=found.headline(), rule=RULE,
                  picture=inline(found.picture(), "stability", found.headline()), horizon=str(Amount(found.horizon, "s")),
                  notes=notes(found), headings=HEADINGS, rows=rows(found))


def notes(found: StabilityMap) -> list[str]:
    """What a reader must know to trust the map."""
    vulnerable = [f"{load:g}" for load, kind in found.kinds.items() if kind == "vulnerable"]
    said = [f"Vulnerable, as the load is carried until a trigger comes that is not survived: {', '.join(vulnerable)}."] if vulnerable else []
    inferred = sum(one.inferred is not None for one in found.found.values())
    if inferred:
        said.append(f"{inferred} of {len(found.found)} cells were not run: a cell that recovers speaks for all milder ones, one that does "
                    "not for all worse ones. That this is so is an assumption.")
    if found.not_monotone:
        milder, worse = found.not_monotone[0]
        said.append(f"In {len(found.not_monotone)} pairs of cells the worse one recovers and the milder one does not; the first: {worse} "
                    f"does, {milder} does not.")
    return said


def rows(found: StabilityMap) -> list[list[str]]:
    """A row per cell, as text."""
    table = []
    for place, row in zip(found.grid.places(), found.cells.to_dict("records")):
        name = str(found.grid.cell(place))
        if row["inferred"]:
            table.append([name, f"{row['verdict']} (taken over)", *[UNKNOWN] * 5])
            continue
        bounds = f"{percent(row['probability_lower'])} … {percent(row['probability_upper'])}"
        known = not math.isnan(row["recovery_lower"])
        interval = f"{quantity(row['recovery_lower'], 's')} … {quantity(row['recovery_upper'], 's')}" if known else UNKNOWN
        censored = row["recovered"] < row["runs"]
        mean = UNKNOWN if math.isnan(row["recovery"]) else ("at least " if censored else "") + quantity(row["recovery"], "s")
        table.append([name, row["verdict"], str(row["runs"]), str(row["recovered"]), bounds, mean, interval])
    return table
