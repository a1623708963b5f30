"""Intervals of independent values: one for each run, or each batch of a long one. Events inside a run are not independent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Sequence, Union

import numpy as np

LEVEL = 0.95
#: Plain numbers, one for each run.
Values = Union[Sequence[float], "np.ndarray[Any, Any]"]


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval; ``lower`` and ``upper`` are NaN where there is none, infinite where one end is open."""

    value: float
    lower: float = math.nan
    upper: float = math.nan
    #: From how many independent values.
    n: int = 1
    #: What a reader must know to trust it; empty when nothing.
    warning: str = ""

    @property
    def half(self) -> float:
        return (self.upper - self.lower) / 2

    @property
    def known(self) -> bool:
        return not math.isnan(self.lower)


def student_t(values: Values, confidence: float = LEVEL) -> tuple[float, float, float]:
    """Mean of independent values with its Student-t interval: (mean, lower, upper).

    >>> mean, lower, upper = student_t([1.0, 2.0, 3.0])
    >>> mean, round(lower, 3), round(upper, 3)
    (2.0, -0.484, 4.484)
    """
    if len(values) < 2:
        raise ValueError("an interval takes at least two independent values")
    found = t_interval(values, confidence)
    return found.value, found.lower, found.upper


def t_interval(values: Values, level: float = LEVEL) -> Interval:
    """The same; fewer than two values have no interval, and values that are all alike a warning."""
    from scipy import special

    of = np.asarray(values, dtype=float)
    if not len(of):
        return Interval(math.nan, n=0)
    mean = float(of.mean())
    if len(of) < 2:
        return Interval(mean)
    spread = 0.0 if (of == of[0]).all() else float(of.std(ddof=1))
    half = float(special.stdtrit(len(of) - 1, (1 + level) / 2)) * spread / math.sqrt(len(of))
    warning = "" if spread else f"all {len(of)} values are alike: how far others may lie is not known"
    return Interval(mean, mean - half, mean + half, len(of), warning)


def exact_proportion(successes: float, of: float, level: float = LEVEL) -> tuple[float, float]:
    """Clopper and Pearson's interval of a probability (1934): it holds with at least the level, whatever the probability is.

    >>> [round(bound, 6) for bound in exact_proportion(1, 10)]
    [0.002529, 0.445016]
    """
    from scipy import special

    if not 0 <= successes <= of or of <= 0:
        raise ValueError(f"{successes:g} of {of:g} is no proportion")
    error = (1 - level) / 2
    lower = 0.0 if successes == 0 else float(special.betaincinv(successes, of - successes + 1, error))
    upper = 1.0 if successes == of else float(special.betaincinv(successes + 1, of - successes, 1 - error))
    return lower, upper


