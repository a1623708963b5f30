"""The report of several plans: what each buys, what it costs, and how sure each is of every objective under every failure."""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

from ..plots.plans import beyond
from ..plots.style import label
from ..quantities import UNKNOWN, percent, plain
from ..ranges import BadInput
from ..results import read_json
from .page import NARROW, WIDE
from .study import Section, study
from .svg import inline


@dataclass(frozen=True)
class Made:
    """A plan as ``plan.json`` tells it, and the letter that it has on the page."""

    folder: str
    letter: str
    told: dict[str, Any]

    @property
    def limits(self) -> bool:
        """It asks for the highest load, and not for the cheapest fleet."""
        return "limits" in self.told

    @property
    def cost(self) -> float:
        return math.nan if self.told.get("cost_per_hour") is None else float(self.told["cost_per_hour"])


def read(folder: str, letter: str) -> Made:
    return Made(folder, letter, read_json(Path(folder) / "plan.json", dict))


def plans(folders: Sequence[str]) -> str:
    """The report as one string; the first is what the others are compared to."""
    made = [read(folder, chr(ord("A") + at) if at < 26 else f"#{at + 1}") for at, folder in enumerate(folders)]
    if len({one.limits for one in made}) > 1:
        other = next(one for one in made if one.limits != made[0].limits)
        raise BadInput(f"{made[0].folder} and {other.folder} answer different questions: one is a fleet, the other the load that one holds")
    sections = [_compared(made), _limits(made)] if made[0].limits else [_compared(made), _fleets(made), _risks(made), _beyond(made)]
    names = list(dict.fromkeys(label(one.told["scenario"], 60) for one in made))
    again = [shlex.join(["streamtwin", "report", *folders])]
    return study("plans", " against ".join(names), "In what do these plans differ, and how sure is that?", answer(made), sections, again)


def answer(made: Sequence[Made]) -> str:
    if made[0].limits:
        least = [min(one.told["limits"], key=lambda row: row["holds"]) for one in made]
        told = [f"{one.letter} holds {row['holds']:.3g} times the load ({label(row['failure'], 30)} limits it)" for one, row in zip(made, least)]
        return f"{'; '.join(told)}."
    first, known = made[0], [one for one in made if not math.isnan(one.cost)]
    if len(known) < len(made):
        return "; ".join(f"{one.letter}: {label(one.told['headline'], 120)}" for one in made)
    return f"A costs {_money(first.cost)} $/h; {', '.join(_against(one, first) for one in made[1:])}."


def _against(one: Made, first: Made) -> str:
    if one.cost == first.cost:
        return f"{one.letter} as much"
    return f"{one.letter} {_money(abs(one.cost - first.cost))} $/h {'more' if one.cost > first.cost else 'less'}"


def _compared(made: Sequence[Made]) -> Section:
    rows = [[f"{one.letter}: {label(one.told['scenario'], 60)}", label(one.folder, 80), label(one.told["headline"], 200),
             plain(one.told["runs"])] for one in made]
    return Section("What is compared", ("Plan", "Folder", "Answer", "Runs"), rows, 3)


def _fleets(made: Sequence[Made]) -> Section:
    """Costs follow from the fleets and have no error."""
    by = [{row["variable"]: row for row in one.told["fleet"]} for one in made]
    rows = []
    for name in dict.fromkeys(name for fleet in by for name in fleet):
        today = next(fleet[name]["today"] for fleet in by if name in fleet)
        values = [_plain(fleet[name]["plan"]) if name in fleet else UNKNOWN for fleet in by]
        costs = [_money(fleet[name]["cost"]) if name in fleet else UNKNOWN for fleet in by]
        rows.append([label(name, 60), _plain(today), *values, *costs])
    rows.append(["all", "", *("" for _ in made), *(_money(one.cost) for one in made)])
    letters = [one.letter for one in made]
    return Section("The fleets", ("What", "Today", *letters, *(f"{one}, $/h" for one in letters)), rows)


def _risks(made: Sequence[Made]) -> Section:
    """Two risks are told apart where their exact intervals do not overlap, which is stricter than a test at five in a hundred."""
    by = [{(row["objective"], row["failure"], row["at_least"], row["at_most"]): row for row in one.told["risks"]} for one in made]
    rows = []
    for key in dict.fromkeys(key for risks in by for key in risks):
        here = [risks.get(key) for risks in by]
        rows.append([label(_bound(key), 80), label(key[1], 40), *(UNKNOWN if row is None else _risk(row) for row in here), _apart(here)])
    letters = [f"{one.letter}: risk, 95 %" for one in made]
    return Section("How sure", ("Objective", "Under", *letters, "Told apart from A"), rows, 2,
                   ["The risk that an objective breaks in a run, with its exact interval (Clopper and Pearson) and ◄ where it binds the plan. "
                    "Told apart are risks whose intervals do not overlap; others may be the same, or had too few runs to tell."])


def _bound(key: tuple) -> str:
    figure, _, least, most = key
    return figure + (f" at least {least:g}" if least is not None else "") + (f" at most {most:g}" if most is not None else "")


def _risk(row: dict[str, Any]) -> str:
    return f"{percent(row['risk'])} ({percent(row['lower'])} … {percent(row['upper'])})" + (" ◄" if row["binding"] else "")


def _apart(rows: Sequence[dict[str, Any] | None]) -> str:
    first, others = rows[0], [row for row in rows[1:] if row is not None]
    if first is None or not others:
        return UNKNOWN
    return ", ".join("yes" if row["lower"] > first["upper"] or row["upper"] < first["lower"] else "no" for row in others)


def _beyond(made: Sequence[Made]) -> Section:
    rows = [[one.letter, label(row["failure"], 40), label(row["objective"] or "nothing", 60), label(row["busiest"] or "", 40),
             f"{row['load']:.3g} ×", f"{plain(row['broken'])} of {plain(row['runs'])}"] for one in made for row in one.told["beyond"]]
    title = "How each plan holds as the load grows"
    wide = beyond(made, width=WIDE)
    picture = None if wide is None else {"title": title, "wide": inline(wide, "plans-w", title),
                                         "narrow": inline(beyond(made, width=NARROW), "plans-n", title)}
    return Section("Beyond them", ("", "Under", "What breaks first", "Busiest then", "Load", "Broke"), rows, 4, picture=picture,
                   caption="Bands: exact intervals (95 %)." if picture else "")


def _limits(made: Sequence[Made]) -> Section:
    by = [{row["failure"]: row for row in one.told["limits"]} for one in made]
    rows = []
    for failure in dict.fromkeys(name for limits in by for name in limits):
        rows.append([label(failure, 60), *(_between(limits.get(failure)) for limits in by)])
    return Section("The highest load", ("Failure", *(one.letter for one in made)), rows, 1,
                   ["Of the scenario's load: from the highest that holds to the lowest that does not. Where two such ranges overlap nothing "
                    "tells them apart."])


def _between(row: dict[str, Any] | None) -> str:
    if row is None:
        return UNKNOWN
    return f"{row['holds']:.3g} … " + (f"{row['breaks']:.3g} ×" if row["breaks"] is not None else "×")


def _plain(value: float | None) -> str:
    return UNKNOWN if value is None else plain(value)


def _money(value: float | None) -> str:
    return UNKNOWN if value is None or math.isnan(value) else f"{value:.2f}"
