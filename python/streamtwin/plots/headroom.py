"""Head-room: how the tiers fill up as the load is scaled, and where the first objective breaks."""

from __future__ import annotations

import math

from ..quantities import percent
from ..runs import Run
from .style import INK, MUTED, RED, SEQUENCE, figure, label, styled_figure, value_axis
from matplotlib.ticker import FixedLocator, FuncFormatter


def breaking_scale(runs: list[dict]) -> float | None:
    """The lowest scale at which a verdict fails, or None."""
    broken = [float(run["scale"]) for run in runs if any(verdict.get("held") is False for verdict in run.get("verdicts", []))]
    return min(broken, default=None)


@styled_figure
def headroom(run: Run, width: float = 9.0, limit: int = 6):
    """Utilisation of the fullest tiers against the scale of the load."""
    runs = sorted(run.headroom, key=lambda one: float(one["scale"]))
    lines: dict[str, list[tuple[float, float]]] = {}
    for one in runs:
        for name, kpi in one.get("kpis", {}).items():
            value = kpi.get("value") if isinstance(kpi, dict) else None
            if name.startswith("tier.") and name.endswith(".utilisation") and isinstance(value, (int, float)):
                lines.setdefault(name[len("tier."):-len(".utilisation")], []).append((float(one["scale"]), float(value)))
    if len(runs) < 2 or not lines:
        return None
    fullest = sorted(lines, key=lambda tier: (-max(v for _, v in lines[tier]), tier))[:limit]
    narrow = width < 6
    picture, axes = figure(width, 2.6 + (0.17 * len(fullest) if narrow else 0))
    axis = axes[0]
    for tier, colour in zip(fullest, SEQUENCE):
        axis.plot(*zip(*lines[tier]), "o-", color=colour, markersize=3, label=label(tier, 30))
    axis.axhline(1.0, color=MUTED, linewidth=0.8)
    scale = breaking_scale(runs)
    if scale is not None:
        axis.axvline(scale, color=RED, linewidth=1.0, linestyle=(0, (3, 2)))
        axis.annotate("first objective breaks", (scale, 0.02), xycoords=("data", "axes fraction"), xytext=(-4, 0),
                      textcoords="offset points", ha="right", fontsize=7.5, color=RED)
    axis.set_title("Utilisation of the fullest tiers")
    scales = [float(one["scale"]) for one in runs]
    axis.xaxis.set_major_locator(FixedLocator(scales if len(scales) <= 8 else scales[:: math.ceil(len(scales) / 8)]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{percent(value)}"))
    axis.set_xlabel("Load")
    value_axis(axis, "fraction")
    axis.set_ylim(0, 1.08)
    axis.legend(loc="upper left", bbox_to_anchor=(0, -0.24) if narrow else (1.01, 1.0), borderaxespad=0, labelcolor=INK)
    return picture
