"""One long run: where its warm-up ends, and an interval from its own batches.

MSER-5 (White, 1997; White, Cobb and Spratt, 2000) cuts off as much as makes the standard error of the rest smallest. Batch means follow
Schmeiser (1982): ten to thirty batches; that they are independent is tested by von Neumann's ratio (1941).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .intervals import LEVEL, Values, t_interval

BATCH = 5
#: Fewer batches of five than these say nothing: assumption.
FEWEST_BATCHES = 10
#: Above it the batches are not independent, one-sided at 5 %.
CRITICAL_Z = 1.645


class NoTruncation(ValueError):
    """A series is too short to say where its warm-up ends; the message says what to do."""


@dataclass(frozen=True)
class WarmUp:
    """How many of the first values are warm-up, and the mean of the others."""

    deleted: int
    mean: float


def warm_up(values: Values) -> WarmUp:
    """Where the warm-up of a series of evenly spaced values ends. Of several runs, the mean of their series, value by value."""
    of = np.asarray(values, dtype=float)
    batches = len(of) // BATCH
    if batches < FEWEST_BATCHES:
        raise NoTruncation(f"{len(of)} values are too few to find the end of a warm-up; {FEWEST_BATCHES * BATCH} is the least")
    means = of[:batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    if not np.isfinite(means).all():
        raise NoTruncation("the series has gaps: where its warm-up ends cannot be told")
    errors = squared_errors(means)
    cut = int(np.argmin(errors))  # the smallest of equals
    if cut == batches // 2 and errors[0] > 0:
        raise NoTruncation("it has not settled within the first half of the run: the run is too short")
    return WarmUp(cut * BATCH, float(means[cut:].mean()))


def squared_errors(means: Values) -> np.ndarray:
    """The squared standard error of the mean of what is left, by how many batches are cut off: none up to half of them."""
    of = np.asarray(means, dtype=float)
    kept = (of[cut:] for cut in range(len(of) // 2 + 1))
    return np.array([((rest - rest.mean()) ** 2).sum() / len(rest) ** 2 for rest in kept])


@dataclass(frozen=True)
class BatchMeans:
    """The mean of a long run with its interval, and whether its batches may be taken for independent."""

    mean: float
    half: float
    batches: int
    #: Values in a batch.
    size: int
    #: Von Neumann's ratio, 0 for independent batches, and how many standard deviations that is.
    correlation: float
    z: float

    @property
    def independent(self) -> bool:
        return self.z <= CRITICAL_Z


def batch_means(values: Values, batches: int = 20, level: float = LEVEL) -> BatchMeans:
    """The mean of a steady series by its batches. Where these are not ``independent`` the run is to be doubled, the number of batches
    kept, and the interval not to be used."""
    of = np.asarray(values, dtype=float)
    if batches < 3 or len(of) < batches:
        raise ValueError(f"{len(of)} values do not make {batches} batches")
    size = len(of) // batches
    means = of[len(of) - size * batches:].reshape(batches, size).mean(axis=1)
    found = t_interval(means, level)
    correlation, z = von_neumann(means)
    return BatchMeans(found.value, found.half, batches, size, correlation, z)


def von_neumann(means: Values) -> tuple[float, float]:
    """How much neighbours are alike: 0 for independent values, 1 for those that hardly change; and in standard deviations."""
    of = np.asarray(means, dtype=float)
    spread = float(((of - of.mean()) ** 2).sum())
    correlation = 1 - float((np.diff(of) ** 2).sum()) / (2 * spread) if spread else 0.0
    return correlation, correlation * math.sqrt((len(of) ** 2 - 1) / (len(of) - 2))
