"""Pages of studies over many runs: an answer at the top, then sections of tables and figures, and the commands that make them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

from markupsafe import Markup

from .pages import render


@dataclass(frozen=True)
class Section:
    """What stands under a heading, each part where there is one."""

    title: str
    headings: Sequence[str] = ()
    #: Texts; the first ``words`` of each are words, the others numbers.
    rows: Sequence[Sequence[str]] = ()
    words: int = 1
    notes: Sequence[str] = ()
    #: As ``svg.inline`` has made it, or one for a desk and one for a phone.
    picture: Any = None
    caption: str = ""
    #: Figures of the same name side by side: their name, and each with whose it is.
    sides: Sequence[tuple[str, Sequence[tuple[str, Markup | None]]]] = ()
    #: What is said before all that.
    lead: Sequence[str] = ()
    #: On paper.
    new_page: bool = False

    @property
    def empty(self) -> bool:
        return not (self.rows or self.picture or self.sides or self.lead or self.notes)


def study(kind: str, name: str, question: str, answer: str, sections: Sequence[Section], commands: Sequence[str], state: str = "",
          warnings: Sequence[str] = ()) -> str:
    """The page as one string. ``state`` colours the answer: held, broken, or neither."""
    return render("study.html", kind=kind, name=name, question=question, headline={"text": answer, "state": state},
                  sections=[one for one in sections if not one.empty], commands=commands, warnings=warnings)
