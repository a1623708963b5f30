"""The rest by runs of the simulator: what is left when structure, demands and popularity are known is how long an answer waits for its
core.

Why it is there: threads that wake wait until others have had their slice (an involuntary switch for every 3.3 ms of work on the
counterpart), which neither demands nor queues hold. Without it the same model is 10 to 15 % too fast in the mean at 50 to 75 % load. The
requests of each run come again as they came, with the work that each was, under the same seeds at all values: what differs is the
parameter.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Mapping, Sequence

import numpy as np
import pandas as pd

from ..model import Outcome, carry_out, replayed_load
from ..parameters import Parameter, Parameters
from .measured import Measured

#: Where the fit looks (ms), and how many times it halves what is left.
_GRID = (0.0, 1.0, 2.0, 3.0, 4.5, 7.0)
_REFINED = 2
#: Seeds of each run: only of the waits, since arrivals, keys and work are known.
SEEDS = (1, 2, 3)
#: Latencies below this are hits, whose parts are no finer than a clock (s).
_FINE = 1e-3
#: Shares of the latencies between the edges of bins.
_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
#: How far the square about the best reaches (ms).
_REACH = 1.0
#: Parameters whose joint steps change the latencies by less than this of what the strongest do cannot be told apart.
_FLAT = 1e-3


@dataclass(frozen=True)
class Observed:
    """The latencies of a run in bins, and the requests to come again."""

    one: Measured
    edges: np.ndarray
    counts: np.ndarray
    extra_work: float


def observed(one: Measured, parameters: Parameters, extra_work: float) -> Observed:
    latency = one.looked_at(parameters.form)["latency"].dropna().to_numpy()
    edges = np.concatenate([[0.0, _FINE], np.quantile(latency[latency > _FINE], _SHARES), [math.inf]])
    return Observed(one, edges, np.histogram(latency, edges)[0], extra_work)


def replayed(run: Observed, parameters: Parameters, seed: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        load = replayed_load(parameters, run.one.replay(run.extra_work), Path(folder), with_work=True)
        return carry_out(parameters, load, Path(folder), seed)


def shares_in(histogram: pd.DataFrame, edges: np.ndarray) -> np.ndarray:
    """Of the bins of a run's histogram, spread evenly within each; no share is nought."""
    counts = histogram["count"].to_numpy(float)
    below = np.concatenate([[0.0], np.cumsum(counts)])
    bounds = np.concatenate([histogram["low"].to_numpy()[:1], histogram["high"].to_numpy()])
    inside = np.diff(np.interp(edges, bounds, below)) + 0.5
    return inside / inside.sum()


def _simulated(runs: Sequence[Observed], parameters: Parameters) -> list[np.ndarray]:
    return [np.mean([shares_in(replayed(run, parameters, seed).histogram, run.edges) for seed in SEEDS], axis=0) for run in runs]


def log_likelihood(runs: Sequence[Observed], shares: Sequence[np.ndarray]) -> float:
    """Multinomial, up to a constant."""
    return float(sum((run.counts * np.log(share)).sum() for run, share in zip(runs, shares)))


def _dispersion(runs: Sequence[Observed], shares: Sequence[np.ndarray]) -> float:
    """Pearson's χ² over its degrees of freedom: requests of one run go together, and the model is no more than one."""
    squares = sum(((run.counts - run.counts.sum() * share) ** 2 / (run.counts.sum() * share)).sum() for run, share in zip(runs, shares))
    return max(1.0, float(squares) / sum(len(run.counts) - 1 for run in runs))


def with_value(parameters: Parameters, name: str, value: float) -> Parameters:
    known = parameters.fitted.get(name, Parameter(value, 0.0, value, value, "ms", ""))
    return replace(parameters, fitted={**parameters.fitted, name: replace(known, value=value)})