def wilson(successes: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's score interval (1927): it holds with the level on average only, and is narrower.

    >>> [round(bound, 6) for bound in wilson(1, 10)]
    [0.017876, 0.40415]
    """
    from scipy import special

    z = float(special.ndtri((1 + level) / 2))
    share, scale = successes / of, 1 + z * z / of
    centre = (share + z * z / (2 * of)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (0.0 if successes == 0 else centre - half), (1.0 if successes == of else centre + half)


def runs_without_failure(probability: float, level: float = LEVEL) -> int:
    """How many runs without a failure show that the probability of one is below this.

    >>> runs_without_failure(0.01), runs_without_failure(0.05)
    (299, 59)
    """
    return math.ceil(math.log(1 - level) / math.log1p(-probability))


def mean_share(values: Values, level: float = LEVEL) -> Interval:
    """The mean of shares, each between 0 and 1, with an interval that stays there: the exact one of as many trials as would have spread
    as much (Korn and Graubard, 1998). Of ones and zeros it is nearly that of the trials themselves; where all shares are 0, or all are
    1, it is what the number of runs allows to say."""
    from scipy import special

    of = np.asarray(values, dtype=float)
    found = t_interval(of, level)
    if not found.known:
        return found
    if (of < 0).any() or (of > 1).any():
        raise ValueError("a share lies between 0 and 1")
    n, share = len(of), min(1.0, max(0.0, found.value))
    variance = float(of.var(ddof=1)) / n
    if variance == 0 and 0 < share < 1:
        return found
    trials = float(n)
    if variance > 0:
        # With few runs the variance itself is hardly known: fewer trials, by as much as Student's t is wider with so few.
        wider = float(special.ndtri((1 + level) / 2) / special.stdtrit(n - 1, (1 + level) / 2))
        trials = share * (1 - share) / variance * wider**2
    lower, upper = exact_proportion(share * trials, trials, level)
    return Interval(share, lower, upper, n, found.warning)


def interval_of(kind: str, values: Values, level: float = LEVEL) -> Interval:
    """The interval of the mean of a key figure over runs, by its kind: a share has one between 0 and 1, a count, duration or rate one
    that does not reach below zero where none of its values does. Runs in which it is unknown are left out, with a warning."""
    known = [value for value in values if math.isfinite(value)]
    share = kind == "share" and all(0 <= value <= 1 for value in known)
    found = mean_share(known, level) if share else t_interval(known, level)
    lower = max(0.0, found.lower) if kind != "difference" and known and min(known) >= 0 and found.known else found.lower
    missing = f"unknown in {len(values) - len(known)} of {len(values)} runs" if len(known) < len(values) else ""
    return Interval(found.value, lower, found.upper, found.n, "; ".join(filter(None, [missing, found.warning])))


@dataclass(frozen=True)
class QuantileInterval(Interval):
    """An interval between two of the sorted values, with its exact coverage."""

    coverage: float = math.nan
    #: Places of the ends among the sorted values, from 1; None where no value bounds it.
    places: tuple[int | None, int | None] = (None, None)
    #: The fewest values with which both ends are bounded.
    needed: int = 0


@lru_cache(maxsize=1024)
def quantile_places(n: int, quantile: float, level: float = LEVEL) -> tuple[int | None, int | None, float]:
    """Which of n sorted independent values bound a quantile, and how surely: (lower, upper, coverage). Places count from 1.

    >>> quantile_places(20, 0.9)[:2], round(quantile_places(20, 0.9)[2], 6)
    ((15, None), 0.988747)
    """
    from scipy import stats

    error, below = (1 - level) / 2, stats.binom(n, quantile)
    cumulated = below.cdf(np.arange(-1, n))  # P(B <= place - 1), by place from 0
    enough = np.flatnonzero(cumulated <= error)
    lower = int(enough[-1]) if len(enough) else 0
    above = np.flatnonzero(below.sf(np.arange(-1, n)) <= error)  # P(B >= place)
    upper = int(above[0]) if len(above) else n + 1
    coverage = 1 - float(below.cdf(lower - 1) if lower else 0.0) - float(below.sf(upper - 1) if upper <= n else 0.0)
    return lower or None, upper if upper <= n else None, coverage


def values_needed(quantile: float, level: float = LEVEL) -> int:
    """The fewest independent values of which two bound a quantile.

    >>> [values_needed(q) for q in (0.5, 0.9, 0.95, 0.99, 0.999)]
    [6, 36, 72, 368, 3688]
    """
    error = (1 - level) / 2
    return max(math.ceil(math.log(error) / math.log(quantile)), math.ceil(math.log(error) / math.log1p(-quantile)))


def quantile_interval(values: Values, quantile: float, level: float = LEVEL) -> QuantileInterval:
    """A quantile of independent values with its interval by order statistics. Where no value is a bound it is open: the largest value is
    none of a high quantile."""
    if not 0 < quantile < 1:
        raise ValueError("a quantile lies between 0 and 1")
    ordered = np.sort(np.asarray(values, dtype=float))
    lower, upper, coverage = quantile_places(len(ordered), quantile, level)
    needed = values_needed(quantile, level)
    warning = "" if lower and upper else f"{len(ordered)} values do not bound it on both sides; {needed} would"
    return QuantileInterval(float(np.quantile(ordered, quantile)) if len(ordered) else math.nan,
                            float(ordered[lower - 1]) if lower else -math.inf, float(ordered[upper - 1]) if upper else math.inf,
                            len(ordered), warning, coverage, (lower, upper), needed)
