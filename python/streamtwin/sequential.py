"""Deciding run by run: when enough runs have been seen to say whether something happens, and what is known if they never are.

Wald's sequential probability ratio test (1945), and the confidence set of a proportion that holds at every moment at once
(Robbins, 1970: the mixture of binomials with a uniform prior), for whoever looks after each run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass
class Sprt:
    """Whether a probability is as low as ``low`` or as high as ``high``; between the two either answer counts as right.

    >>> test = Sprt()
    >>> [test.add(True), test.add(True), test.add(True)]
    [None, None, True]
    """

    low: float = 0.2
    high: float = 0.8
    #: How often ``True`` may be said where the probability is ``low``, and ``False`` where it is ``high``.
    error: float = 0.05
    successes: int = 0
    failures: int = 0

    def add(self, success: bool) -> bool | None:
        """What is decided after one more run; None while nothing is."""
        if success:
            self.successes += 1
        else:
            self.failures += 1
        return self.decision

    @property
    def runs(self) -> int:
        return self.successes + self.failures

    @property
    def evidence(self) -> float:
        """The logarithm of how much likelier what was seen is under ``high`` than under ``low``."""
        return (self.successes * math.log(self.high / self.low)
                + self.failures * math.log((1 - self.high) / (1 - self.low)))

    @property
    def decision(self) -> bool | None:
        bound = math.log((1 - self.error) / self.error)
        if abs(self.evidence) < bound:
            return None
        return self.evidence > 0


def proportion_at_any_time(successes: int, failures: int, error: float = 0.05) -> tuple[float, float]:
    """Bounds of a probability that hold with 95 % though they are looked at after every run: all p under which what was
    seen is not too unlikely, B(s + 1, f + 1) < p^s (1 - p)^f / error.

    >>> [round(bound, 6) for bound in proportion_at_any_time(5, 5)]
    [0.129219, 0.870781]
    """
    mixture = math.lgamma(successes + 1) + math.lgamma(failures + 1) - math.lgamma(successes + failures + 2)

    def inside(p: float) -> bool:
        if (p <= 0 and successes) or (p >= 1 and failures):
            return False
        likelihood = (successes * math.log(p) if successes else 0.0) + (failures * math.log1p(-p) if failures else 0.0)
        return mixture < likelihood - math.log(error)

    most_likely = successes / (successes + failures) if successes + failures else 0.5
    return _border(inside, most_likely, 0.0), _border(inside, most_likely, 1.0)


def _border(inside, within: float, end: float) -> float:
    if inside(end):
        return end
    without = end
    for _ in range(80):
        middle = (within + without) / 2
        within, without = (middle, without) if inside(middle) else (within, middle)
    return within
