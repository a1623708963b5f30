"""The map of a stability survey: a panel per duration of the trigger, loads across, sizes upwards, in each cell what came of it."""

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
    by_duration = found.grid.lasts if found.grid.sizes != (None,) else (None,)
    columns = min(4, len(by_duration))
    rows = math.ceil(len(by_duration) / columns)
    upwards = found.grid.sizes if found.grid.sizes != (None,) else found.grid.lasts
    width = max(3.2, 1.2 + 0.42 * len(found.grid.loads)) * columns
    height = (0.9 + 0.3 * len(upwards)) * rows + 0.5
    picture, axes = style.figure(min(16.0, width), height + 0.3, rows=rows + 1, columns=columns, squeeze=False,
                                 gridspec_kw={"height_ratios": [*[height / rows] * rows, 0.3]})
    recovery = cells["recovery"].where(~cells["inferred"]).to_numpy().reshape(found.grid.shape)
    for number, axis in enumerate(axes.flat):
        if number >= len(by_duration):
            axis.set_axis_off()  # the last row is for the legend
            continue
        part = (slice(None), slice(None), number) if found.grid.sizes != (None,) else (slice(None), 0, slice(None))
        _panel(axis, verdicts[part].T, recovery[part].T, found.grid.loads, upwards)
        lasts = by_duration[number]
        axis.set_title(_title(found, lasts))
        if number // columns == rows - 1:
            axis.set_xlabel("load, of the scenario's")
    legend = axes[-1, 0].legend(handles=[Patch(color=colour, label=verdict) for verdict, colour in _COLOURS.items()],
                                loc="lower left", ncols=2 if columns == 1 else len(_COLOURS))
    legend.set_in_layout(False)
    return picture


def _title(found, lasts: float | None) -> str:
    what = style.label(found.trigger, 60)
    if lasts is None:
        return what + (", by how long it lasts" if found.grid.sizes == (None,) and found.grid.lasts != (None,) else "")
    return f"{what}, for {Amount(lasts, 's')}"


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
