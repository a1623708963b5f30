"""Deciding run by run: when enough runs have been seen to say whether something happens, and what is known if they never are.

Wald's sequential probability ratio test (1945); the test of a mean against a bound of Andradóttir and Kim (Naval Research Logistics
2010), which Batur and Kim (2010) use for several bounds; and the confidence set of a proportion that holds at every moment at once
(Robbins, 1970: the mixture of binomials with a uniform prior), for whoever looks after each run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field


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
    #: How often ``False`` may be said where the probability is ``high``, if that is not ``error``, too.
    other_error: float | None = None

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
        lower, upper = self._bounds
        return True if self.evidence >= upper else False if self.evidence <= lower else None

    @property
    def _bounds(self) -> tuple[float, float]:
        other = self.error if self.other_error is None else self.other_error
        return math.log(other / (1 - self.error)), math.log((1 - other) / self.error)

    @property
    def least_more(self) -> int:
        """So many more runs it takes at least."""
        if self.decision is not None:
            return 0
        lower, upper = self._bounds
        steps = math.log(self.high / self.low), math.log((1 - self.high) / (1 - self.low))
        return max(1, min(math.ceil((upper - self.evidence) / steps[0]), math.ceil((lower - self.evidence) / steps[1])))


@dataclass
class MeanTest:
    """Whether a mean is at most ``bound``; nearer to it than ``tolerance`` either answer counts as right. The values are independent
    and as good as normal, so that each is better a mean itself.

    >>> test = MeanTest(1.0, 0.5, first=3)
    >>> [test.add(value) for value in (0.1, 0.2, 0.15)]
    [None, None, True]
    """

    bound: float
    tolerance: float
    #: How often ``True`` may be said where the mean is above ``bound + tolerance``.
    error: float = 0.05
    #: How often ``False`` may be said where it is below ``bound - tolerance``, if that is not ``error``, too.
    other_error: float | None = None
    #: Values from which the variance is taken, once for all.
    first: int = 10
    values: list[float] = field(default_factory=list)
    decision: bool | None = None

    def add(self, value: float) -> bool | None:
        """What is decided after one more value; None while nothing is."""
        self.values.append(float(value))
        if self.decision is None and self.runs >= self.first:
            other = self.error if self.other_error is None else self.other_error
            sum_ = math.fsum(one - self.bound for one in self.values)
            if sum_ <= -self._border(self.error):
                self.decision = True
            elif sum_ >= self._border(other):
                self.decision = False
        return self.decision

    @property
    def runs(self) -> int:
        return len(self.values)

    @property
    def least_more(self) -> int:
        """So many more values it takes at least."""
        return 0 if self.decision is not None else max(1, self.first - self.runs)

    def _border(self, error: float) -> float:
        n = self.first
        mean = math.fsum(self.values[:n]) / n
        scaled = math.fsum((one - mean) ** 2 for one in self.values[:n])  # (n - 1) S^2
        return max(0.0, mean_test_factor(n, error) * scaled / self.tolerance - self.tolerance * self.runs / 2)


def mean_test_factor(first: int, error: float) -> float:
    """Eta of the test of a mean.

    >>> round(mean_test_factor(10, 0.05), 8), round(mean_test_factor(20, 0.00625), 8)
    (0.33405027, 0.29304032)
    """
    return ((2 * error) ** (-2 / (first - 1)) - 1) / 2


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
