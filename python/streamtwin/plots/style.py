"""The look of every figure: palette, axes without boxes, titles instead of rotated labels, scenario events marked.

Each colour of the palette stands for one role, so that the report can swap it for a CSS variable and follow the
reader's light or dark theme.
"""

from __future__ import annotations

import math
import unicodedata
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from ..quantities import MINUS, clock, quantity
from ..results import Results

INK, MUTED, GRID, PAPER = "#1b2127", "#69727b", "#dfe3e6", "#fefefe"
BLUE, GREEN, RED, AMBER, VIOLET, TEAL = "#17699b", "#2b7a50", "#c3391f", "#b87a06", "#6d56a4", "#1d8f95"
FAULT = "#f6ddd5"
SEQUENCE = (BLUE, AMBER, VIOLET, TEAL, GREEN, RED, MUTED)

_RC = {
    "font.family": ["sans-serif"], "font.sans-serif": ["DejaVu Sans"], "font.size": 8.5,
    "text.color": INK, "axes.labelcolor": MUTED, "axes.edgecolor": MUTED, "axes.linewidth": 0.6,
    "axes.facecolor": "none", "figure.facecolor": "none", "savefig.facecolor": "none",
    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
    "axes.grid": True, "axes.grid.axis": "y", "grid.color": GRID, "grid.linewidth": 0.6, "axes.axisbelow": True,
    "axes.titlesize": 8.5, "axes.titlelocation": "left", "axes.titlepad": 5.0, "axes.titlecolor": MUTED,
    "xtick.color": MUTED, "ytick.color": MUTED, "xtick.labelsize": 7.5, "ytick.labelsize": 7.5,
    "xtick.major.size": 2.5, "xtick.major.width": 0.6, "ytick.major.size": 0, "ytick.minor.size": 0,
    "lines.linewidth": 1.4, "lines.solid_capstyle": "round", "patch.linewidth": 0,
    "legend.frameon": False, "legend.fontsize": 7.5, "legend.handlelength": 1.2,
    # A label may hold text from a scenario, which is not a formula.
    "text.parse_math": False,
    "svg.fonttype": "none",
}


@contextmanager
def styled():
    """Matplotlib in the project's style inside the block, untouched outside."""
    with mpl.rc_context(_RC):
        yield


def styled_figure(draw):
    """Decorates a drawing function so that it runs in the project's style."""
    from functools import wraps

    @wraps(draw)
    def wrapper(*args, **kwargs):
        with styled():
            return draw(*args, **kwargs)

    return wrapper


def figure(width: float, height: float, rows: int = 1, columns: int = 1, **kwargs):
    """A figure without pyplot (no global state) and its axes as an array."""
    result = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(result)
    result.get_layout_engine().set(w_pad=0.03, h_pad=0.04, hspace=0.04, wspace=0.04)
    return result, np.atleast_1d(result.subplots(rows, columns, **kwargs))


def label(text, length: int = 40) -> str:
    """A text from a scenario as a label: one line, printable, not endless."""
    line = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(text)).split())
    return line if len(line) <= length else line[: length - 1] + "\N{HORIZONTAL ELLIPSIS}"


def some_of(which: str, shown: int, of: int) -> str:
    """What a title says when not all are drawn.

    >>> some_of("busiest", 16, 40), some_of("busiest", 3, 3)
    (' (the 16 busiest of 40)', '')
    """
    return f" (the {shown} {which} of {of})" if shown < of else ""


def starts(run: Results) -> float | None:
    """Local time of day (seconds after midnight) at time zero, the end of the warm-up, when the run says so."""
    try:
        value = float(run.meta["clock_starts_s"]) + float(run.meta["warm_up_seconds"])
    except (KeyError, TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def value_axis(axis, unit: str, zero: bool = True) -> None:
    """Few ticks, labelled with prefix and unit."""
    axis.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: quantity(value, unit)))
    if zero:
        low, high = axis.get_ylim()
        axis.set_ylim(min(0.0, low), high * 1.1 if high > 0 else 1.0)


