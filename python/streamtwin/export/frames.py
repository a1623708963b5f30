"""Which series are meant, and what they hold."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Sequence

import pandas as pd

from ..ranges import BadInput
from ..results import Results


def wanted(run: Results, patterns: Sequence[str] = ()) -> list[str]:
    """The names that match one of the patterns, in which ``*`` stands for anything; all where there are none."""
    names = run.series_names
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            near = get_close_matches(pattern, names, n=1, cutoff=0)
            hint = f"; did you mean '{near[0]}'?" if near else ": it recorded none"
            raise BadInput(f"--series: the run has no series '{pattern}'{hint}")
    return [name for name in names if not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)]


def frame(run: Results, series: Sequence[str] = ()) -> pd.DataFrame:
    """A row per series and window: ``series``, ``unit``, ``time`` (the end of the window, in seconds from the end of the warm-up) and
    ``value``, which is NaN where there was nothing to measure."""
    parts = []
    for name in wanted(run, series):
        one = run.series(name)
        parts.append({"series": name, "unit": one.attrs["unit"], "time": one.index.to_numpy(float), "value": one.to_numpy(float)})
    none = pd.DataFrame({"series": [], "unit": [], "time": [], "value": []})
    return pd.concat(map(pd.DataFrame, parts), ignore_index=True) if parts else none
