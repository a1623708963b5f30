"""Which points of a space of parameters are run: grids, samples, and the designs of sensitivity analyses.

Latin hypercubes (McKay, Beckman and Conover, 1979) and Sobol's points, scrambled, are those of ``scipy.stats.qmc``. ``saltelli`` is the
design of Sobol's indices (Saltelli et al., 2010): two samples and, for each path, the first with its column from the second. ``morris`` are
trajectories that change one path at a time (Morris, 1991); ``tornado`` changes each path from a base to both its ends.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Sequence

import numpy as np

from ..ranges import BadInput
from .axes import Axis, Level

#: More runs than these are a mistake, however fast they are.
MOST_RUNS = 1_000_000
#: Levels of a trajectory, on which steps are two thirds of the range (Morris, 1991).
MORRIS_LEVELS, MORRIS_STEP = 4, 2 / 3

Point = tuple[Level, ...]


@dataclass(frozen=True)
class Design:
    """Points by number, each a value for every axis."""

    kind: str
    axes: tuple[Axis, ...]
    points: int
    at: Callable[[int], Point]
    #: What the analysis needs of the design: the samples in the unit cube, or the trajectories.
    sample: Any = None

    def __len__(self) -> int:
        return self.points

    def __iter__(self) -> Iterator[Point]:
        return (self.at(n) for n in range(self.points))


def design(kind: str, axes: Sequence[Axis], points: int | None = None, seeds: int = 1, seed: int = 1) -> Design:
    """One of ``DESIGNS``; ``seed`` draws its samples. Refused when all of it would be more runs than anybody waits for."""
    if kind not in DESIGNS:
        raise BadInput(f"--design: there is no '{kind}'; expected {', '.join(DESIGNS)}")
    if kind in ("grid", "tornado") and points is not None:
        raise BadInput(f"--points: a {kind} has as many as its values make")
    if kind not in ("grid", "tornado") and not 1 <= (points or 0) <= MOST_RUNS:
        raise BadInput(f"--points: how many, from 1 to {MOST_RUNS}, must be said for {kind}")
    count = _count(kind, axes, points or 0)
    if count * seeds > MOST_RUNS:
        raise BadInput(f"--design: {count} points with {seeds} {'seed' if seeds == 1 else 'seeds'} each are {count * seeds} runs; {MOST_RUNS} is "
                       "the most. Fewer values, or --design sobol --points N, which covers the same space")
    return DESIGNS[kind](tuple(axes), points or 0, seed)


def _count(kind: str, axes: Sequence[Axis], points: int) -> int:
    k = len(axes)
    return {"grid": lambda: math.prod(len(axis.levels) for axis in axes), "saltelli": lambda: points * (k + 2),
            "morris": lambda: points * (k + 1), "tornado": lambda: 2 * k + 1}.get(kind, lambda: points)()


def grid(axes: tuple[Axis, ...], points: int, seed: int) -> Design:
    ranges = [axis.path for axis in axes if axis.continuous]
    if ranges:
        raise BadInput(f"--vary {ranges[0]}: a grid needs its step, FROM:TO:STEP, or a list")
    shape = [len(axis.levels) for axis in axes]

    def at(number: int) -> Point:
        return tuple(axis.levels[int(i)] for axis, i in zip(axes, np.unravel_index(number, shape)))

    return Design("grid", axes, math.prod(shape), at)


def latin_hypercube(axes: tuple[Axis, ...], points: int, seed: int) -> Design:
    from scipy.stats import qmc

    return _sampled("lhs", axes, qmc.LatinHypercube(len(axes), seed=seed).random(points))


def sobol(axes: tuple[Axis, ...], points: int, seed: int) -> Design:
    return _sampled("sobol", axes, sobol_points(len(axes), points, seed))


def saltelli(axes: tuple[Axis, ...], points: int, seed: int) -> Design:
    k = len(axes)
    return _sampled("saltelli", axes, saltelli_points(sobol_points(2 * k, points, seed)))


def morris(axes: tuple[Axis, ...], points: int, seed: int) -> Design:
    return _sampled("morris", axes, trajectories(len(axes), points, np.random.default_rng(seed)).reshape(-1, len(axes)))


def tornado(axes: tuple[Axis, ...], points: int, seed: int) -> Design:
    """The base, then each path at its first and at its last value. A list of three has the base in its middle, a range halfway."""
    base = [axis.at(0.5) if axis.continuous else axis.levels[len(axis.levels) // 2] for axis in axes]

    def at(number: int) -> Point:
        point = list(base)
        if number:
            changed = (number - 1) // 2
            point[changed] = axes[changed].levels[0 if number % 2 else -1]
        return tuple(point)

    return Design("tornado", axes, 2 * len(axes) + 1, at)


DESIGNS: dict[str, Callable[[tuple[Axis, ...], int, int], Design]] = {
    "grid": grid, "lhs": latin_hypercube, "sobol": sobol, "saltelli": saltelli, "morris": morris, "tornado": tornado}


def sobol_points(dimensions: int, points: int, seed: int) -> np.ndarray:
    """The first points of a scrambled sequence; all of them count, the first as well."""
    from scipy.stats import qmc

    if points & (points - 1):
        raise BadInput(f"--points: {points} is no power of two, and Sobol's points are balanced only then: {2 ** (points.bit_length() - 1)} "
                       f"or {2 ** points.bit_length()}")
    if dimensions > qmc.Sobol.MAXDIM:
        raise BadInput(f"--vary: {dimensions} dimensions are more than Sobol's points have, {qmc.Sobol.MAXDIM}")
    return np.asarray(qmc.Sobol(dimensions, scramble=True, seed=seed).random_base2(points.bit_length() - 1))


def saltelli_points(sample: np.ndarray) -> np.ndarray:
    """Rows of A, of B, and of A with each column from B, from a sample of twice as many columns."""
    k = sample.shape[1] // 2
    a, b = sample[:, :k], sample[:, k:]
    mixed = [np.column_stack([b[:, j] if j == i else a[:, j] for j in range(k)]) for i in range(k)]
    return np.vstack([a, b, *mixed])


def trajectories(k: int, count: int, random: np.random.Generator) -> np.ndarray:
    """By trajectory and point: each starts on a level and changes every path once, by two thirds, in any order."""
    found = np.empty((count, k + 1, k))
    for trajectory in found:
        step = MORRIS_STEP * random.choice([-1, 1], size=k)
        start = random.integers(0, MORRIS_LEVELS // 2, size=k) / (MORRIS_LEVELS - 1) - np.minimum(step, 0)
        trajectory[:] = start
        for number, changed in enumerate(random.permutation(k), start=1):
            trajectory[number:, changed] += step[changed]
    return np.clip(found, 0.0, 1.0)


def _sampled(kind: str, axes: tuple[Axis, ...], sample: np.ndarray) -> Design:
    def at(number: int) -> Point:
        return tuple(axis.at(float(share)) for axis, share in zip(axes, sample[number]))

    return Design(kind, axes, len(sample), at, sample)


def combinations(design: Design) -> Iterator[Point]:
    """Of each axis its first and last value beside the first of all others: whatever is wrong with a path or a value shows there."""
    first = [axis.levels[0] for axis in design.axes]
    yield tuple(first)
    for at, axis in enumerate(design.axes):
        for level in itertools.islice(axis.levels, 1, None if len(axis.levels) <= 20 else 2):
            yield tuple([*first[:at], level, *first[at + 1:]])
        yield tuple([*first[:at], axis.levels[-1], *first[at + 1:]])
