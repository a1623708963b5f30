"""Frames from runs: several series side by side, quantiles and tails of histograms, runs compared.

Everything here takes values and returns values; nothing is drawn (see ``plots``) and nothing is simulated.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Mapping

import numpy as np
import pandas as pd

from .results import Results


def wide(run: Results, pattern: str) -> pd.DataFrame:
    """The series whose names match a glob, one column each, indexed by seconds from the end of the warm-up."""
    names = [name for name in run.series_names if fnmatchcase(name, pattern)]
    if not names:
        return pd.DataFrame(index=pd.Index([], name="time", dtype=float))
    return pd.concat([run.series(name) for name in names], axis=1).sort_index()


def quantile(histogram: pd.DataFrame, q: float) -> float:
    """The q-quantile of a histogram, linear inside the bin that holds it; NaN when the histogram is empty.

    >>> quantile(pd.DataFrame({"low": [0.0, 1.0], "high": [1.0, 2.0], "count": [50, 50]}), 0.75)
    1.5
    """
    counts = histogram["count"].to_numpy(float)
    total = counts.sum()
    if total <= 0:
        return float("nan")
    below = np.concatenate([[0.0], np.cumsum(counts)])
    bin_ = min(int(np.searchsorted(below, q * total, side="left")) - 1, len(counts) - 1)
    bin_ = max(bin_, int(np.argmax(counts > 0)))
    low, high = float(histogram["low"].iloc[bin_]), float(histogram["high"].iloc[bin_])
    if not np.isfinite(high):
        return low
    return low + (high - low) * (q * total - below[bin_]) / counts[bin_]


def tail(histogram: pd.DataFrame) -> pd.Series:
    """The share of observations above each bin's upper edge (the complementary distribution).

    >>> tail(pd.DataFrame({"low": [0.0, 1.0], "high": [1.0, 2.0], "count": [3, 1]})).tolist()
    [0.25, 0.0]
    """
    counts = histogram["count"].to_numpy(float)
    total = counts.sum()
    above = 1 - np.cumsum(counts) / total if total > 0 else np.full(len(counts), np.nan)
    return pd.Series(np.clip(above, 0, 1), index=pd.Index(histogram["high"], name="value"), name="above")


def compare(runs: Mapping[str, Results]) -> pd.DataFrame:
    """The KPIs of several runs side by side: one row per KPI, one column per run.

    With exactly two runs a third column holds the change from the first to the second.
    """
    table = pd.DataFrame({label: run.kpis["value"] for label, run in runs.items()})
    if len(runs) == 2:
        first, second = runs
        table["change"] = table[second] - table[first]
    for column in ("unit", "kind"):
        of_all = pd.concat([run.kpis[column] for run in runs.values()])
        table[column] = of_all[~of_all.index.duplicated()].reindex(table.index)
    return table
