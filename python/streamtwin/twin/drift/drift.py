"""A run of the counterpart, window by window: whether it is still what was calibrated, and what has changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...ranges import BadInput
from ..calibrate.measured import measured
from ..ingest import read_record
from ..parameters import Parameters
from .cusum import Cusum, run_length
from .witnesses import NAMES, edges_of, of_the_twin, residuals, seen, spread_of


def drift_of(parameters: Parameters, run: str | Path, window: float = 5.0) -> pd.DataFrame:
    """A row a window of ``DIR/RUN``: ``time_s`` (its end, from time 0 of the run), ``alarm`` (0 or 1), and of what has risen or fallen
    most, the ``parameter``, its ``service`` and the ``score``, which is an alarm above 8 standard deviations of a window."""
    place = Path(run)
    trace = read_record(place.parent, [place.name])
    one = measured(trace, place.name)
    edges = edges_of(one, parameters.form, window)
    if len(edges) < 2:
        raise BadInput(f"{run}: its load lasted {one.lasted:g} s: too short for a window of {window:g} s after "
                       f"{parameters.form.dropped_s:g} s")
    rows, twin = seen(one, edges), of_the_twin(one, parameters, edges)
    scaled = {name: residuals(name, rows, twin, one.rate, known) / spread_of(name, rows, known) for name,
              known in parameters.witnesses.items()}
    filling = [{"time_s": float(time), "alarm": 0, "parameter": "", "service": "", "score": 0.0}
               for time in np.arange(window, edges[0] + 1e-9, window)]
    return pd.DataFrame(filling + _judged(rows["ends"].to_numpy(), scaled))


def _judged(ends: np.ndarray, scaled: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    sums = {name: Cusum() for name in scaled}
    rows = []
    for i, end in enumerate(ends):
        alarms = [name for name, one in sums.items() if one.add(float(np.nan_to_num(scaled[name][i])))]
        named = _named(alarms, sums)
        parameter, service = NAMES[named]
        rows.append({"time_s": float(end), "alarm": int(bool(alarms)), "parameter": parameter, "service": service,
                     "score": sums[named].score})
    return rows


def _named(alarms: list[str], sums: dict[str, Cusum]) -> str:
    """Of the alarms the surest of the first kind that there is; without one whatever has moved most."""
    kinds = list(dict.fromkeys(parameter for parameter, _ in NAMES.values()))
    candidates = alarms or list(sums)
    first = min(kinds.index(NAMES[name][0]) for name in candidates) if alarms else None
    chosen = [name for name in candidates if first is None or kinds.index(NAMES[name][0]) == first]
    return max(chosen, key=lambda name: sums[name].score)


def false_alarms_per_day(window: float) -> float:
    """Of all witnesses together, were the residuals independent and normal."""
    return 86_400 / window * len(NAMES) / run_length()
