"""The report of a plan: one file with everything in it."""

from __future__ import annotations

from typing import Any

from ..report.study import render
from ..report.svg import inline
from .answer import Limits, Plan
from .tables import notes, tables

QUESTION = {Plan: "What is the cheapest fleet that holds the objectives under every failure?", Limits: "How much load does the fleet hold?"}


def page(made: Plan | Limits, command: str) -> str:
    """The report as one string."""
    sections: list[dict[str, Any]] = []
    for told in tables(made):
        picture = _picture(made) if told.title == "Beyond it" else None
        sections.append({"title": told.title, "headings": told.headings, "rows": told.rows, "words": told.words, "notes": [], "picture": picture,
                         "caption": "Bands: exact intervals (95 %). Dashed: what the plan asks for." if picture else ""})
    sections.append({"title": "How it was found", "headings": (), "rows": [], "words": 1, "notes": notes(made), "picture": None, "caption": ""})
    return render(__package__, name=made.asked.name, question=QUESTION[type(made)], headline=made.headline(), sections=sections, command=command)


def _picture(made: Plan | Limits):
    from ..plots.planning import beyond

    picture = beyond(made)
    return inline(picture, "beyond", "How the plan holds as the load grows") if picture is not None else None