def fit_waits(runs: Sequence[Observed], parameters: Parameters) -> tuple[dict[str, Parameter], pd.DataFrame]:
    """The wait of an answer for its core together with the work beside a thread's own, of which the utilisation law knows a little.

    First along the wait alone, then over a square about the best: the likelihood of the latencies there, and of what the utilisation law
    says, is a quadratic, whose top and curvature are the values and their errors. Also the likelihood along the wait.
    """
    seen: dict[tuple[float, float], float] = {}
    beside = parameters.fitted["back_beside_ms"]
    expected: dict[tuple[float, float], list[np.ndarray]] = {}

    def look(wait: float, extra: float) -> float:
        if (wait, extra) not in seen:
            expected[wait, extra] = _simulated([replace(run, extra_work=extra / 1e3) for run in runs],
                                               with_value(parameters, "dispatch_delay_ms", wait))
            seen[wait, extra] = log_likelihood(runs, expected[wait, extra])
        return seen[wait, extra]

    profile = {wait: look(wait, beside.value) for wait in _GRID}
    for _ in range(_REFINED):
        for wait in _beside(profile):
            profile[wait] = look(wait, beside.value)
    best = max(profile, key=lambda wait: profile[wait])
    waits = [max(0.0, best - _REACH), best, best + _REACH] if best >= _REACH else [0.0, _REACH, 2 * _REACH]
    extras = [0.0, beside.error, 2 * beside.error] if beside.value < 2 * beside.error else [beside.value + k * beside.error for k in (-1,
                                                                                                                                      0, 1)]
    points = [(wait, extra) for wait in waits for extra in extras]
    dispersion = _dispersion(runs, expected[best, beside.value])
    values = [look(*point) / dispersion - ((point[1] - beside.value) / beside.error) ** 2 / 2 for point in points]
    top, covariance = _top(np.array(points), np.array(values))
    how = f"likelihood of the latencies by runs, over-dispersion {dispersion:.1f}, beside the utilisation law"
    errors = np.sqrt(np.diag(covariance))
    fitted = {name: Parameter(float(value), float(error), max(0.0, float(value - 1.96 * error)), float(value + 1.96 * error), "ms", how)
              for name, value, error in zip(("dispatch_delay_ms", "back_beside_ms"), top, errors)}
    return fitted, pd.DataFrame({"value": sorted(profile), "log_likelihood": [profile[wait] for wait in sorted(profile)]})


def _top(points: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where a quadratic through values at points is highest, within the points, and minus the inverse of its curvature."""
    middle, scale = points.mean(axis=0), np.ptp(points, axis=0) / 2
    x, y = ((points - middle) / scale).T
    parts = np.linalg.lstsq(np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y]), values, rcond=None)[0]
    curvature = np.array([[2 * parts[3], parts[4]], [parts[4], 2 * parts[5]]])
    sizes, axes = np.linalg.eigh(curvature)
    sizes = np.minimum(sizes, -1e-3)  # flat, or bent upwards: not known at all along this axis
    steepest = -(axes @ np.diag(1 / sizes) @ axes.T) @ parts[1:3]
    covariance = np.diag(scale) @ (axes @ np.diag(-1 / sizes) @ axes.T) @ np.diag(scale)
    return middle + scale * np.clip(steepest, -1, 1), covariance


def _beside(profile: Mapping[float, float]) -> list[float]:
    """The middles between the best and what is beside it."""
    values = sorted(profile)
    at = values.index(max(profile, key=lambda value: profile[value]))
    return [(values[i] + values[i + 1]) / 2 for i in (at - 1, at) if 0 <= i < len(values) - 1]


def told_apart(run: Observed, parameters: Parameters, names: Sequence[str]) -> list[str]:
    """Which parameters the latencies of a run cannot tell apart, or hardly see: by the shape of the likelihood 5 % about the values."""
    slopes = []
    for name in names:
        up, down = (_simulated([run], with_value(parameters, name, parameters[name] * factor))[0] for factor in (1.05, 0.95))
        weight = np.sqrt(np.maximum(run.counts, 1))
        slopes.append((np.log(up) - np.log(down)) / 0.1 * weight)
    jacobian = np.column_stack(slopes)
    values, vectors = np.linalg.eigh(jacobian.T @ jacobian)
    found = []
    for value, vector in zip(values, vectors.T):
        if value >= _FLAT * values[-1]:
            continue
        parts = [name for name, part in zip(names, vector) if abs(part) > 0.3]
        found.append(f"{' and '.join(parts)}: {'are one to the latencies' if len(parts) > 1 else 'hardly moves the latencies'} "
                     f"(eigenvalue {value / values[-1]:.1e} of the largest)")
    return found
