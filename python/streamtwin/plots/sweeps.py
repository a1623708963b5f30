"""What a sweep has found of one figure: over what was varied, or which of that moves it."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..quantities import quantity, shown_unit
from . import style

#: Lines in one panel; more are read as a map.
MOST_LINES = 6
SHOWN = 16


@style.styled_figure
def sweep(found, figure: str):
    """A line with its 95 % band where one or two paths were varied in steps, else a panel of points for each path; indices, effects or
    both ends of each path where the design was made for these."""
    found.require(figure)
    draw = {"saltelli": _indices, "morris": _effects, "tornado": _tornado}.get(found.settings["design"], _points)
    return draw(found, figure)


def _unit(found, figure: str) -> str:
    unit, kind = found.figures.loc[figure, ["unit", "kind"]]
    return shown_unit(str(kind), str(unit))


def _points(found, figure: str):
    table, paths = found.table(figure), found.paths
    grid = found.settings["design"] == "grid"
    if grid and len(paths) == 1:
        return _lines(found, figure, table, paths[0], None)
    if grid and len(paths) == 2:
        few, many = sorted(paths, key=lambda path: table[path].nunique())
        if table[few].nunique() <= MOST_LINES:
            return _lines(found, figure, table, many, few)
        return _map(found, figure, table, many, few)
    return _panels(found, figure, table, paths)


def _lines(found, figure: str, table, across: str, by: str | None):
    picture, axes = style.figure(7.0, 3.0)
    axis = axes[0]
    numbers = np.issubdtype(table[across].dtype, np.number)
    order = list(dict.fromkeys(table[across].sort_values() if numbers else table[across]))
    groups = [(None, table)] if by is None else list(table.groupby(by, sort=False))
    for (label, rows), colour in zip(groups, style.SEQUENCE):
        rows = rows.set_index(across).loc[[one for one in order if one in set(rows[across])]]
        places = rows.index.to_numpy(float) if numbers else np.array([order.index(one) for one in rows.index], dtype=float)
        if numbers:
            axis.plot(places, rows["mean"], marker="o", markersize=3, color=colour, label=_tick(found, by, label) if by else None)
            axis.fill_between(places, rows["lower"].astype(float), rows["upper"].astype(float), color=colour, alpha=0.2, linewidth=0)
        else:
            shift = (style.SEQUENCE.index(colour) - (len(groups) - 1) / 2) * 0.12
            axis.errorbar(places + shift, rows["mean"], yerr=_whiskers(rows), fmt="o", markersize=4, color=colour, elinewidth=1.2,
                          label=_tick(found, by, label) if by else None)
    _across(axis, found, across, order, numbers)
    axis.set_title(_title(figure, found))
    style.value_axis(axis, _unit(found, figure), zero=False)
    if by is not None:
        axis.legend(title=style.label(by, 30), title_fontsize=7.5, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return picture


def _map(found, figure: str, table, across: str, up: str):
    columns, rows = ([one for one in dict.fromkeys(table[path])] for path in (across, up))
    values = table.pivot(index=up, columns=across, values="mean").reindex(index=rows, columns=columns).to_numpy(float)
    picture, axes = style.figure(min(14.0, 2.6 + 0.5 * len(columns)), 1.2 + 0.32 * len(rows))
    axis, unit = axes[0], _unit(found, figure)
    drawn = axis.pcolormesh(np.ma.masked_invalid(values), cmap="viridis", edgecolors=style.PAPER, linewidth=1.0)
    for which, path, names in (("x", across, columns), ("y", up, rows)):
        every = max(1, math.ceil(len(names) / 12))
        getattr(axis, f"set_{which}ticks")([i + 0.5 for i in range(0, len(names), every)], [_tick(found, path, one) for one in names[::every]])
    axis.set_xlabel(style.label(across, 60))
    axis.set_title(f"{_title(figure, found)}, by {style.label(up, 40)}")
    axis.grid(False)
    picture.colorbar(drawn, ax=axis, format=FuncFormatter(lambda value, _: quantity(value, unit)), pad=0.01).outline.set_visible(False)
    return picture


def _panels(found, figure: str, table, paths):
    shown = paths[:SHOWN]
    columns = min(3, len(shown))
    rows = math.ceil(len(shown) / columns)
    picture, axes = style.figure(max(4.5, 3.2 * columns), 0.4 + 2.2 * rows, rows=rows, columns=columns, squeeze=False, sharey=True)
    for axis, path in zip(axes.flat, shown):
        numbers = np.issubdtype(table[path].dtype, np.number)
        order = list(dict.fromkeys(table[path].sort_values() if numbers else table[path]))
        places = table[path].to_numpy(float) if numbers else np.array([order.index(one) for one in table[path]], dtype=float)
        axis.errorbar(places, table["mean"], yerr=_whiskers(table), fmt="o", markersize=2.5, color=style.BLUE, elinewidth=0.6,
                      ecolor=style.MUTED)
        _across(axis, found, path, order, numbers)
    for axis in axes.flat[len(shown):]:
        axis.set_axis_off()
    axes[0, 0].set_title(_title(figure, found) + style.some_of("first paths", len(shown), len(paths)))
    style.value_axis(axes[0, 0], _unit(found, figure), zero=False)
    return picture


def _indices(found, figure: str):
    table = found.sensitivity(figure).head(SHOWN).iloc[::-1]
    picture, axes = style.figure(7.0, 1.0 + 0.42 * len(table))
    axis, places = axes[0], np.arange(len(table))
    for which, colour, label, shift in (("total", style.BLUE, "with all others", -0.18), ("first", style.AMBER, "alone", 0.18)):
        axis.barh(places + shift, table[which].clip(lower=0), height=0.32, color=colour, label=label)
        axis.hlines(places + shift, table[f"{which}_lower"].clip(lower=0), table[f"{which}_upper"].clip(lower=0), color=style.INK, linewidth=0.8)
    axis.set_xlim(0, 1.1)  # an interval that reaches further says no more than one that ends there
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: quantity(value, "fraction")))
    _named(axis, table.index)
    axis.set_title(f"Of the variance of {style.label(figure)} each explains, with 95 % intervals", x=0.0)
    axis.legend(loc="lower right")
    return picture


def _effects(found, figure: str):
    table, unit = found.sensitivity(figure), _unit(found, figure)
    picture, axes = style.figure(6.0, 3.6)
    axis = axes[0]
    axis.scatter(table["strength"], table["deviation"], color=style.BLUE, s=22, zorder=3)
    shown = table.head(SHOWN).sort_values("deviation")
    for number, (path, row) in enumerate(shown.iterrows()):
        axis.annotate(style.label(path, 36), (row["strength"], row["deviation"]), xytext=(5, 4 if number % 2 else -9),
                      textcoords="offset points", fontsize=7, color=style.INK)
    for which in (axis.xaxis, axis.yaxis):
        which.set_major_locator(MaxNLocator(4))
        which.set_major_formatter(FuncFormatter(lambda value, _: quantity(value, unit)))
    widest = float(np.nanmax([table["strength"].max(), 1e-12]))
    axis.set_xlim(0, widest * 1.5)
    axis.set_ylim(0, float(np.nanmax([table["deviation"].max(), widest * 0.05])) * 1.2)
    axis.grid(True, axis="x")
    axis.set_xlabel("mean size of the effect of its whole range")
    axis.set_title(f"{style.label(figure)}: deviation of the effect, large where it bends or depends on others")
    return picture


def _tornado(found, figure: str):
    table, unit = found.sensitivity(figure), _unit(found, figure)
    base, shown = table.attrs["base"], table.head(SHOWN).iloc[::-1]
    picture, axes = style.figure(8.0, 1.1 + 0.42 * len(shown))
    axis = axes[0]
    vary = found.settings["vary"]
    widest = max(float((shown[["low", "high"]] - base).abs().max().max()), 1e-12)
    for place, (path, row) in enumerate(shown.iterrows()):
        ends = (vary[path]["from"], vary[path]["to"]) if isinstance(vary[path], dict) else (vary[path][0], vary[path][-1])
        for end, value, colour, shift in ((ends[0], row["low"], style.AMBER, 0.14), (ends[1], row["high"], style.BLUE, -0.14)):
            axis.barh(place + shift, value - base, left=base, height=0.26, color=colour, zorder=2)
            outwards = 1 if value >= base else -1
            axis.annotate(style.label(end, 16), (value, place + shift), xytext=(4 * outwards, 0), textcoords="offset points", fontsize=6.5,
                          color=style.MUTED, va="center", ha="left" if outwards > 0 else "right")
        # How surely the ends differ: the interval of their difference, around where they are.
        middle, half = (row["low"] + row["high"]) / 2, (row["upper"] - row["lower"]) / 4
        if not math.isnan(half):
            axis.hlines(place - 0.38, middle - half, middle + half, color=style.INK, linewidth=0.8)
    axis.axvline(base, color=style.INK, linewidth=0.8, zorder=3)
    axis.set_xlim(base - 1.5 * widest, base + 1.5 * widest)
    axis.xaxis.set_major_locator(MaxNLocator(5))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: quantity(value, unit)))
    axis.set_xlabel("lines: 95 % intervals of the difference between both ends")
    _named(axis, shown.index)
    axis.set_title(f"{style.label(figure)} at both ends of each, all others at their base: {quantity(base, unit)}"
                   + style.some_of("widest", len(shown), len(table)))
    return picture


def _named(axis, names) -> None:
    axis.set_yticks(range(len(names)), [style.label(name, 60) for name in names])
    axis.grid(False, axis="y")
    axis.grid(True, axis="x")


def _title(figure: str, found) -> str:
    seeds = found.runs["seed"].nunique()
    return style.label(figure, 50) + (f", mean over {seeds} seeds with 95 % intervals" if seeds > 1 else ", one seed")


def _whiskers(rows) -> np.ndarray:
    """How far each bound lies from its mean."""
    return np.nan_to_num(np.vstack([rows["mean"] - rows["lower"], rows["upper"] - rows["mean"]]).astype(float)).clip(min=0)


def _across(axis, found, path: str, order, numbers: bool) -> None:
    axis.set_xlabel(style.label(path, 60))
    if not numbers:
        axis.set_xticks(range(len(order)), [style.label(one, 18) for one in order])
        axis.set_xlim(-0.5, len(order) - 0.5)
        return
    unit = _unit_of(found, path)
    if len(order) <= 8:
        axis.set_xticks(order)
    else:
        axis.xaxis.set_major_locator(MaxNLocator(6))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6g} {unit}".rstrip()))


def _tick(found, path: str, value) -> str:
    return style.label(value, 14) if isinstance(value, str) else f"{value:.6g} {_unit_of(found, path)}".rstrip()


def _unit_of(found, path: str) -> str:
    """As it was written, where all values have the same."""
    units = {text.partition(" ")[2] for text in found.written[path]}
    return units.pop() if len(units) == 1 else ""
