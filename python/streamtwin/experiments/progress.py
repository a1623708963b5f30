"""How far many runs are, and how long the rest takes: a line of the terminal, or a bar in a notebook."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import Any, Callable, Iterator

#: Told how many are done, of how many, and a remark.
Progress = Callable[[int, int, str], None]


def nothing(done: int, of: int, remark: str = "") -> None:
    """Nobody looks."""


@contextmanager
def shown(what: str, quiet: bool = False) -> Iterator[Progress]:
    """To a notebook, or to standard error where that is a terminal."""
    if quiet:
        yield nothing
    elif in_notebook():
        yield _Cell(what)
    elif sys.stderr.isatty():
        with _line(what) as line:
            yield line
    else:
        yield nothing


@contextmanager
def told_or_shown(progress: Progress | None, what: str) -> Iterator[Progress]:
    """Whom a caller has named; else a bar, where the caller is a notebook."""
    with shown(what, quiet=progress is not None or not in_notebook()) as bar:
        yield progress or bar


def in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    kernel = shell.get_ipython() if shell is not None else None
    return getattr(kernel, "kernel", None) is not None


def remaining(began: float, before: int, done: int, of: int, now: float) -> float | None:
    """Seconds that the rest takes, by what was done since then; None while that is nothing."""
    return (now - began) / (done - before) * (of - done) if done > before else None


@contextmanager
def _line(what: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.text import Text

    class Remark(TextColumn):
        def render(self, task: Any) -> Text:
            return Text(str(task.fields.get("remark", "")))  # from a scenario: no markup

    bar = Bar(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"),
              TimeRemainingColumn(), Remark(""), console=Console(stderr=True), transient=True)
    with bar:
        line = bar.add_task(Text(what).plain, total=None)

        def told(done: int, of: int, remark: str = "") -> None:
            bar.update(line, completed=done, total=of, remark=remark)

        yield told


class _Cell:
    """A bar in the output of a notebook's cell, drawn anew at most four times a second."""

    def __init__(self, what: str):
        self._what, self._began, self._shown, self._before = what, time.monotonic(), 0.0, -1
        self._handle: Any = None

    def __call__(self, done: int, of: int, remark: str = "") -> None:
        from IPython.display import HTML, display

        now = time.monotonic()
        self._before = done if self._before < 0 else self._before
        if self._handle is not None and done < of and now - self._shown < 0.25:
            return
        self._shown = now
        text = HTML(cell(self._what, done, of, remaining(self._began, self._before, done, of, now), remark))
        if self._handle is None:
            self._handle = display(text, display_id=True)
        else:
            self._handle.update(text)


def cell(what: str, done: int, of: int, left: float | None, remark: str = "") -> str:
    """The bar as HTML."""
    from html import escape

    from ..quantities import duration

    rest = "" if left is None or done == of else f", {duration(left)} left"
    return (f'<div style="font-family:monospace">{escape(what)} <progress value="{done}" max="{max(1, of)}" style="width:16em;'
            f'vertical-align:middle"></progress> {done} of {of}{rest} {escape(remark)}</div>')
