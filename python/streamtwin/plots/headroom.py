"""Head-room: what members get as the load is scaled, and where the first objective breaks."""

from __future__ import annotations

import math

from matplotlib.ticker import FixedLocator, FuncFormatter

from ..quantities import percent, shown_unit
from ..results import Results
from .style import BLUE, MUTED, RED, figure, label, styled_figure, value_axis


def breaking_scale(runs: list[dict]) -> float | None:
    """The lowest scale at which a verdict fails, or None."""
    broken = [float(run["scale"]) for run in runs
              if any(verdict.get("held") is False for verdict in run.get("verdicts", []))]
    return min(broken, default=None)


@styled_figure
def headroom(run: Results, width: float = 9.0):
    """Each figure that something is expected of against the scale of the load, with what is expected as a line."""
    runs = sorted(run.headroom, key=lambda one: float(one["scale"]))
    judged: dict[str, dict] = {}
    for one in runs:
        for verdict in one.get("verdicts", []):
            if isinstance(verdict.get("observed"), (int, float)):
                lines = judged.setdefault(str(verdict.get("name", "")), {"verdict": verdict, "points": {}})
                lines["points"][float(one["scale"])] = (float(verdict["observed"]), verdict.get("held"))
    judged = {name: one for name, one in judged.items() if len(one["points"]) > 1}
    if not judged:
        return None
    columns = min(len(judged), 3 if width >= 6 else 1)
    rows = math.ceil(len(judged) / columns)
    picture, axes = figure(width, 1.75 * rows, rows=rows, columns=columns)
    scales = [float(one["scale"]) for one in runs]
    for axis, (name, one) in zip(axes.flat, judged.items()):
        _judged(axis, name, one, scales)
    for axis in list(axes.flat)[len(judged):]:
        axis.set_visible(False)
    return picture


def _judged(axis, name: str, one: dict, scales: list[float]) -> None:
    verdict, points = one["verdict"], sorted(one["points"].items())
    unit = shown_unit(verdict["kpi_kind"], verdict["unit"])
    axis.plot([scale for scale, _ in points], [value for _, (value, _) in points], color=BLUE, linewidth=1.2)
    for scale, (value, held) in points:
        axis.plot([scale], [value], "o", color=RED if held is False else BLUE, markersize=4)
    for bound in (verdict["at_least"], verdict["at_most"]):
        if bound is None:
            continue
        axis.axhline(bound, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)))
    axis.set_title(label(name, 34))
    axis.margins(y=0.15)
    value_axis(axis, unit, zero=unit != "fraction")
    axis.xaxis.set_major_locator(FixedLocator(scales if len(scales) <= 6 else scales[:: math.ceil(len(scales) / 6)]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
