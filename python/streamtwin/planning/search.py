"""The cheapest point that holds: theory says where to look, runs decide.

A model gives each point its *reach*, the factor on the load up to which theory takes it to hold. What the model takes for 1 may be
another number in truth: each point that runs have decided narrows it down. Points are decided where that tells most, first up or down
along the cheapest points of each reach, then, below the cheapest that holds, point by point from the largest reach on, until every
cheaper one has failed, is below one that has, or is so far from holding by the model that it need not be run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Callable, Protocol, Sequence

import numpy as np

from .lattice import Costs, Lattice, Point, Variable, boxed, by_prices
from .verdicts import Verdict

#: A point whose reach is below that of one that has failed by more than this factor is not run, as long as the model has not been
#: wrong by as much: an assumption.
TRUSTED = 0.9
#: The first step along the reach when nothing is known on one side; each further one is twice as large: an assumption.
STRIDE = 1.05


class Judge(Protocol):
    """Who decides by runs. None when there are none left."""

    def decide(self, point: Point) -> Verdict | None: ...


#: The reach of points, a row each.
Model = Callable[[np.ndarray], np.ndarray]


@dataclass
class Found:
    """What the search has come to."""

    lattice: Lattice
    reach: np.ndarray
    best: Point | None = None
    verdicts: dict[Point, Verdict] = field(default_factory=dict)
    #: Every cheaper point has failed, by runs, by one above it that has, or by the model.
    complete: bool = False
    #: Of those how many by the model alone, and how far below one that has failed they are at least.
    by_model: int = 0
    trusted: float = TRUSTED
    #: Parts of the model that have been taken to come first where runs have blamed another.
    corrected: list[str] = field(default_factory=list)
    #: There are more points than can be looked at: those beyond a box have not been.
    beyond_a_box: bool = False
    #: The cheapest point that is left undecided, where the runs were used up.
    undecided: Point | None = None
    #: Pairs of points of which the larger has failed and the smaller holds.
    not_monotone: list[tuple[Point, Point]] = field(default_factory=list)

    def cost(self, point: Point) -> float:
        return float(self.lattice.costs[self.lattice.index(point)])


def search(variables: Sequence[Variable], model: Model, judge: Judge, budget: float = math.inf, costs: Costs | None = None) -> Found:
    """The cheapest point that the judge lets hold; of equally cheap ones that of the largest reach, of those the first."""
    at = Search(variables, model, judge, budget, costs)
    at.go()
    return at.found


class Search:
    def __init__(self, variables: Sequence[Variable], model: Model, judge: Judge, budget: float, costs: Costs | None = None):
        lattice = boxed(variables, _start(variables, model, costs or by_prices(variables)), costs)
        #: The reach of each part of the model, where it has parts; attribution says by how much they are off.
        self._parts = dict(model.parts(lattice.values)) if hasattr(model, "parts") else {}
        self.found = Found(lattice, np.min(list(self._parts.values()), axis=0) if self._parts else model(lattice.values))
        self.found.beyond_a_box = len(lattice) < math.prod(one.count for one in variables)
        self.judge, self.budget = judge, budget
        self._affordable = lattice.costs <= budget * (1 + 1e-12)
        #: Reaches of what has failed and of what holds; factors of the next step beyond them.
        self._failed, self._held = -math.inf, math.inf
        self._up, self._down = STRIDE, 1.0
        self._raises = True

    def go(self) -> None:
        while (point := self._next()) is not None:
            verdict = self.judge.decide(point)
            if verdict is None:
                self._leave_open()
                return
            self._take(point, verdict)
        self.found.complete = True
        self.found.by_model = int(self._cheaper().sum())

    def _take(self, point: Point, verdict: Verdict) -> None:
        found, lattice = self.found, self.found.lattice
        reach = float(found.reach[lattice.index(point)])
        for other, said in found.verdicts.items():
            small, large = (point, other) if verdict.holds else (other, point)
            if said.holds != verdict.holds and all(a <= b for a, b in zip(small, large)):
                found.not_monotone.append((small, large))
        found.verdicts[point] = verdict
        if verdict.holds:
            lattice.holds(point)
            self._held = min(self._held, reach)
            if self._parts and math.isfinite(self._failed) and reach < self._failed:
                self._raise(point, self._failed)
                reach = float(found.reach[lattice.index(point)])
            if math.isfinite(self._failed) and reach < self._failed * found.trusted:
                found.trusted = TRUSTED * reach / self._failed
            if found.best is None or found.cost(point) < found.cost(found.best):
                found.best = point
            else:  # one that was to fail for all below it
                self._raises = False
            return
        lattice.fails(point)
        self._failed = max(self._failed, reach)
        self._corrected(point, verdict.blamed)

    def _corrected(self, point: Point, blamed: str | None) -> None:
        """By the model another part comes first here than the one at which requests have waited: then that other one bears more than the model
        takes it to, as much as the one to blame at least."""
        if blamed in self._parts:
            self._raise(point, float(self._parts[blamed][self.found.lattice.index(point)]))

    def _raise(self, point: Point, reach: float) -> None:
        """Parts of the model bear at least so much at a point."""
        found, at = self.found, self.found.lattice.index(point)
        wrong = [name for name, part in self._parts.items() if 0 < part[at] < reach * (1 - 1e-9)]
        if not wrong or not math.isfinite(reach):
            return
        for name in wrong:
            self._parts[name] = self._parts[name] * (reach / self._parts[name][at])
        found.corrected = sorted({*found.corrected, *wrong})
        found.reach = np.min(list(self._parts.values()), axis=0)
        reaches = {one: float(found.reach[found.lattice.index(one)]) for one in found.verdicts}
        self._failed = max((reaches[one] for one, said in found.verdicts.items() if not said.holds), default=-math.inf)
        self._held = min((reaches[one] for one, said in found.verdicts.items() if said.holds), default=math.inf)

    def _cheaper(self) -> np.ndarray:
        """Open points that would be better than the best: cheaper, or as cheap and of a larger reach."""
        found = self.found
        may = found.lattice.open & self._affordable
        if found.best is None:
            return may
        at = found.lattice.index(found.best)
        cost = found.lattice.costs[at]
        return may & (found.lattice.costs < cost * (1 - 1e-12))

    def _next(self) -> Point | None:
        found, candidates = self.found, self._cheaper()
        if not candidates.any():
            return None
        if found.best is None:
            return self._upwards(candidates)
        if not math.isfinite(self._failed):
            step, self._down = self._down, max(STRIDE, self._down ** 2)
            below = self._cheapest(candidates, self._held / step) if step > 1 else None
            return below if below is not None else self._raised(self._nearest(candidates))
        between = self._cheapest(candidates, math.sqrt(self._failed * self._held)) if self._failed < self._held else None
        if between is not None:
            return between
        left = candidates & (found.reach >= found.trusted * min(self._failed, self._held))
        if not left.any():
            return self._one_step_less(candidates)
        return self._raised(self._nearest(left)) if self._failed < self._held else self._most_telling(left)

    def _one_step_less(self, candidates: np.ndarray) -> Point | None:
        """The model has nothing left; that no single step less of anything holds is left to runs all the same, likeliest first."""
        found, best = self.found, self.found.best
        less = [found.lattice.index((*best[:axis], at - 1, *best[axis + 1:])) for axis, at in enumerate(best) if at > found.lattice.least[axis]]
        known = [at for at in less if candidates[at]]
        return found.lattice.point(max(known, key=lambda at: found.reach[at])) if known else None

    def _upwards(self, candidates: np.ndarray) -> Point:
        """The cheapest point of reach 1; after a failure of one further beyond it, each time by more; in the end the largest."""
        if not math.isfinite(self._failed):
            wanted = 1.0
        else:
            wanted, self._up = max(self._failed, 1e-9) * self._up, self._up ** 2
        point = self._cheapest(candidates, wanted)
        return point if point is not None else self._nearest(candidates)

    def _cheapest(self, candidates: np.ndarray, reach: float) -> Point | None:
        """Of the least cost, and of those of the largest reach."""
        among = np.flatnonzero(candidates & (self.found.reach >= reach))
        if not len(among):
            return None
        costs = self.found.lattice.costs[among]
        cheapest = among[costs <= costs.min() * (1 + 1e-12)]
        return self.found.lattice.point(int(cheapest[np.argmax(self.found.reach[cheapest])]))

    def _most_telling(self, candidates: np.ndarray) -> Point:
        """Where the model has been wrong about what comes first: the point that decides most others, whatever comes of it."""
        lattice = self.found.lattice
        among = np.flatnonzero(candidates)
        below = (lattice.points[among] - np.array(lattice.least) + 1).prod(axis=1)
        costs = lattice.costs[among]
        no_cheaper = len(among) - np.searchsorted(np.sort(costs), costs)
        return lattice.point(int(among[np.argmax(np.minimum(below, no_cheaper))]))

    def _nearest(self, candidates: np.ndarray) -> Point:
        """Of the largest reach: the likeliest to hold; of those that tell most."""
        among = np.flatnonzero(self.found.lattice.largest(candidates))
        return self.found.lattice.point(int(among[np.argmax(self.found.reach[among])]))

    def _raised(self, point: Point) -> Point:
        """With all that, by the model, would not help it: when it fails, so does all that has no more of the rest."""
        lattice, reach = self.found.lattice, self.found.reach
        raised = point
        for axis in range(len(point)) if self._raises else ():
            more = (*raised[:axis], lattice.most[axis], *raised[axis + 1:])
            if reach[lattice.index(more)] <= reach[lattice.index(point)] * (1 + 1e-9):
                raised = more
        return raised

    def _leave_open(self) -> None:
        left = self._cheaper()
        if left.any():
            among = np.flatnonzero(left)
            self.found.undecided = self.found.lattice.point(int(among[np.argmin(self.found.lattice.costs[among])]))


def _start(variables: Sequence[Variable], model: Model, costs: Costs) -> Point:
    """A point of reach 1, step by step from the least on, each time by the variable that brings most for its price."""
    at = [0] * len(variables)

    def values(point: Sequence[int]) -> list[float]:
        return [one.value(i) for one, i in zip(variables, point)]

    reach = float(model(np.array([values(at)]))[0])
    while reach < 1:
        steps = [(i, [n + (i == k) for k, n in enumerate(at)]) for i, one in enumerate(variables) if at[i] + 1 < one.count]
        if not steps:
            break
        reaches = model(np.array([values(point) for _, point in steps]))
        dearer = costs(np.array([values(point) for _, point in steps])) - costs(np.array([values(at)]))[0]
        gains = [(float(r) - reach) / max(float(price), 1e-9) for price, r in zip(dearer, reaches)]
        chosen = int(np.argmax(gains)) if max(gains) > 0 else len(steps) - 1
        if max(gains) <= 0:  # several are short at once: all of them
            at = [min(n + 1, one.count - 1) for n, one in zip(at, variables)]
            reach = float(model(np.array([values(at)]))[0])
            continue
        at, reach = steps[chosen][1], float(reaches[chosen])
    return tuple(at)
