"""The book: claims that were measured, as a table or JSON."""

from __future__ import annotations

import time
from dataclasses import dataclass
from html import escape
from typing import Any, Callable, Iterable

import pandas as pd

from .claims import LONG, MINUTE, QUICK, Chapter, Claim, chosen
from .findings import Finding, broken

HEADINGS = {"claim": "Claim", "source": "Source", "expected": "Expected", "measured": "Measured here", "interval": "Interval",
            "verdict": "Verdict", "command": "Command"}


@dataclass(frozen=True)
class Row:
    claim: Claim
    finding: Finding
    seconds: float

    def told(self) -> dict[str, str]:
        """By heading."""
        found = self.finding
        return {"claim": self.claim.text, "source": self.claim.source, "expected": found.expected, "measured": found.measured,
                "interval": found.interval, "verdict": found.verdict, "command": self.claim.command}


class Book:
    """Measures claims and keeps what came of them::

        book = Book()
        book.measure("queueing")
        book.failed()
    """

    def __init__(self, takes: Iterable[str] = (QUICK, MINUTE)) -> None:
        self._takes = tuple(takes)
        self._chapters: dict[str, Chapter] = {}
        self.rows: list[Row] = []

    @classmethod
    def quick(cls) -> Book:
        """Of the rows that take seconds together."""
        return cls((QUICK,))

    @classmethod
    def whole(cls) -> Book:
        """Of all rows; the long ones take an hour."""
        return cls((QUICK, MINUTE, LONG))

    def measure(self, *names: str, look: Callable[[Row], object] = lambda row: None) -> Table:
        """Rows and chapters by name, or all; ``look`` is called with each row as it is there."""
        measured = []
        for chapter in chosen(names, self._takes):
            self._chapters.setdefault(chapter.name, chapter)
            for claim in chapter.claims:
                began = time.monotonic()
                measured.append(Row(claim, _found(claim), time.monotonic() - began))
                look(measured[-1])
        self.rows += measured
        return Table(measured)

    def table(self) -> Table:
        """Everything that was measured."""
        return Table(self.rows)

    def failed(self) -> list[str]:
        """The claims that did not hold."""
        return [row.claim.name for row in self.rows if row.finding.held is False]

    def toothless(self) -> list[str]:
        """The rows that would agree with an expectation that is off, and so say nothing."""
        return [row.claim.name for row in self.rows if row.finding.held is not None and not row.finding.refuses()]

    def by_chapter(self) -> list[tuple[Chapter, list[Row]]]:
        return [(chapter, [row for row in self.rows if row.claim.chapter == name]) for name, chapter in self._chapters.items()]

    def headline(self) -> str:
        """How many of how many held.

        >>> Book().headline()
        'Nothing was measured'
        """
        verdicts = [row.finding.verdict for row in self.rows]
        if not verdicts:
            return "Nothing was measured"
        judged = len(verdicts) - verdicts.count("skipped")
        held = verdicts.count("held")
        said = f"All {held} claims hold" if held == judged else f"{held} of {judged} claims hold, {judged - held} do not"
        return said + (f"; {verdicts.count('skipped')} could not be measured here" if "skipped" in verdicts else "")

    def to_json(self) -> list[dict[str, Any]]:
        return [{"name": row.claim.name, "chapter": row.claim.chapter, **row.told(), "held": row.finding.held, "seconds": round(row.seconds, 3)}
                for row in self.rows]


def _found(claim: Claim) -> Finding:
    """What is measured of a claim. The others are measured whatever becomes of it."""
    try:
        return claim.measure()
    except Exception as error:
        return broken(error)


class Table:
    """Rows beside each other; a notebook shows them as a table."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame([row.told() for row in self.rows], columns=list(HEADINGS), index=[row.claim.name for row in self.rows])

    def __repr__(self) -> str:
        return self.frame().to_string()

    def _repr_html_(self) -> str:
        head = "".join(f"<th style='text-align:left'>{heading}</th>" for heading in HEADINGS.values())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(map(_cells, self.rows))}</tbody></table>"


_COLOURS = {"held": "#2b7a50", "not held": "#c3391f", "skipped": "#69727b"}


def _cells(row: Row) -> str:
    told = row.told()
    styles = {"verdict": f"color:{_COLOURS[told['verdict']]};font-weight:600;white-space:nowrap", "source": "color:#69727b"}
    cells = [f"<td style='text-align:left;vertical-align:top;{styles.get(key, '')}'>"
             f"{f'<code>{escape(told[key])}</code>' if key == 'command' else escape(told[key])}</td>" for key in HEADINGS]
    return f"<tr>{''.join(cells)}</tr>"
