"""Claims: what theory or a publication says, with its source, and the function that measures it here.

A chapter is a module of ``chapters``: its first line is the title, the rest of its docstring says what its rows have in common. A claim
is a function of such a module, marked by ``claim``; it takes nothing and returns a ``Finding``. Its name is that of the row: whoever asks
``streamtwin book NAME`` has it measured again.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from inspect import cleandoc
from typing import Any, Callable, Iterable

from ..ranges import BadInput
from .findings import Finding

#: How long a row takes on a core of these days: all quick ones together are a matter of seconds.
QUICK, MINUTE, LONG = "quick", "minute", "long"

#: The order of the book.
CHAPTERS = ("queueing", "retries", "links", "players", "viewing", "hystrix", "ribbon", "eureka", "caches", "eviction", "defences",
            "limits", "evacuation", "streams", "chaos", "canaries", "scheduling", "planning", "statistics")


@dataclass(frozen=True)
class Claim:
    """A row of the book before it is measured."""

    name: str
    chapter: str
    text: str
    source: str
    takes: str
    function: Callable[..., Finding]
    arguments: tuple[Any, ...] = ()

    @property
    def command(self) -> str:
        """What a reader types to have this row measured."""
        return f"./streamtwin book {self.name}"

    def measure(self) -> Finding:
        return self.function(*self.arguments)


@dataclass(frozen=True)
class Chapter:
    name: str
    title: str
    text: str
    claims: tuple[Claim, ...]


_claims: dict[str, list[Claim]] = {}


def claim(name: str, text: str, source: str, takes: str = QUICK) -> Callable[[Callable[[], Finding]], Callable[[], Finding]]:
    """Marks the function that measures a claim."""

    def mark(function: Callable[[], Finding]) -> Callable[[], Finding]:
        add(function, name, text, source, takes)
        return function

    return mark


def add(function: Callable[..., Finding], name: str, text: str, source: str, takes: str = QUICK, *arguments: Any) -> None:
    """The same for a function that measures several claims, with its arguments for this one."""
    chapter = function.__module__.rpartition(".")[2]
    _claims.setdefault(chapter, []).append(Claim(name, chapter, text, source, takes, function, arguments))


def chapter(name: str) -> Chapter:
    """A chapter of the book, by its name."""
    if name not in CHAPTERS:
        raise BadInput(f"the book has no chapter '{name}'; its chapters: {', '.join(CHAPTERS)}")
    module = import_module(f"{__package__}.chapters.{name}")
    title, _, text = cleandoc(module.__doc__ or "").partition("\n")
    return Chapter(name, title.rstrip("."), text.strip(), tuple(_claims[name]))


def chapters() -> list[Chapter]:
    """All of them, in the order of the book."""
    return [chapter(name) for name in CHAPTERS]


def chosen(names: Iterable[str], takes: Iterable[str]) -> list[Chapter]:
    """What is asked for: rows and chapters by name, all of them where none is named. Rows that are asked for by their own names are there
    however long they take."""
    wanted, durations = list(names), set(takes)
    book = chapters()
    known = {one.name for one in book} | {row.name for one in book for row in one.claims}
    for name in wanted:
        if name not in known:
            raise BadInput(f"the book has no row or chapter '{name}'; streamtwin book --list prints those that it has")
    picked = []
    for one in book:
        rows = tuple(row for row in one.claims
                     if row.name in wanted or (row.takes in durations and (not wanted or one.name in wanted)))
        if rows:
            picked.append(Chapter(one.name, one.title, one.text, rows))
    return picked
