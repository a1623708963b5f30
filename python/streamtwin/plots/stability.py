"""The map of a stability survey: loads across, sizes upwards and a panel per duration of the trigger, or durations upwards where there
is one size; in each cell what came of it."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from ..ranges import Amount
from . import style

_COLOURS = {"recovers": style.GREEN, "mixed": style.AMBER, "not by the horizon": style.RED, "overloaded without a trigger": style.MUTED}


@style.styled_figure
def stability(found):
    """Green where the system comes back, red where it has not by the horizon, grey where it does not carry the load anyway; the
    number is the expected time to recover (s). Cells that others speak for have none."""
    verdicts, cells = found.verdicts(), found.cells
    one_size = len(found.grid.sizes) == 1
    panels = 1 if one_size else len(found.grid.lasts)
    columns = min(4, panels)
    rows = math.ceil(panels / columns)
    upwards = found.grid.lasts if one_size else found.grid.sizes
    width = max(3.2, 1.2 + 0.42 * len(found.grid.loads)) * columns
    height = (0.9 + 0.3 * len(upwards)) * rows + 0.5
    picture, axes = style.figure(min(16.0, width), height + 0.3, rows=rows + 1, columns=columns, squeeze=False,
                                 gridspec_kw={"height_ratios": [*[height / rows] * rows, 0.3]})
    recovery = cells["recovery"].where(~cells["inferred"]).to_numpy().reshape(found.grid.shape)
    for number, axis in enumerate(axes.flat):
        if number >= panels:
            axis.set_axis_off()  # the last row is for the legend
            continue
        part = (slice(None), 0, slice(None)) if one_size else (slice(None), slice(None), number)
        _panel(axis, verdicts[part].T, recovery[part].T, found.grid.loads, upwards)
        axis.set_title(_title(found, one_size, number))
        if number // columns == rows - 1:
            axis.set_xlabel("load, of the scenario's")
    legend = axes[-1, 0].legend(handles=[Patch(color=colour, label=verdict) for verdict, colour in _COLOURS.items()],
                                loc="lower left", ncols=2 if columns == 1 else len(_COLOURS))
    legend.set_in_layout(False)
    return picture


def _title(found, one_size: bool, number: int) -> str:
    what, sizes, lasts = style.label(found.trigger, 60), found.grid.sizes, found.grid.lasts
    if one_size:
        return what + (f", {sizes[0]}" if sizes[0] is not None else "") + (", by how long it lasts" if lasts[0] is not None else "")
    return what + (f", for {Amount(lasts[number], 's')}" if lasts[number] is not None else "")


def _panel(axis, verdicts, recovery, loads, upwards) -> None:
    names = list(_COLOURS)
    numbers = np.array([[names.index(verdict) for verdict in row] for row in verdicts], dtype=float)
    axis.pcolormesh(numbers, cmap=ListedColormap(list(_COLOURS.values())), vmin=-0.5, vmax=len(names) - 0.5, edgecolors=style.PAPER,
                    linewidth=1.0)
    for (row, column), time in np.ndenumerate(recovery):
        if numbers[row, column] in (0.0, 1.0) and not math.isnan(time):
            axis.text(column + 0.5, row + 0.5, f"{time:.2g}", ha="center", va="center", color=style.PAPER, fontsize=6.5)
    axis.set_xticks([i + 0.5 for i in range(len(loads))], [f"{load:g}" for load in loads])
    labels = ["" if one is None else str(one if isinstance(one, Amount) else Amount(one, "s")) for one in upwards]
    axis.set_yticks([i + 0.5 for i in range(len(upwards))], labels)
    axis.grid(False)
