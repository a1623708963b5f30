"""When to stop adding runs: at a wanted half-width of the interval.

Stopping as soon as the interval looks narrow enough undercovers, as that is when the spread is small by luck (Chow and Robbins, 1965, hold in the
limit only). So there is a first look after twenty runs, further ones at 1.2 times as many, and the rule asks for a little less than is wanted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .intervals import LEVEL, Interval

#: Runs before the first look, how much more there are at each next one, and the widest half-width that may be asked for: assumptions,
#: with which simulated coverage of 95 % intervals stayed above 94 %.
FIRST_LOOK, GROWTH, WIDEST = 20, 1.2, 0.1


@dataclass(frozen=True)
class HalfWidth:
    """Stop when the half-width is at most ``relative`` of the mean."""

    relative: float
    first: int = FIRST_LOOK

    def __post_init__(self) -> None:
        if not 0 < self.relative <= WIDEST:
            raise ValueError(f"a half-width is above 0 and at most {WIDEST:.0%} of the mean: wider ones stop by luck")
        if self.first < 2:
            raise ValueError("the first look takes at least two runs")

    def next_look(self, runs: int) -> int:
        """After how many runs the interval is looked at next, when so many are there.

        >>> rule = HalfWidth(0.05)
        >>> [rule.next_look(n) for n in (0, 20, 24, 29)]
        [20, 24, 29, 35]
        """
        look, step = self.first, 0
        while look <= runs:
            step += 1
            look = math.ceil(self.first * GROWTH**step - 1e-9)
        return look

    def reached(self, found: Interval) -> bool:
        """Whether it is narrow enough; a value of zero has no relative width, and values that are all alike say nothing."""
        return found.n >= self.first and found.half > 0 and found.half <= self.relative / (1 + self.relative) * abs(found.value)

    def __str__(self) -> str:
        return f"stopped by the half-width, {self.relative:.3g} of the mean, looked at after {self.first} runs and 1.2 times as many each time"


def stein(spread: float, first: int, half: float, level: float = LEVEL) -> int:
    """How many runs in all give an interval of this half-width, when the first ones have this standard deviation: Stein's two stages
    (1945), exact for normal values. The interval is then that of the first stage's spread.

    >>> stein(1.0, 20, 0.5)
    20
    >>> stein(1.0, 20, 0.2)
    110
    """
    from scipy import special

    if first < 2 or half <= 0:
        raise ValueError("the first stage takes two runs or more, and a half-width is above zero")
    return max(first, math.ceil((float(special.stdtrit(first - 1, (1 + level) / 2)) * spread / half) ** 2))
