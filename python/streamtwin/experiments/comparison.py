"""Several configurations side by side: differences seed by seed, several statements that hold at once, and what could have been seen.

Runs with the same seed meet the same random numbers, so that their differences vary less than they do. Then Bonferroni's intervals hold
for all statements together, whatever the dependence; Tukey's (1949) and Dunnett's (1955) constants are for independent samples of one
variance only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Mapping

import numpy as np

from .intervals import LEVEL, Interval, Values, t_interval
from .power import detectable


@dataclass(frozen=True)
class Difference:
    """The mean of a - b over runs with the same seed."""

    interval: Interval
    #: Correlation of both: what common random numbers have done; NaN where one of them does not vary.
    correlation: float
    #: The p-value of its being zero (two-sided).
    p: float
    #: The difference that as many runs would have shown with a probability of 0.8.
    detectable: float
    warning: str = ""

    @property
    def shown(self) -> bool:
        """Zero lies outside."""
        return self.interval.lower > 0 or self.interval.upper < 0


def paired(a: Values, b: Values, level: float = LEVEL) -> Difference:
    """a - b; both are in the order of their seeds."""
    from scipy import special

    if len(a) != len(b):
        raise ValueError(f"{len(a)} and {len(b)} values are not pairs")
    differences = np.asarray(a, dtype=float) - np.asarray(b, dtype=float)
    interval = t_interval(differences, level)
    n = len(differences)
    if n < 2:
        return Difference(interval, math.nan, math.nan, math.nan, "a single pair has no interval")
    spread = 0.0 if (differences == differences[0]).all() else float(differences.std(ddof=1))
    correlation = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) > 0 and np.ptp(b) > 0 else math.nan
    if spread:
        p = 2 * float(special.stdtr(n - 1, -abs(interval.value) * math.sqrt(n) / spread))
    else:
        p = 1.0 if interval.value == 0 else 0.0
    warning = "the seeds do not go together: the random numbers in common have not helped" if correlation <= 0 else ""
    return Difference(interval, correlation, p, spread * detectable(n, level=level), "; ".join(filter(None, [interval.warning, warning])))


def welch(a: Values, b: Values, level: float = LEVEL) -> Interval:
    """a - b of independent samples, whose variances may differ (Welch, 1947)."""
    from scipy import special

    left, right = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    parts = [float(one.var(ddof=1)) / len(one) for one in (left, right)]
    difference, variance = float(left.mean() - right.mean()), sum(parts)
    if variance == 0:
        return Interval(difference, difference, difference, len(left) + len(right), "all values are alike")
    degrees = variance**2 / sum(part**2 / (len(one) - 1) for part, one in zip(parts, (left, right)))
    return _around(difference, float(special.stdtrit(degrees, (1 + level) / 2)) * math.sqrt(variance), len(left) + len(right))


def simultaneous(variants: Mapping[str, Values], to: str | None = None, level: float = LEVEL) -> dict[tuple[str, str], Difference]:
    """Differences of all pairs, or of each variant to one, whose intervals hold all at once with the level (Bonferroni)."""
    names = list(variants)
    pairs = [(a, to) for a in names if a != to] if to is not None else [(b, a) for i, a in enumerate(names) for b in names[i + 1:]]
    return {(a, b): paired(variants[a], variants[b], 1 - (1 - level) / len(pairs)) for a, b in pairs}


def tukey(samples: Mapping[str, Values], level: float = LEVEL) -> dict[tuple[str, str], Interval]:
    """Differences of all pairs of independent samples of equal size and variance, that is: runs that share no seeds."""
    values = _of_equal_size(samples)
    names, (k, n) = list(samples), values.shape
    half = studentised_range(k, k * (n - 1), level) * math.sqrt(float(values.var(axis=1, ddof=1).mean()) / n)
    means = values.mean(axis=1)
    return {(names[j], names[i]): _around(means[j] - means[i], half, n) for i in range(k) for j in range(i + 1, k)}


def studentised_range(groups: int, degrees: int, level: float = LEVEL) -> float:
    """The quantile of the range of as many standard normals over an independent estimate of their deviation.

    >>> round(studentised_range(3, 20) / math.sqrt(2), 6)
    2.529982
    """
    from scipy import stats

    return float(stats.studentized_range.ppf(level, groups, degrees))


@dataclass(frozen=True)
class Best:
    """How far a variant is from the best of the others; not the best where ``upper`` is 0, the best where ``lower`` is."""

    difference: float
    lower: float
    upper: float

    @property
    def surely(self) -> bool:
        return self.lower == 0

    @property
    def verdict(self) -> str:
        """In words. Where nothing varies several may be the best alike."""
        if self.surely and not self.upper:
            return "as good as the best"
        return "the best" if self.surely else "may be the best" if self.possibly else "not the best"

    @property
    def possibly(self) -> bool:
        return self.upper > 0


def best_of(variants: Mapping[str, Values], largest: bool = True, common: bool = True, level: float = LEVEL) -> dict[str, Best]:
    """Comparisons with the best (Hsu, 1984), which hold all at once. ``common``: the variants have met the same seeds, in the same order."""
    values = _of_equal_size(variants) * (1 if largest else -1)
    k, n = values.shape
    if common:
        return {name: _by_pairs(values, at, level) for at, name in enumerate(variants)}
    width = dunnett(k - 1, k * (n - 1), level) * math.sqrt(2 * float(values.var(axis=1, ddof=1).mean()) / n)
    return dict(zip(variants, compared_with_best(values.mean(axis=1), width)))


def compared_with_best(means: Values, width: float) -> list[Best]:
    """By the means, the largest of which is the best, and how far two of them may differ by chance."""
    found = []
    for at, mean in enumerate(means):
        difference = float(mean - max(other for i, other in enumerate(means) if i != at))
        found.append(Best(difference, min(0.0, difference - width), max(0.0, difference + width)))
    return found


def _by_pairs(values: np.ndarray, at: int, level: float) -> Best:
    """One-sided paired bounds against each other one, of which the smallest counts."""
    from scipy import special

    others = np.delete(values, at, axis=0)
    differences = values[at] - others
    n = differences.shape[1]
    t = float(special.stdtrit(n - 1, 1 - (1 - level) / len(others)))
    widths = t * differences.std(axis=1, ddof=1) / math.sqrt(n)
    means = differences.mean(axis=1)
    return Best(float(means.min()), float(min(0.0, (means - widths).min())), float(max(0.0, (means + widths).min())))


def dunnett(others: int, degrees: int, level: float = LEVEL) -> float:
    """The one-sided constant of Dunnett for comparing as many others with one: the solution d of
    E over s of the integral of phi(z) Phi(z + sqrt(2) d s)^others = level, where s^2 is chi-squared over its degrees of freedom.

    >>> round(dunnett(3, 36), 6)
    2.132665
    """
    from scipy import integrate, optimize, special, stats

    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    spread = stats.chi(degrees, scale=1 / math.sqrt(degrees))

    def holds(d: float) -> float:
        def at(s: float) -> float:
            return float((weights * special.ndtr(nodes + math.sqrt(2) * d * s) ** others).sum()) * float(spread.pdf(s))

        return float(integrate.quad(at, *spread.interval(1 - 1e-13), epsabs=1e-11, limit=200)[0])

    return float(optimize.brentq(lambda d: holds(d) - level, 0.0, 20.0, xtol=1e-10))


def _of_equal_size(samples: Mapping[str, Values]) -> np.ndarray:
    sizes = {len(values) for values in samples.values()}
    if len(samples) < 2 or len(sizes) != 1 or min(sizes) < 2:
        raise ValueError("at least two samples of the same size, of two values or more, are needed")
    return np.array([np.asarray(values, dtype=float) for values in samples.values()])


def _around(value: float, half: float, n: int) -> Interval:
    return Interval(float(value), float(value - half), float(value + half), n)
