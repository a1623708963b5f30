"""What a number of paired runs can tell: the difference that would have been seen, and how many runs see a given one."""

from __future__ import annotations

import math

from .intervals import LEVEL


def power(effect: float, n: int, level: float = LEVEL) -> float:
    """The probability that n pairs show a difference of ``effect`` standard deviations of theirs (the exact noncentral t).

    >>> round(power(1.0, 10), 4)
    0.8031
    """
    from scipy import special

    t = float(special.stdtrit(n - 1, (1 + level) / 2))
    away = abs(effect) * math.sqrt(n)
    if away > t + 8:  # far out the distribution function fails, and nothing is left of the other side
        return 1.0
    below = float(special.nctdtr(n - 1, away, t))
    other_side = float(special.nctdtr(n - 1, away, -t))
    return min(1.0, max(0.0, 1 - below + (other_side if math.isfinite(other_side) else 0.0)))


def detectable(n: int, probability: float = 0.8, level: float = LEVEL) -> float:
    """The difference, in standard deviations of the differences, that n pairs show with this probability.

    >>> round(detectable(10), 6), round(detectable(20, 0.9), 6)
    (0.996001, 0.764458)
    """
    from scipy import optimize, special

    if n < 2:
        return math.inf
    most = (float(special.stdtrit(n - 1, (1 + level) / 2)) + 8) / math.sqrt(n)
    return float(optimize.brentq(lambda effect: power(effect, n, level) - probability, 0.0, most, xtol=1e-12))


def pairs_needed(effect: float, probability: float = 0.8, level: float = LEVEL) -> int:
    """The fewest pairs that show a difference of so many standard deviations.

    >>> pairs_needed(1.0), pairs_needed(0.5), pairs_needed(0.25)
    (10, 34, 128)
    """
    if not effect:
        raise ValueError("no number of runs shows that there is no difference")
    low, high = 1, 2
    while power(effect, high, level) < probability:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(effect, middle, level) >= probability else (middle, high)
    return high
