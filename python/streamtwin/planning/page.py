"""The report of a plan: one file with everything in it."""

from __future__ import annotations

from ..report.study import Section, study
from ..report.svg import inline
from .answer import Limits, Plan
from .tables import notes, tables

QUESTION = {Plan: "What is the cheapest fleet that holds the objectives under every failure?", Limits: "How much load does the fleet hold?"}


def page(made: Plan | Limits, command: str) -> str:
    """The report as one string."""
    sections = []
    for told in tables(made):
        picture = _picture(made) if told.title == "Beyond it" else None
        sections.append(Section(told.title, told.headings, told.rows, told.words, picture=picture,
                                caption="Bands: exact intervals (95 %). Dashed: what the plan asks for." if picture else ""))
    sections.append(Section("How it was found", notes=notes(made)))
    return study("plan", made.asked.name, QUESTION[type(made)], made.headline(), sections, [command], "held")


def _picture(made: Plan | Limits):
    from ..plots.planning import beyond

    title = "How the plan holds as the load grows"
    wide = beyond(made)
    return None if wide is None else {"title": title, "wide": inline(wide, "beyond-w", title),
                                      "narrow": inline(beyond(made, width=3.9), "beyond-n", title)}
