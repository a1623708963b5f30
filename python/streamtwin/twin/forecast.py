"""What the counterpart would do at a rate: runs of the twin, each with parameters that may be the true ones, and the interval of what
would be measured in one run of the counterpart."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from .calibrate.measured import measured
from .ingest import read_record
from .model import Replay, carry_out, drawn_load, replayed_load
from .parameters import Parameters

#: The share of measurements that lies within an interval.
CONFIDENCE = 0.9


def forecast_of(parameters: Parameters, rate: float, seeds: int = 10, replay: str | Path | None = None, first_seed: int = 1) -> pd.DataFrame:
    """A row a metric: ``value`` (the median of the runs), and ``low`` and ``high`` of the 90 % interval of prediction.

    ``replay`` is a run of a record, ``DIR/RUN``: its requests come again, with their keys and their work.
    """
    requests = None if replay is None else _requests_of(Path(replay))
    found = [_run(parameters, rate, requests, seed) for seed in range(first_seed, first_seed + seeds)]
    rows = []
    for name in found[0]:
        values = np.array([one[name] for one in found])
        low, high = interval(values, parameters.noise.get(name, 0.0))
        if name in ("hit_ratio", "busy_share"):
            high = min(1.0, high)
        rows.append({"metric": name, "value": float(np.median(values)), "low": low, "high": high})
    return pd.DataFrame(rows)


def _requests_of(run: Path) -> Replay:
    trace = read_record(run.parent, [run.name])
    try:
        return measured(trace, run.name).replay()
    finally:
        trace.close()


def _run(parameters: Parameters, rate: float, requests: Replay | None, seed: int) -> dict[str, float]:
    one = parameters.drawn(np.random.default_rng([seed, 20_231]))
    with tempfile.TemporaryDirectory() as folder:
        if requests is None:
            load = drawn_load(one, rate)
        else:
            work = (requests.work + parameters["back_beside_ms"] / 1e3) * (one["back_work_ms"] / parameters["back_work_ms"])
            scaled = Replay(requests.at, requests.keys, work)
            load = replayed_load(one, scaled, Path(folder), with_work=True)
        return carry_out(one, load, Path(folder), seed).metrics


def interval(values: np.ndarray, noise: float) -> tuple[float, float]:
    """Of one more measurement: Student's t on the logarithms, with the noise of measuring, which the runs do not have."""
    if len(values) < 2 or (values <= 0).any():
        return float(values.min()), float(values.max())
    logs = np.log(values)
    spread = math.hypot(float(logs.std(ddof=1)) * math.sqrt(1 + 1 / len(logs)), noise)
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(logs) - 1)) * spread
    middle = float(np.median(logs))
    return math.exp(middle - reach), math.exp(middle + reach)
