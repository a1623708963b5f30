"""By how much variants differ from the first, relative to it, with intervals: those that are shown, the largest first, then others."""

from __future__ import annotations

import math

from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..quantities import MINUS, percent
from . import style

MOST = 10


@style.styled_figure
def differences(found, width: float = 9.0):
    """A line per figure and variant; None where no difference has an interval."""
    table = found.table
    table = table[table["lower"].notna() & (table["value_a"].abs() > 0) & (table["difference"] != 0)]
    share = (table["difference"] / table["value_a"]).abs()
    order = share.to_frame("share").assign(shown=table["shown"].astype(bool))
    rows = table.loc[order.sort_values(["shown", "share"], ascending=False, kind="stable").index].head(MOST)
    if rows.empty:
        return None
    picture, axes = style.figure(width, 0.75 + (0.2 if width > 6 else 0.34) * len(rows))
    axis = axes[0]
    for place, row in enumerate(rows.to_dict("records")):
        against = abs(row["value_a"])
        low, middle, high = (row[key] / against for key in ("lower", "difference", "upper"))
        colour = style.BLUE if row["shown"] else style.MUTED
        axis.hlines(place, low, high, color=colour, linewidth=1.6)
        axis.plot([middle], [place], "o", color=colour, markersize=4)
    axis.axvline(0, color=style.INK, linewidth=0.8)
    _scaled(axis, rows)
    _named(axis, rows, found.statements > 1, narrow=width <= 6)
    axis.set_title("Difference relative to A" + style.some_of("largest", len(rows), len(table)), x=0.0)
    return picture


def _scaled(axis, rows) -> None:
    """As wide as the differences are; an interval that reaches further than twice that is cut."""
    against = rows["value_a"].abs()
    low, high = (float((rows[key] / against).agg(which)) for key, which in (("lower", "min"), ("upper", "max")))
    middle = float((rows["difference"] / against).abs().max())
    low, high = max(low, -2 * middle, -1e6), min(high, 2 * middle, 1e6)
    room = 0.06 * max(high - low, 1e-12)
    axis.set_xlim(min(low, 0) - room, max(high, 0) + room)
    axis.xaxis.set_major_locator(MaxNLocator(5))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: "0" if math.isclose(value, 0, abs_tol=1e-12) else signed(value)))
    axis.grid(False, axis="y")
    axis.grid(True, axis="x")


def signed(share: float) -> str:
    """
    >>> signed(0.2), signed(-0.05)
    ('+20 %', '\N{MINUS SIGN}5 %')
    """
    return f"{MINUS if share < 0 else '+'}{percent(abs(share))}"


def _named(axis, rows, several: bool, narrow: bool) -> None:
    names = [style.label(row["figure"], 34 if narrow else 60) + (f" ({row['labels'][1]})" if several else "")
             for row in rows.to_dict("records")]
    axis.set_ylim(len(rows) - 0.4, -0.6 if not narrow else -0.9)
    if not narrow:
        axis.set_yticks(range(len(rows)), names)
        return
    axis.set_yticks([])
    for place, name in enumerate(names):
        axis.annotate(name, (0, place), xycoords=("axes fraction", "data"), xytext=(0, 4), textcoords="offset points", fontsize=7.5,
                      color=style.INK)
