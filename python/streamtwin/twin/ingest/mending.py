"""What is wrong with measurements, and what is done about it: each rule once, in words that the list of mends repeats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

#: By what was found, what is done.
RULES = {
    "no number": "left out",
    "duplicate sample": "the one that is written last counts",
    "late sample": "put where its time belongs",
    "counter that fell": "was reset: it goes on from where it stood",
    "gap": "left open; nothing is made up for it",
    "duplicate request": "the first one counts",
    "line that is none": "left out",
    "clock that differs": "its times are moved onto the clock of the load",
    "request without an answer": "kept, without a latency",
}

#: Distances of samples, in steps, from which on there is a gap: a scrape may come late by half a step (assumption).
GAP = 2.5


@dataclass(frozen=True)
class Mend:
    """Something that was found and mended, as often as ``count`` says; ``first`` is the time of the first (s from time 0 of the run)."""

    run: str
    source: str
    rule: str
    subject: str
    count: int
    first: float

    def __str__(self) -> str:
        return f"{self.run}: {self.source}: {self.subject}: {self.rule}, {self.count} times, first at {self.first:.3f} s; {RULES[self.rule]}"


class Mending:
    """Mends the samples of one run's source, and lists what it has done."""

    def __init__(self, run: str, source: str):
        self.run, self.source = run, source
        self.mends: list[Mend] = []

    def found(self, rule: str, subject: str, times: pd.Series | np.ndarray | list[float]) -> None:
        """Something was found at these times."""
        at = np.asarray(times, float)
        if len(at):
            self.mends.append(Mend(self.run, self.source, rule, subject, len(at), float(np.nanmin(at)) if np.isfinite(at).any() else 0.0))

    def samples(self, subject: str, at: np.ndarray, values: np.ndarray, counter: bool) -> tuple[np.ndarray, np.ndarray]:
        """The samples of one series in order of time, each time once, counters without falls."""
        usable = np.isfinite(values)
        self.found("no number", subject, at[~usable])
        at, values = at[usable], values[usable]
        late = np.flatnonzero(np.diff(at) < 0) + 1
        self.found("late sample", subject, at[late])
        order = np.argsort(at, kind="stable")
        at, values = at[order], values[order]
        last = np.append(np.diff(at) > 0, True) if len(at) else np.empty(0, bool)
        self.found("duplicate sample", subject, at[~last])
        at, values = at[last], values[last]
        if counter and len(values):
            values = self._without_falls(subject, at, values)
        if len(at) > 2:
            steps = np.diff(at)
            self.found("gap", subject, at[:-1][steps > GAP * np.median(steps)])
        return at, values

    def _without_falls(self, subject: str, at: np.ndarray, values: np.ndarray) -> np.ndarray:
        """What stood before a reset goes on counting, as in Prometheus' ``rate``."""
        falls = np.flatnonzero(np.diff(values) < 0) + 1
        self.found("counter that fell", subject, at[falls])
        lost = np.zeros(len(values))
        lost[falls] = values[falls - 1]
        return values + np.cumsum(lost)