def time_axis(axis, run: Results, first: float, last: float, ticks: int) -> None:
    """Round moments, labelled as clock time."""
    axis.set_xlim(first, max(last, first + 1e-9))
    offset = starts(run) or 0.0
    span = max(last - first, 1e-9)
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
    step = next((s for s in steps if span / s <= ticks), math.ceil(span / ticks / 86400) * 86400)
    moments = np.arange(math.ceil((first + offset) / step) * step - offset, last + step * 1e-6, step)
    axis.xaxis.set_major_locator(FixedLocator(list(moments)))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: moment(run, value, "\n")))


def since(time: float) -> str:
    """A moment in minutes from the end of the warm-up, as a scenario's ``method`` counts them."""
    return f"{round(time / 60, 2):g}".replace("-", MINUS) + "\N{NARROW NO-BREAK SPACE}min"


def moment(run: Results, time: float, between: str) -> str:
    """The clock time of a moment, where the run has one, and its minutes."""
    return f"{clock(time, starts(run))}{between}{since(time)}" if starts(run) is not None else since(time)


def log_axis(axes, which: str, unit: str, low: float, high: float) -> None:
    """A logarithmic axis ('x' or 'y') with labelled decades (and 2 and 5 when there are few)."""
    getattr(axes, f"set_{which}scale")("log")
    axis = getattr(axes, f"{which}axis")
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if len(decades) <= 4 else (1,)
    moments = [f * 10.0**d for d in decades for f in factors if low <= f * 10.0**d <= high]
    axis.set_major_locator(FixedLocator(moments))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: quantity(value, unit)))


def spans(run: Results, last: float) -> list[tuple[float, float]]:
    """When something was broken: from each fault to when it was undone, or to the end."""
    result = []
    for i, event in run.events.iterrows():
        later = run.events.iloc[i + 1:]
        repair = later[(later["target"] == event["target"]) & later["kind"].map(is_repair)]
        own = repair[repair["text"] == f"{event['kind']} ends"]
        if not is_fault(event["kind"]) and not len(own):
            continue
        repair = own if len(own) else repair
        result.append((float(event["time"]), float(repair["time"].iloc[0]) if len(repair) else last))
    return result


def is_fault(kind: str) -> bool:
    return str(kind).startswith(("kill_", "add_"))


def is_repair(kind: str) -> bool:
    return str(kind) == "restored"


def mark_events(axis, run: Results, last: float, numbered: bool = True) -> None:
    """Shades what is broken and draws a thin line, numbered as in the list of events, at each event."""
    for begin, end in spans(run, last):
        axis.axvspan(begin, end, color=FAULT, linewidth=0, zorder=0)
    low, high = axis.get_xlim()
    for number, time in enumerate(run.events["time"], start=1):
        if not low <= time <= high:
            continue
        axis.axvline(time, color=MUTED, linewidth=0.6, linestyle=(0, (2, 2)), zorder=1)
        if numbered:
            axis.annotate(str(number), (time, 1.0), xycoords=("data", "axes fraction"), xytext=(2, -1),
                          textcoords="offset points", fontsize=6.5, color=MUTED, va="top", ha="left")


def recorded(run: Results, *names: str) -> pd.Series | None:
    """The first of these series that the run recorded, without its gaps at the ends; None when there is none."""
    for name in names:
        if name in run.series_names:
            series = run.series(name)
            if series.notna().any():
                return series
    return None


def thinned(series: pd.Series, points: int) -> pd.Series:
    """At most about this many points: the largest of each stretch, so that no peak disappears."""
    if len(series) <= points:
        return series
    stretch = math.ceil(len(series) / points)
    groups = np.arange(len(series)) // stretch
    return pd.Series(series.groupby(groups).max().to_numpy(), index=series.index[::stretch], name=series.name)
