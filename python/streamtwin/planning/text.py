"""A plan as a terminal shows it."""

from __future__ import annotations

import sys

from .answer import Limits, Plan
from .tables import Told, notes, tables


#: Letters of a line where there is no terminal.
WIDTH = 160


def print_plan(made: Plan | Limits) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=WIDTH)
    console.print(Text.assemble((made.asked.name, "bold"), f": {made.headline()}"), soft_wrap=True)
    for told in tables(made):
        console.print(Text(told.title, "bold"))
        console.print(_table(told))
    for note in notes(made):
        console.print(Text(note), soft_wrap=True)


def _table(told: Told):
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for at, heading in enumerate(told.headings):
        table.add_column(heading, justify="left" if at < told.words else "right", overflow="fold")
    for row in told.rows:
        table.add_row(*(Text(value) for value in row))
    return table
