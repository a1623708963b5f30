"""Which input moves an output: variance-based indices, elementary effects, and both ends of each input.

Sobol's indices by the estimators of Saltelli et al. (2010) and Jansen (1999): the share of the variance that an input explains alone
(``first``) and with all others (``total``). Morris (1991): the mean absolute effect of a step, and how much it depends on where it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Sequence

import numpy as np
import pandas as pd

from .comparison import paired
from .intervals import LEVEL, Values

#: Rows are drawn anew so often for the intervals of indices: assumption.
BOOTSTRAPS = 500


@dataclass(frozen=True)
class Indices:
    """By input."""

    first: np.ndarray
    total: np.ndarray
    mean: float
    variance: float


def indices(values: Values, inputs: int) -> Indices:
    """Of the outputs at the points of ``designs.saltelli_points``: A, B, and A with each column from B."""
    rows = np.asarray(values, dtype=float).reshape(inputs + 2, -1)
    mean, variance = float(rows[:2].mean()), float(rows[:2].var())
    rows = rows - mean  # the estimators are least noisy around zero
    a, b, mixed = rows[0], rows[1], rows[2:]
    if variance == 0:
        return Indices(np.zeros(inputs), np.zeros(inputs), mean, variance)
    return Indices((b * (mixed - a)).mean(axis=1) / variance, 0.5 * ((a - mixed) ** 2).mean(axis=1) / variance, mean, variance)


def indices_with_intervals(values: Values, names: Sequence[str], seed: int = 1, level: float = LEVEL) -> pd.DataFrame:
    """A row per input: ``first`` and ``total`` with bounds of a bootstrap over rows. Only finite outputs count, row by row."""
    rows = np.asarray(values, dtype=float).reshape(len(names) + 2, -1)
    rows = rows[:, np.isfinite(rows).all(axis=0)]
    unknown = np.full(len(names), np.nan)
    found = indices(rows, len(names)) if rows.shape[1] else Indices(unknown, unknown, np.nan, np.nan)
    random = np.random.default_rng(seed)
    draws = [indices(rows[:, random.integers(0, rows.shape[1], rows.shape[1])], len(names)) for _ in range(BOOTSTRAPS)] if rows.size else []
    table: dict[str, Any] = {}
    for which in ("first", "total"):
        table[which] = getattr(found, which)
        bounds = np.quantile([getattr(one, which) for one in draws], [(1 - level) / 2, (1 + level) / 2], axis=0) if draws else [np.nan] * 2
        table[f"{which}_lower"], table[f"{which}_upper"] = bounds
    return pd.DataFrame(table, index=pd.Index(names, name="path")).sort_values("total", ascending=False, kind="stable")


def elementary_effects(points: np.ndarray, values: Values) -> np.ndarray:
    """By trajectory and input, of points in the unit cube by trajectory; NaN where a value is."""
    count, steps, k = points.shape
    outputs = np.asarray(values, dtype=float).reshape(count, steps)
    found = np.full((count, k), np.nan)
    for trajectory, output, effects in zip(points, outputs, found):
        for before in range(k):
            change = trajectory[before + 1] - trajectory[before]
            moved = int(np.argmax(np.abs(change)))
            effects[moved] = (output[before + 1] - output[before]) / change[moved]
    return found


def morris(points: np.ndarray, values: Values, names: Sequence[str]) -> pd.DataFrame:
    """A row per input: the mean absolute effect of going through its whole range (``strength``), the mean effect, and their deviation, which
    is large where the effect bends or depends on other inputs."""
    effects = elementary_effects(points, values)
    table = pd.DataFrame({"strength": np.nanmean(np.abs(effects), axis=0), "mean": np.nanmean(effects, axis=0),
                          "deviation": np.nanstd(effects, axis=0, ddof=1) if len(effects) > 1 else np.nan}, index=pd.Index(names, name="path"))
    return table.sort_values("strength", ascending=False, kind="stable")


def tornado(base: Values, ends: Sequence[tuple[Values, Values]], names: Sequence[str]) -> pd.DataFrame:
    """A row per input, the widest first, ties by name: the output (a mean over seeds) at its low and its high end, and the mean difference of
    the two with its paired interval. It sees no input in company of another."""
    rows = []
    for low, high in ends:
        found = paired(high, low).interval
        rows.append({"low": float(np.mean(low)), "high": float(np.mean(high)), "difference": found.value, "lower": found.lower,
                     "upper": found.upper})
    table = pd.DataFrame(rows, index=pd.Index(names, name="path"))
    order = sorted(table.index, key=lambda name: (-abs(table.loc[name, "difference"]), name))
    table = table.loc[order]
    table.attrs["base"] = float(np.mean(base))
    return table


def of_function(function: Callable[[np.ndarray], Values], sample: np.ndarray) -> Indices:
    """The indices of a function of the unit cube, row by row, by a sample of twice as many columns as it has inputs."""
    from .designs import saltelli_points

    return indices(function(saltelli_points(sample)), sample.shape[1] // 2)
