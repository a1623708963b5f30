"""Tables of experiments on a terminal."""

from __future__ import annotations

import math
import sys
from typing import Any, Callable, Mapping

import pandas as pd

from ..quantities import UNKNOWN
from .found import Found

Formats = Mapping[str, Callable[[Any], str]]


def print_table(title: str, table: pd.DataFrame, formats: Formats) -> None:
    """Numbers to the right, by three digits unless a column has a format of its own. Where there is no terminal it is as wide as it is."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console() if sys.stdout.isatty() else Console(width=500)
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    if title:
        console.print(Text(title))  # not that of the table, which breaks where the table ends
    for column in table.columns:
        drawn.add_column(Text(str(column)), justify="right" if pd.api.types.is_numeric_dtype(table[column]) or column in formats else "left",
                         overflow="fold", no_wrap=not sys.stdout.isatty())
    for row in table.to_dict("records"):
        drawn.add_row(*[Text(formats.get(str(column), plain)(value)) for column, value in row.items()])
    console.print(drawn)


def plain(value: Any) -> str:
    if isinstance(value, float):
        return UNKNOWN if math.isnan(value) else f"{value:.6g}" if value == round(value, 3) else f"{value:.3g}"
    return str(value)


def print_figures(found: Found, figure: str, most: int) -> None:
    """A figure at all points: what varies as it was written, its mean and its interval."""
    table = found.table(figure)
    rows = found.written.reindex(table.index) if found.paths else pd.DataFrame(index=table.index)
    rows = rows.assign(mean=[found.shown(figure, one) for one in table["mean"]],
                       **{"95 % interval": [interval_text(found, figure, low, high) for low, high in zip(table["lower"], table["upper"])]},
                       runs=table["runs"])
    print_table(figure, rows.head(most), {"mean": str, "95 % interval": str})
    if len(rows) > most:
        print(f"  and {len(rows) - most} points more")


def interval_text(found: Found, figure: str, low: float, high: float) -> str:
    return UNKNOWN if math.isnan(low) else f"{found.shown(figure, low)} … {found.shown(figure, high)}"
