"""What levels of consistency cost: reads that are stale, requests that get no answer, and how long a write and a read take, level by
level, with all zones and without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..experiments.intervals import student_t
from . import style

if TYPE_CHECKING:
    from ..studies import Study

_PANELS = (
    ("Reads that are stale", "fraction", lambda run: run.kpis.loc["stores.stale_reads", "value"]),
    ("Requests without an answer", "fraction", lambda run: 1 - run.kpis.loc["stores.availability", "value"]),
    ("A write, median", "s", lambda run: run.kpis.loc["stores.write_latency.p50", "value"]),
    ("A read, median", "s", lambda run: run.kpis.loc["stores.read_latency.p50", "value"]),
)


@style.styled_figure
def trade(all_well: Study, without_a_zone: Study, width: float = 9.0):
    """The variants of both studies are the levels, with the same names: a dot each with its interval over seeds."""
    levels = all_well.variants
    picture, axes = style.figure(width, 0.9 + 0.38 * len(levels), columns=len(_PANELS), sharey=True)
    for axis, (title, unit, figure) in zip(axes, _PANELS):
        for study, name, colour, off in ((all_well, "all zones", style.BLUE, -0.13), (without_a_zone, "without one", style.RED, 0.13)):
            for place, level in enumerate(levels):
                mean, lower, upper = student_t(study.values(level, figure))
                axis.hlines(place + off, max(lower, 0), upper, color=colour, linewidth=1.6)
                axis.plot([mean], [place + off], "o", color=colour, markersize=4, label=name if place == 0 else None)
        axis.set_title(title)
        _along(axis, unit)
        axis.set_ylim(len(levels) - 0.4, -0.6)
        axis.grid(False, axis="y")
        axis.grid(True, axis="x")
    axes[0].set_yticks(range(len(levels)), [style.label(level) for level in levels])
    axes[-1].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return picture


def _along(axis, unit: str) -> None:
    """The values run along, from zero."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    from ..quantities import percent

    axis.set_xlim(0, None)
    axis.xaxis.set_major_locator(MaxNLocator(3))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value) if unit == "fraction" else f"{1e3 * value:.3g} ms"))
