"""How several plans hold as the load grows: a panel per failure, a line with its exact interval per plan."""

from __future__ import annotations

from matplotlib.ticker import FuncFormatter

from ..experiments.intervals import exact_proportion
from ..quantities import percent
from . import style


@style.styled_figure
def beyond(made, width: float = 9.0):
    """None where no plan was run with more load."""
    failures = list(dict.fromkeys(row["failure"] for one in made for row in one.told["beyond"]))
    if not failures:
        return None
    picture, axes = style.figure(width, 1.9 * len(failures), rows=len(failures), sharex=True)
    for axis, failure in zip(axes, failures):
        for one, colour in zip(made, style.SEQUENCE):
            points = [row for row in one.told["beyond"] if row["failure"] == failure]
            bounds = [exact_proportion(row["runs"] - row["broken"], row["runs"]) for row in points]
            loads = [row["load"] for row in points]
            axis.plot(loads, [1 - row["broken"] / row["runs"] for row in points], marker="o", markersize=4, color=colour, label=one.letter)
            axis.fill_between(loads, [low for low, _ in bounds], [high for _, high in bounds], color=colour, alpha=0.13, linewidth=0)
        under = "without a failure" if failure == "none" else f"under {style.label(failure)}"
        axis.set_title(f"Share of runs in which every objective holds {under}, by load")
        axis.set_ylim(-0.03, 1.03)
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} ×"))
    axes[0].legend(loc="lower left", ncol=len(made))
    return picture
