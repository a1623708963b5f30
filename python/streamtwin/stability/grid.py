"""The grid of a map: loads, sizes and durations, and which cells a decided one speaks for when more is never better."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Iterable

import numpy as np

from ..ranges import Amount

Place = tuple[int, int, int]


@dataclass(frozen=True)
class Cell:
    """One load under one trigger."""

    load: float
    size: Amount | None
    lasts: float | None

    def __str__(self) -> str:
        trigger = " for ".join([*([str(self.size)] if self.size else []), *([str(Amount(self.lasts, "s"))] if self.lasts else [])])
        return f"load {self.load:g}" + (f", {trigger}" if trigger else "")


class Grid:
    """All loads, sizes and durations, each from the mildest to the worst, with each other."""

    def __init__(self, loads: Iterable[float], sizes: Iterable[Amount] = (), lasts: Iterable[float] = ()):
        self.loads = tuple(sorted(loads))
        self.sizes = tuple(sizes) or (None,)
        self.lasts = tuple(sorted(lasts)) or (None,)
        self.shape = (len(self.loads), len(self.sizes), len(self.lasts))

    def __len__(self) -> int:
        return int(np.prod(self.shape))

    def places(self) -> list[Place]:
        return list(itertools.product(*(range(n) for n in self.shape)))

    def cell(self, place: Place) -> Cell:
        return Cell(self.loads[place[0]], self.sizes[place[1]], self.lasts[place[2]])

    def milder(self, place: Place) -> tuple[slice, ...]:
        """Where nothing is worse than at this place, itself included."""
        return tuple(slice(0, at + 1) for at in place)

    def worse(self, place: Place) -> tuple[slice, ...]:
        """Where nothing is milder."""
        return tuple(slice(at, None) for at in place)

    def most_telling(self, undecided: np.ndarray) -> Place:
        """The undecided place that decides most others, whatever comes of it: a bisection in three dimensions."""
        def told(place: Place) -> int:
            return min(int(undecided[self.milder(place)].sum()), int(undecided[self.worse(place)].sum()))

        return max((tuple(int(i) for i in at) for at in np.argwhere(undecided)), key=told)
