"""Distributions as tails: which share of plays, or of requests, took longer than this. Both axes are logarithmic."""

from __future__ import annotations

import math

import numpy as np

from ..frames import quantile, tail
from ..quantities import quantity
from ..results import Results
from .style import BLUE, INK, MUTED, SEQUENCE, figure, label, log_axis, some_of, styled_figure

QUANTILES = ((0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (0.999, "p99.9"))


@styled_figure
def start_delay(run: Results, width: float = 9.0, name: str = "plays.start_delay"):
    """The tail of the time to the first frame, with its quantiles named."""
    if name not in run.histogram_names:
        return None
    histogram = run.histogram(name)
    picture, axes = figure(width, 2.6)
    axis = axes[0]
    if not _tails(axis, [(histogram, BLUE)]):
        return None
    for q, text in QUANTILES:
        value = quantile(histogram, q)
        if value > 0:
            axis.plot([value], [1 - q], "o", color=BLUE, markersize=3.5)
            axis.annotate(f"{text} {quantity(value, histogram.attrs['unit'])}", (value, 1 - q), xytext=(6, 3),
                          textcoords="offset points", fontsize=7.5, color=INK)
    axis.set_title("Share of plays that took longer")
    return picture


@styled_figure
def request_latency(run: Results, width: float = 9.0, limit: int = 7):
    """The tails of request latencies, one line per tier; the slowest at p99 when there are too many."""
    chosen = {}
    for name in run.histogram_names:
        if name.endswith(".latency"):
            histogram = run.histogram(name)
            p99 = quantile(histogram, 0.99)
            if p99 > 0:
                chosen[name.removesuffix(".latency").removeprefix("service.")] = (p99, histogram)
    if not chosen:
        return None
    slowest = sorted(chosen.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
    narrow = width < 6
    picture, axes = figure(width, 2.6 + (0.17 * len(slowest) if narrow else 0))
    axis = axes[0]
    if not _tails(axis, [(histogram, colour) for (_, (_, histogram)), colour in zip(slowest, SEQUENCE)],
                  [f"{label(name, 28)}, p99 {quantity(p99, 's')}" for name, (p99, _) in slowest]):
        return None
    axis.set_title("Share of requests that took longer" + some_of("slowest at p99", len(slowest), len(chosen)))
    if narrow:
        axis.legend(loc="upper left", bbox_to_anchor=(0, -0.12), borderaxespad=0)
    else:
        axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
    return picture


def _tails(axis, histograms, labels=None) -> bool:
    """Draws tails down to the last 10 observations; False when there is nothing above zero."""
    low, high, floor = math.inf, 0.0, 1.0
    for i, (histogram, colour) in enumerate(histograms):
        total = histogram["count"].sum()
        bins = histogram[(histogram["high"] > 0) & np.isfinite(histogram["high"])]
        if total <= 0 or bins.empty:
            continue
        above = tail(histogram).to_numpy()[bins.index]
        before = above + bins["count"].to_numpy() / total
        # Flat between buckets that hold something, falling inside them.
        values = np.column_stack([np.maximum(bins["low"], bins["high"] / 2), bins["high"]]).ravel()
        shares = np.column_stack([before, above]).ravel()
        seen = shares >= min(0.1, 10 / total)
        values, shares = values[seen], shares[seen]
        if not len(values):
            continue
        axis.plot(values, shares, color=colour, label=labels[i] if labels else None)
        low, high = min(low, float(values[np.argmax(shares < 0.9999)])), max(high, float(values[-1]))
        floor = min(floor, float(shares[-1]))
    if not high > 0:
        return False
    low, high, floor = low / 1.05, max(high, low * 2) * 1.25, max(floor, 1e-6) / 1.5
    log_axis(axis, "x", "s", low, high)
    log_axis(axis, "y", "fraction", floor, 1.0)
    axis.set_xlim(low, high)
    axis.set_ylim(floor, 1.15)
    axis.grid(True, axis="x")
    axis.tick_params(axis="x", colors=MUTED)
    return True
