"""Health of the tiers as small multiples: a row per tier, utilisation, tail latency and errors side by side."""

from __future__ import annotations

import numpy as np

from ..quantities import quantity
from ..results import Results
from .style import BLUE, INK, MUTED, RED, TEAL, figure, label, mark_events, recorded, some_of, styled_figure, thinned

HEIGHT = 0.62  # of a row; the rest is for its labels
COLUMNS = (("rps", "/s", "Requests", INK), ("utilisation", "fraction", "Utilisation", TEAL),
           ("latency.p99", "s", "Latency, p99", BLUE), ("failures", "/s", "Failures", RED))


def tier_names(run: Results) -> list[str]:
    """The tiers of a run in the order of its tier table, then those that only left series."""
    recorded_ = [name.removesuffix(".rps").removeprefix("service.") for name in run.series_names if name.endswith(".rps")]
    return list(dict.fromkeys([*map(str, run.tiers.index), *recorded_]))


@styled_figure
def tiers(run: Results, width: float = 9.0, limit: int = 16):
    """Sparklines over time; the peak of each is written at its end. The busiest tiers when there are too many."""
    columns, rows = [], {}
    for tier in tier_names(run):
        found = {what: recorded(run, f"service.{tier}.{what}", f"{tier}.{what}") for what, *_ in COLUMNS}
        if any(series is not None for series in found.values()):
            rows[tier] = found
    if not rows:
        return None
    of = len(rows)
    if len(rows) > limit:
        busiest = set(sorted(rows, key=lambda tier: (-_load(run, tier, rows[tier]), tier))[:limit])
        rows = {tier: found for tier, found in rows.items() if tier in busiest}
    columns = [column for column in COLUMNS if any(found[column[0]] is not None for found in rows.values())]
    picture, axes = figure(width, 0.35 + 0.5 * len(rows), columns=len(columns))
    for axis, (what, unit, heading, colour) in zip(axes, columns):
        lines = [found[what] for found in rows.values()]
        drawn = [series for series in lines if series is not None]
        first, last = min(series.index[0] for series in drawn), max(series.index[-1] for series in drawn)
        _bare(axis, first, last, len(rows))
        axis.set_title(heading + (some_of("busiest", len(rows), of) if axis is axes[0] else ""), pad=12)
        mark_events(axis, run, last, numbered=False)
        for row, (tier, series) in enumerate(zip(rows, lines)):
            base = float(len(rows) - 1 - row)
            axis.plot([first, last], [base, base], color=MUTED, linewidth=0.5)
            if series is not None:
                _spark(axis, series, base, unit, colour, full=what == "utilisation")
            if axis is axes[0]:
                axis.annotate(label(tier, 30 if width >= 6 else 20), (first, base + HEIGHT), xytext=(0, 2),
                              textcoords="offset points", fontsize=7.5, color=INK)
    return picture


def _load(run: Results, tier: str, found) -> float:
    """How busy a tier is: its utilisation where known, else its rate, which ranks below any utilisation."""
    if found["utilisation"] is not None:
        return float(found["utilisation"].max())
    if tier in run.tiers.index and run.tiers.loc[tier, "utilisation"] >= 0:
        return float(run.tiers.loc[tier, "utilisation"])
    return -1.0 / (1.0 + float(found["rps"].max())) if found["rps"] is not None else -1.0


def _bare(axis, first: float, last: float, rows: int) -> None:
    axis.set_xlim(first, max(last, first + 1e-9))
    axis.set_ylim(-0.05, rows - 1 + HEIGHT + 0.05)
    axis.xaxis.set_visible(False)
    axis.yaxis.set_visible(False)
    axis.spines["bottom"].set_visible(False)


def _spark(axis, series, base: float, unit: str, colour: str, full: bool) -> None:
    """One line between its baseline and HEIGHT above it; utilisation is scaled to 100 %, the rest to its peak."""
    peak = float(series.max())
    scale = HEIGHT / (1.0 if full and peak <= 1 else peak if peak > 0 else 1.0)
    series = thinned(series, 120)
    values = base + scale * series.to_numpy()
    ends = [series.index[-1], series.index[0]]
    axis.fill(np.append(series.index, ends), np.append(np.nan_to_num(values, nan=base), [base, base]),
              color=colour, alpha=0.15)
    axis.plot(series.index, values, color=colour, linewidth=1.0)
    text = quantity(peak, unit) if axis.figure.get_figwidth() < 6 else f"peak {quantity(peak, unit)}"
    axis.annotate(text, (axis.get_xlim()[1], base + HEIGHT), xytext=(0, 2), textcoords="offset points", fontsize=6.5,
                  color=MUTED, ha="right")
