"""Cumulative sums of residuals (Page, Continuous inspection schemes, Biometrika 1954), and how long they run until an alarm.

S⁺ = max(0, S⁺ + r - k) and S⁻ likewise of -r; above h there is an alarm, and both begin anew. The change began after the last S = 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

#: What of a residual is not counted, and where the alarm is (in standard deviations of a window).
SLACK, LIMIT = 1.0, 8.0


@dataclass
class Cusum:
    """Both sums of one witness."""

    slack: float = SLACK
    limit: float = LIMIT
    up: float = 0.0
    down: float = 0.0

    def add(self, residual: float) -> bool:
        """Whether that is an alarm; the sums keep what led to it until the next residual."""
        if self.score > self.limit:
            self.up = self.down = 0.0
        self.up = max(0.0, self.up + residual - self.slack)
        self.down = max(0.0, self.down - residual - self.slack)
        return self.score > self.limit

    @property
    def score(self) -> float:
        return max(self.up, self.down)


def run_length(slack: float = SLACK, limit: float = LIMIT, shift: float = 0.0, states: int = 400) -> float:
    """Mean number of windows until an alarm of one of the two sums, of independent normal residuals with this mean.

    By the Markov chain of Brook and Evans (An approach to the probability distribution of CUSUM run length, Biometrika 1972); the two
    sums by 1/both = 1/up + 1/down.
    """
    return 1 / (1 / _one_sided(slack - shift, limit, states) + 1 / _one_sided(slack + shift, limit, states))


def _one_sided(slack: float, limit: float, states: int) -> float:
    width = 2 * limit / (2 * states - 1)
    centres = width * np.arange(states)
    edges = stats.norm.cdf(centres[None, :] + width / 2 - centres[:, None] + slack)
    moves = np.column_stack([edges[:, 0], np.diff(edges, axis=1)])
    return float(np.linalg.solve(np.eye(states) - moves, np.ones(states))[0])
