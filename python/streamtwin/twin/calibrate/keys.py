"""The popularity of keys by the likelihood of how many of them were asked for once, twice, …: no label of a key is used, only how often
it came.

With requests that follow a Zipf law over N keys, the number of keys that came j times is nearly Poisson with mean Σ_i P(Poisson(n p_i) =
j).
"""

from __future__ import annotations

from typing import Sequence

import numpy as np
from scipy import optimize, stats

from ..parameters import Parameter

#: Keys that came at least so often are counted together.
_OFTEN = 40


def _expected(zipf: float, keys: float, requests: int) -> np.ndarray:
    """How many keys come 1, 2, … times, and at the end at least ``_OFTEN`` times."""
    whole = int(round(keys))
    weights = np.arange(1, whole + 1, dtype=float) ** -zipf
    means = requests * weights / weights.sum()
    times = np.arange(1, _OFTEN)
    counts = stats.poisson.pmf(times[:, None], means[None, :]).sum(axis=1)
    return np.append(counts, stats.poisson.sf(_OFTEN - 1, means).sum())


def fit_keys(asked_for: Sequence[np.ndarray]) -> dict[str, Parameter]:
    """``zipf`` and ``keys`` from the keys of the requests, run by run."""
    together = np.concatenate([np.asarray(one, str) for one in asked_for])
    _, counts = np.unique(together, return_counts=True)
    seen = np.bincount(np.minimum(counts, _OFTEN), minlength=_OFTEN + 1)[1:]

    def loss(logs: np.ndarray) -> float:
        zipf, keys = np.exp(logs)
        if not (0.01 < zipf < 3 and len(counts) * 0.9 <= keys <= 1e7):
            return 1e12
        expected = np.maximum(_expected(zipf, keys, len(together)), 1e-12)
        return float(-(seen * np.log(expected) - expected).sum())

    begin = np.log([0.8, len(counts) * 1.2])
    best = optimize.minimize(loss, begin, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-3, "maxiter": 200})
    errors = _errors(loss, best.x)
    how = "likelihood of how many keys came how often"
    return {name: Parameter(float(np.exp(log)), float(np.exp(log) * error), float(np.exp(log - 1.96 * error)),
                            float(np.exp(log + 1.96 * error)), "", how)
            for name, log, error in zip(("zipf", "keys"), best.x, errors)}


def _errors(loss, at: np.ndarray) -> np.ndarray:
    """Standard errors of the logarithms, from the curvature."""
    step = np.array([2e-2, 2e-2])
    shape = np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            a, b = np.eye(2)[i] * step, np.eye(2)[j] * step
            shape[i, j] = (loss(at + a + b) - loss(at + a - b) - loss(at - a + b) + loss(at - a - b)) / (4 * step[i] * step[j])
    covariance = np.linalg.pinv(shape)
    return np.sqrt(np.maximum(np.diag(covariance), 1e-12))
