"""A plan as tables of text: what terminal and page show alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone

from ..quantities import UNKNOWN, percent
from .answer import Limits, Plan, Spared, bound_text


@dataclass(frozen=True)
class Told:
    """A table with its heading; the first ``words`` columns are text."""

    title: str
    headings: tuple[str, ...]
    rows: list[list[str]]
    words: int = 1


def tables(made: Plan | Limits) -> list[Told]:
    """Those that have rows."""
    told = [_limits(made)] if isinstance(made, Limits) else [_demand(made), _fleet(made), _risks(made), _prices(made), _spared(made),
                                                                     _reserves(made), _beyond(made), _assumptions(made)]
    return [one for one in told if one.rows]


def notes(made: Plan | Limits) -> list[str]:
    """What a reader must know to trust it."""
    said = []
    if isinstance(made, Plan):
        found, asked = made.found, made.asked
        said.append(f"Verdicts by sequential tests, wrong together in no more than {percent(asked.error)} of plans; {made.runs} runs of "
                    f"{len(found.verdicts)} fleets. An objective may break in {percent(asked.risk)} of runs. Risk: (broken + 1/2) / (runs + 1), with "
                    "the exact interval of Clopper and Pearson, of the runs by which the plan was decided.")
        if found.by_model:
            said.append(f"{found.by_model} cheaper fleets were not run: by theory they bear less than {percent(found.trusted)} of the load that "
                        "one bears which has failed.")
        if found.beyond_a_box:
            least, most = (", ".join(f"{one.variable.name} {one.text(one.variable.value(at))}" for one, at in zip(asked.choices, end))
                           for end in (found.lattice.least, found.lattice.most))
            said.append(f"There are more fleets than can be looked at one by one: those from {least} to {most} have been, around what theory asks for.")
        if found.corrected:
            said.append(f"Theory took {', '.join(found.corrected)} to come first where requests waited longer elsewhere, and was corrected.")
        if not found.complete:
            said.append("The runs were used up before every cheaper fleet was decided: with more `plan.runs` it goes on from here.")
        if made.monotone:
            said.append(f"More is not always better here: {made.monotone}.")
    else:
        said.append(f"Loads are {percent(made.step)} apart; each decided by sequential tests, wrong together in no more than "
                    f"{percent(made.asked.error)}; {made.runs} runs.")
    if made.crashed:
        said.append(f"{len(made.crashed)} runs crashed or hung, and count as broken; the first: {made.crashed[0]}.")
    return said


def _demand(made: Plan) -> Told:
    rows = []
    if made.demand is not None:
        one = made.demand
        when = datetime.fromtimestamp(one.when, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
        rows = [["highest load foretold", f"{one.peak:.4g} /s"], [f"below which it stays with {percent(one.share)}, at {when}", f"{one.upper:.4g} /s"]]
        rows += [[f"on top: {name}", f"{factor:g} ×"] for name, factor in one.events.items()]
        rows += [["planned for, of the scenario's load", f"{one.factor:.4g} ×"]]
        rows += [[f"error of {name.replace('_', ' ')} in the past (WAPE)", percent(scores["wape"])] for name, scores in one.accuracy.items()]
    return Told("The load", ("What", "How much"), rows)


def _fleet(made: Plan) -> Told:
    values = made.asked.values(made.best)
    rows = [[str(name), UNKNOWN if one.today is None else one.text(one.today), one.text(value), money(row["cost_today"]), money(row["cost"])]
            for one, value, (name, row) in zip(made.asked.choices, values, made.fleet.iterrows())]
    return Told("The fleet", ("What", "Today", "Plan", "$/h today", "$/h"), [*rows, ["all", "", "", money(made.cost_today), money(made.cost)]])


def _risks(made: Plan) -> Told:
    rows = []
    for constraint, row in zip(made.asked.constraints, made.risks.to_dict("records")):
        rows.append([bound_text(constraint) + (" ◄" if row["binding"] else ""), row["failure"], constraint.objective.shown(row["mean"]),
                     f"{row['broken']} of {row['runs']}", percent(row["risk"]), f"{percent(row['lower'])} … {percent(row['upper'])}"])
    return Told("How sure", ("Objective (◄ binds)", "Under", "Mean", "Broke", "Risk", "95 %"), rows, 2)


def _spared(made: Plan) -> Told:
    rows = [[_less(made, one), one.by.objective.figure, one.by.failure, money(one.saves), one.by.objective.shown(one.there),
             one.by.objective.shown(one.here), f"{one.broken} of {one.of}", *_bounded(*one.price)] for one in made.spared]
    return Told("What less would break", ("With less", "breaks", "under", "saves $/h", "Mean there", "Mean in the plan", "Broke",
                                          "$/h for 1 (s, or all of a share)", "95 %"), rows, 3)


def _less(made: Plan, spared: Spared) -> str:
    """What a cheaper point has other than the plan."""
    here = made.values(made.best)
    there = {name: value for name, value in made.values(spared.point).items() if value != here[name]}
    return ", ".join(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in there.items())


def _prices(made: Plan) -> Told:
    rows = []
    for one in made.prices:
        if one.free:
            told = ["nothing: the plan holds it", money(0.0), UNKNOWN]
        else:
            told = [one.variable or "no single step surely", *_bounded(one.price, one.lower, one.upper)]
        rows.append([bound_text(one.constraint), one.constraint.failure, one.words, *told])
    return Told("What each objective costs", ("Objective", "Under", "Stricter by", "Bought by", "$/h", "95 %"), rows, 4)


def _reserves(made: Plan) -> Told:
    rows = [[one.tier, one.failure, f"{one.servers:g}", f"{one.work:.3g}", f"{one.most:.3g}", str(one.needed),
             percent(one.most / one.servers) if one.servers else UNKNOWN] for one in made.reserves]
    return Told("What each region carries", ("Tier and region", "Most under", "Servers", "Busy, nothing fails", "Busy then", "Enough by theory",
                                             "Utilisation then"), rows, 2)


def _beyond(made: Plan) -> Told:
    rows = [[one.by.objective.figure if one.by else "nothing", one.busiest or "", one.failure, f"{one.load:.3g} ×",
             f"{one.broken} of {one.of}"] for one in made.beyond]
    return Told("Beyond it", ("What breaks first", "Busiest then", "Under", "Load", "Broke"), rows, 3)


def _assumptions(made: Plan) -> Told:
    rows = [[one["path"], one["value"], one["objective"], f"{one['change']:+.3g}"] for one in made.assumptions]
    return Told("Assumptions that it hangs on most", ("Parameter", "Value", "Objective", "Change of its mean with a tenth more"), rows, 3)


def _limits(made: Limits) -> Told:
    rows = [[one.failure, bound_text(one.by) if one.by else "nothing", f"{one.holds:.3g} ×",
             UNKNOWN if math.isinf(one.breaks) else f"{one.breaks:.3g} ×", str(one.runs)] for one in made.limits]
    return Told("The highest load", ("Failure", "What breaks beyond", "Holds", "Breaks", "Runs"), rows, 2)


def _bounded(value: float, lower: float, upper: float) -> tuple[str, str]:
    """A price with its interval, which is open where nothing says how high it may be."""
    if math.isinf(upper):
        return UNKNOWN, f"from {lower:.3g} on" if math.isfinite(lower) and lower > 0 else UNKNOWN
    return f"{value:.3g}", f"{lower:.3g} … {upper:.3g}"


def money(value: float) -> str:
    return UNKNOWN if math.isnan(value) else f"{value:.2f}"
