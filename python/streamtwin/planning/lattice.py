"""Points of a plan: how many steps of each variable, which of them are still open, and what one that is decided says of others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Sequence

import numpy as np

Point = tuple[int, ...]

#: Most points that are looked at, one by one, by the model.
MOST_POINTS = 2_000_000


@dataclass(frozen=True)
class Variable:
    """What may be bought: ``min``, ``min + step``, ..., at most ``max``; ``price`` is of 1."""

    name: str
    min: float
    max: float
    step: float = 1.0
    price: float = 0.0

    @property
    def count(self) -> int:
        return int(math.floor((self.max - self.min) / self.step + 1e-9)) + 1

    def value(self, at: int) -> float:
        return self.min + at * self.step

    @property
    def largest(self) -> float:
        return self.value(self.count - 1)


#: What points cost, rows of values.
Costs = Callable[[np.ndarray], np.ndarray]


def by_prices(variables: Sequence[Variable]) -> Costs:
    """Each costs its price, whatever the others are."""
    prices = np.array([one.price for one in variables])
    return lambda values: values @ prices


class Lattice:
    """All points of a box. More is taken to be never worse: a point that holds speaks for all that have no less of anything, one that
    does not for all that have no more."""

    def __init__(self, variables: Sequence[Variable], costs: Costs | None = None, least: Point | None = None, most: Point | None = None):
        self.variables = tuple(variables)
        self.least = least or (0,) * len(self.variables)
        self.most = most or tuple(one.count - 1 for one in self.variables)
        shape = [b - a + 1 for a, b in zip(self.least, self.most)]
        self.points = np.stack(np.meshgrid(*(np.arange(a, b + 1) for a, b in zip(self.least, self.most)), indexing="ij"), -1).reshape(
            math.prod(shape), len(shape))
        self.values = np.array([one.min for one in self.variables]) + self.points * np.array([one.step for one in self.variables])
        self.costs = (costs or by_prices(variables))(self.values)
        self.open = np.ones(len(self.points), dtype=bool)
        self._strides = np.array([math.prod(shape[at + 1:]) for at in range(len(shape))])

    def __len__(self) -> int:
        return len(self.points)

    def index(self, point: Point) -> int:
        return int(((np.array(point) - self.least) * self._strides).sum())

    def point(self, index: int) -> Point:
        return tuple(int(one) for one in self.points[index])

    def holds(self, point: Point) -> None:
        no_cheaper = self.costs >= self.costs[self.index(point)] * (1 - 1e-12)
        self.open &= ~((self.points >= np.array(point)).all(axis=1) & no_cheaper)

    def fails(self, point: Point) -> None:
        self.open &= ~(self.points <= np.array(point)).all(axis=1)

    def largest(self, among: np.ndarray) -> np.ndarray:
        """Those of ``among`` (a mask) to which no single step can be added within it: no other speaks for them."""
        found = among.copy()
        grid = among.reshape([b - a + 1 for a, b in zip(self.least, self.most)])
        for axis in range(grid.ndim):
            shifted = np.zeros_like(grid)
            shifted[tuple(slice(0, -1) if at == axis else slice(None) for at in range(grid.ndim))] = grid[
                tuple(slice(1, None) if at == axis else slice(None) for at in range(grid.ndim))]
            found &= ~shifted.reshape(-1)
        return found


def boxed(variables: Sequence[Variable], around: Point, costs: Costs | None = None) -> Lattice:
    """The whole lattice, or as much of it around a point as can be looked at."""
    if math.prod(one.count for one in variables) <= MOST_POINTS:
        return Lattice(variables, costs)
    reach = max(1, int((MOST_POINTS ** (1 / len(variables)) - 1) / 2))
    least = tuple(max(0, at - reach) for at in around)
    most = tuple(min(one.count - 1, at + reach) for one, at in zip(variables, around))
    return Lattice(variables, costs, least, most)
