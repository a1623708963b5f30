"""A finished map: what came of each cell, how long recovery takes, and below which load everything is survived."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..experiments.intervals import student_t
from ..ranges import Amount
from ..sequential import Sprt, proportion_at_any_time
from .grid import Grid, Place
from .recovery import Outcome

RECOVERS, MIXED, DOES_NOT, OVERLOADED = "recovers", "mixed", "not by the horizon", "overloaded without a trigger"


@dataclass
class Found:
    """What is known of a cell."""

    outcomes: list[Outcome] = field(default_factory=list)
    #: Taken over from another cell, because more is taken to be never better.
    inferred: str | None = None

    def test(self) -> Sprt:
        test = Sprt()
        for outcome in self.outcomes:
            test.add(outcome.recovered)
        return test

    def decided(self, most: int) -> bool:
        return self.inferred is not None or self.test().decision is not None or len(self.outcomes) >= most

    @property
    def verdict(self) -> str | None:
        if self.inferred is not None:
            return self.inferred
        if not self.outcomes:
            return None
        decision = self.test().decision
        if decision is None:
            return MIXED
        if decision:
            return RECOVERS
        carried = sum(outcome.carried for outcome in self.outcomes)
        return DOES_NOT if 2 * carried > len(self.outcomes) else OVERLOADED

    def recovery(self, horizon: float) -> tuple[float, float, float]:
        """Mean, lower and upper bound of the time to recover (s). Who had not by the horizon counts with the horizon: the mean is
        one up to there. Unknown where fewer than two runs carried their load."""
        times = [horizon if outcome.recovery is None else outcome.recovery for outcome in self.outcomes if outcome.carried]
        if len(times) < 2:
            return (times[0] if times else math.nan), math.nan, math.nan
        mean, lower, upper = student_t(times)
        return mean, max(0.0, lower), min(horizon, upper) if max(times) >= horizon else upper


class StabilityMap:
    """The map of a scenario: ``cells`` as a frame, ``safe_load``, ``picture()``."""

    def __init__(self, scenario: str, trigger: str, size_key: str, grid: Grid, settings: dict[str, Any], found: dict[Place, Found]):
        self.scenario, self.trigger, self.size_key, self.grid = scenario, trigger, size_key, grid
        #: ``horizon``, ``at``, ``most``, ``window``, ``monotone``: how the map was made.
        self.settings = settings
        self.found = found

    @property
    def horizon(self) -> float:
        return float(self.settings["horizon"])

    @property
    def cells(self) -> pd.DataFrame:
        """A row per cell: where it is, its verdict, how many runs recovered, bounds of the probability that one does (95 %, however
        often one looks), and the expected time to recover with its Student-t interval."""
        rows = []
        for place in self.grid.places():
            cell, found = self.grid.cell(place), self.found[place]
            recovered = sum(outcome.recovered for outcome in found.outcomes)
            lower, upper = proportion_at_any_time(recovered, len(found.outcomes) - recovered)
            mean, least, most = found.recovery(self.horizon)
            rows.append({"load": cell.load, "size": math.nan if cell.size is None else cell.size.value,
                         "lasts": math.nan if cell.lasts is None else cell.lasts, "verdict": found.verdict,
                         "inferred": found.inferred is not None, "runs": len(found.outcomes), "recovered": recovered,
                         "probability_lower": lower, "probability_upper": upper, "recovery": mean, "recovery_lower": least,
                         "recovery_upper": most})
        return pd.DataFrame(rows)

    @property
    def runs(self) -> pd.DataFrame:
        """A row per run: where, which seed, whether it carried its load, and after how long it was back."""
        rows = []
        for place in self.grid.places():
            cell = self.grid.cell(place)
            for number, outcome in enumerate(self.found[place].outcomes):
                rows.append({"load": cell.load, "size": math.nan if cell.size is None else cell.size.value,
                             "lasts": math.nan if cell.lasts is None else cell.lasts, "seed": int(self.settings["seed"]) + number,
                             "carried": outcome.carried, "recovery": math.nan if outcome.recovery is None else outcome.recovery})
        return pd.DataFrame(rows)

    def verdicts(self) -> np.ndarray:
        """By load, size and duration."""
        table = np.empty(self.grid.shape, dtype=object)
        for place, found in self.found.items():
            table[place] = found.verdict
        return table

    @property
    def safe_load(self) -> float | None:
        """The highest load of the map up to which every trigger of it is survived; None when there is none."""
        survived = (self.verdicts() == RECOVERS).all(axis=(1, 2))
        count = int(np.argmin(survived)) if not survived.all() else len(survived)
        return self.grid.loads[count - 1] if count else None

    @property
    def first_lost(self) -> str | None:
        """Of the mildest load at which one is not survived: that load, and the mildest such trigger."""
        lost = np.argwhere(self.verdicts() != RECOVERS)
        return str(self.grid.cell(tuple(int(i) for i in lost[0]))) if len(lost) else None

    @property
    def kinds(self) -> dict[float, str]:
        """Of each load: ``stable`` where every trigger is survived, ``overloaded`` where it is not answered even without one, else
        ``vulnerable``."""
        found = {}
        for load, verdicts in zip(self.grid.loads, self.verdicts().reshape(len(self.grid.loads), -1)):
            survived, overloaded = (verdicts == RECOVERS).all(), 2 * (verdicts == OVERLOADED).sum() > len(verdicts)
            found[load] = "stable" if survived else "overloaded" if overloaded else "vulnerable"
        return found

    @property
    def not_monotone(self) -> list[tuple[str, str]]:
        """Pairs of cells of which the worse one recovers and the milder one does not."""
        verdicts, found = self.verdicts(), []
        for place in self.grid.places():
            if verdicts[place] not in (DOES_NOT, OVERLOADED):
                continue
            for offset in np.argwhere(verdicts[self.grid.worse(place)] == RECOVERS):
                worse = tuple(int(a + b) for a, b in zip(place, offset))
                found.append((str(self.grid.cell(place)), str(self.grid.cell(worse))))
        return found

    def headline(self) -> str:
        """The answer in a sentence or two."""
        if self.safe_load is None:
            return f"No load of the map survives every trigger: at {self.first_lost} it is not back by {Amount(self.horizon, 's')}."
        text = f"Up to load {self.safe_load:g} every trigger of the map is survived"
        return f"{text}." if self.first_lost is None else f"{text}; at {self.first_lost} one is not."

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        cells = self.cells.astype(object).where(self.cells.notna(), None)
        return {"scenario": self.scenario, "trigger": self.trigger, "size": self.size_key or None, "settings": self.settings,
                "safe_load": self.safe_load, "first_lost": self.first_lost, "kinds": [[*pair] for pair in self.kinds.items()],
                "not_monotone": self.not_monotone,
                "cells": cells.to_dict("records")}

    def picture(self):
        """The map as a matplotlib figure."""
        from ..plots.stability import stability

        return stability(self)

    def __repr__(self) -> str:
        return f"<StabilityMap of {self.scenario!r} under {self.trigger!r}: {self.headline()}>"
