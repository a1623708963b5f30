"""How a plan holds as the load grows: the share of runs in which everything holds, by failure, with its exact interval."""

from __future__ import annotations

from matplotlib.ticker import FuncFormatter

from ..experiments.intervals import exact_proportion
from ..quantities import percent
from . import style


@style.styled_figure
def beyond(made, width: float = 9.0):
    """A line per failure against the load; the plan's own load is where it begins."""
    if not made.beyond:
        return None
    picture, axes = style.figure(width, 2.4)
    axis = axes.flat[0]
    for failure, colour in zip(dict.fromkeys(one.failure for one in made.beyond), style.SEQUENCE):
        points = [one for one in made.beyond if one.failure == failure]
        loads = [one.load for one in points]
        held = [1 - one.broken / one.of for one in points]
        bounds = [exact_proportion(one.of - one.broken, one.of) for one in points]
        axis.plot(loads, held, marker="o", markersize=4, color=colour, label="without a failure" if failure == "none" else failure)
        axis.fill_between(loads, [low for low, _ in bounds], [high for _, high in bounds], color=colour, alpha=0.15, linewidth=0)
    axis.axhline(1 - made.asked.risk, color=style.MUTED, linewidth=0.9, linestyle=(0, (3, 2)))
    axis.set_title("Share of runs in which every objective holds, by load")
    axis.set_ylim(-0.03, 1.03)
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} ×"))
    axis.legend(loc="lower left")
    return picture
