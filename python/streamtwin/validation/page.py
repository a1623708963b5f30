"""The book as a page: one file with everything in it."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from ..report.pages import render
from .book import Book, Row

_CLASSES = {"held": "held", "not held": "broken", "skipped": "unknown"}


def write(book: Book, file: str | PathLike[str]) -> Path:
    """Writes the book and returns where."""
    path = Path(file)
    path.write_text(page(book), encoding="utf-8")
    return path


def page(book: Book) -> str:
    """The page as one string."""
    from .. import __version__

    verdicts = [row.finding.held for row in book.rows]
    state = "broken" if False in verdicts else "held" if True in verdicts else ""
    chapters = [{"name": chapter.name, "title": chapter.title, "text": chapter.text, "rows": [_row(row) for row in rows],
                 "held": sum(row.finding.held is True for row in rows), "of": len(rows)}
                for chapter, rows in book.by_chapter()]
    return render("page.html", __package__, headline=book.headline(), state=state, version=__version__, chapters=chapters)


def _row(row: Row) -> dict[str, str]:
    return {**row.told(), "name": row.claim.name, "state": _CLASSES[row.finding.verdict]}
