"""What load will come: Scryer's two predictors, beside the additive method of Holt and Winters (Winters, Management Science 1960), and
around them a band that has held as often as it should in the past (split conformal prediction: Vovk et al., 2005)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

import numpy as np

from ..ranges import BadInput
from .history import DAY, History

#: Of additive exponential smoothing: level, trend and season: assumptions.
ALPHA, BETA, GAMMA = 0.5, 0.1, 0.3
#: From so many days at the end of the history each predictor is tried: older ones had less to go by: an assumption.
ORIGINS = 14


@dataclass
class HoltWinters:
    """Additive exponential smoothing with a season of ``season`` slots.

    >>> fitted = HoltWinters.fit([10, 14, 20, 12, 12, 17, 23, 14, 13, 19, 26, 16, 15, 21, 28, 17], 4)
    >>> [round(fitted.ahead(h), 8) for h in (1, 2)]
    [17.27978802, 22.27692582]
    """

    season: int
    level: float
    trend: float
    seasonal: list[float]
    errors: list[float] = field(default_factory=list)

    @classmethod
    def fit(cls, values: Sequence[float], season: int, alpha: float = ALPHA, beta: float = BETA, gamma: float = GAMMA) -> HoltWinters:
        """Begins with the first season, whose own values are not told apart from what is foretold of them."""
        first, second = np.mean(values[:season]), np.mean(values[season:2 * season])
        self = cls(season, float(first), float(second - first) / season, [float(value - first) for value in values[:season]])
        for at in range(season, len(values)):
            self._see(float(values[at]), at % season, alpha, beta, gamma)
        self._at = len(values)
        return self

    def ahead(self, slots: int) -> float:
        """So many slots after the last value."""
        return self.level + slots * self.trend + self.seasonal[(self._at + slots - 1) % self.season]

    def _see(self, value: float, place: int, alpha: float, beta: float, gamma: float) -> None:
        self.errors.append(value - (self.level + self.trend + self.seasonal[place]))
        before = self.level
        self.level = alpha * (value - self.seasonal[place]) + (1 - alpha) * (before + self.trend)
        self.trend = beta * (self.level - before) + (1 - beta) * self.trend
        self.seasonal[place] = gamma * (value - self.level) + (1 - gamma) * self.seasonal[place]


def winters_factor(ahead: int, season: int, alpha: float = ALPHA, beta: float = BETA, gamma: float = GAMMA) -> float:
    """By how much the variance so many slots ahead is larger than that of one.

    >>> [round(winters_factor(h, 4), 4) for h in (1, 2, 3, 4, 5)]
    [1.0, 1.3025, 1.6625, 2.085, 2.8075]
    """
    return 1.0 + sum((alpha + alpha * beta * j + gamma * (1 - alpha) * (j % season == 0)) ** 2 for j in range(1, ahead))


def conformal_rank(n: int, share: float) -> int | None:
    """Which of n ordered residuals bounds the next one with this probability; None where they are too few.

    >>> [conformal_rank(n, 0.95) for n in (18, 19, 39, 100, 336)]
    [None, 19, 38, 96, 321]
    """
    rank = math.ceil((n + 1) * share - 1e-9)
    return rank if rank <= n else None


def scores(actual: Sequence[float], foretold: Sequence[float], lower: Sequence[float] | None = None, upper: Sequence[float] | None = None,
           level: float = 0.95, quantile: float = 0.9) -> dict[str, float]:
    """How good a forecast was: relative errors, absolute ones, and of a band how often it held and how wide it was."""
    y, f = np.asarray(actual, dtype=float), np.asarray(foretold, dtype=float)
    error = f - y
    some = y != 0
    sizes = np.abs(y) + np.abs(f)
    naive = float(np.abs(np.diff(y)).mean()) if len(y) > 1 else math.nan
    gap = y - f
    told = {"mape": float(np.abs(error[some] / y[some]).mean()) if some.any() else math.nan,
            "wape": float(np.abs(error).sum() / np.abs(y).sum()) if some.any() else math.nan,
            "smape": float((2 * np.abs(error)[sizes > 0] / sizes[sizes > 0]).sum() / len(y)),
            "mae": float(np.abs(error).mean()), "rmse": math.sqrt(float((error ** 2).mean())), "bias": float(error.mean()),
            "mase": float(np.abs(error).mean()) / naive if naive else math.nan,
            "pinball": float(np.maximum(quantile * gap, (quantile - 1) * gap).mean())}
    if lower is not None and upper is not None:
        low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
        missed = np.maximum(low - y, 0) + np.maximum(y - high, 0)
        told["coverage"] = float(((low <= y) & (y <= high)).mean())
        told["winkler"] = float((high - low + 2 / (1 - level) * missed).mean())
    return told


@dataclass
class Demand:
    """The highest load that will come, and the factor on the scenario's load that it is."""

    #: The highest value that is foretold, and the bound below which it stays with the wanted share.
    peak: float
    upper: float
    #: When, seconds since 1970 (UTC).
    when: float
    share: float
    #: Factors of what comes on top.
    events: Mapping[str, float]
    stands_for: float
    #: How each predictor has done in the past: scores by name.
    accuracy: dict[str, dict[str, float]]
    notes: list[str]
    times: np.ndarray
    values: np.ndarray
    uppers: np.ndarray

    @property
    def factor(self) -> float:
        """On the scenario's load."""
        return self.upper * math.prod(self.events.values()) / self.stands_for

    def as_json(self) -> dict[str, Any]:
        return {"peak": self.peak, "upper": self.upper, "when": self.when, "share": self.share, "events": dict(self.events),
                "stands_for": self.stands_for, "factor": self.factor, "accuracy": self.accuracy, "notes": self.notes}


def foretell(values: np.ndarray, slot: float, since_monday: float, ahead: int) -> dict[str, np.ndarray]:
    """What each predictor says of the next slots; ``capacity`` is the larger of Scryer's two."""
    from .._core.algorithms import forecast

    day = round(DAY / slot)
    weeks = len(values) // (7 * day)
    window = values[-min(weeks, 4) * 7 * day:]
    fourier = forecast.FourierForecast(list(window), day)
    told = {"fourier": np.array([fourier.at(len(window) + h) for h in range(ahead)])}
    grown = forecast.RegressionForecast(list(values), slot, since_monday)
    regression = []
    for h in range(ahead):
        said = grown.at(len(values) + h)
        regression.append(told["fourier"][h] if said is None else max(0.0, said))
        grown.add(regression[-1])
    winters = HoltWinters.fit(list(values), 7 * day)
    told["regression"] = np.array(regression)
    told["holt_winters"] = np.array([winters.ahead(h + 1) for h in range(ahead)])
    told["capacity"] = np.maximum(told["fourier"], told["regression"])
    return told


def demand(history: History, stands_for: float, ahead: float, share: float, events: Mapping[str, float]) -> Demand:
    """The highest load within ``ahead`` seconds after the history. The band is as wide as it had to be when the last days were
    foretold from what came before them, day by day, each as far ahead."""
    day, slots = history.slots_of_a_day, max(1, round(ahead / history.slot))
    told = foretell(history.values, history.slot, history.since_monday, slots)
    residuals, accuracy = _backtest(history, slots)
    uppers = told["capacity"].copy()
    for at in range(slots):
        known = np.sort(residuals[min(at // day, len(residuals) - 1)])
        rank = conformal_rank(len(known), share)
        if rank is None:
            raise BadInput(f"plan.demand.band: the history is too short for a band of {share:.3g}: {len(known)} values were foretold so far ahead; "
                           "give a longer one, a smaller `band`, or a shorter `ahead`")
        uppers[at] += known[rank - 1]
    top = int(np.argmax(uppers))
    times = history.begins + (len(history.values) + np.arange(slots)) * history.slot
    return Demand(float(told["capacity"].max()), float(uppers[top]), float(times[top]), share, dict(events), stands_for, accuracy,
                  list(history.notes), times, told["capacity"], uppers)


def _backtest(history: History, slots: int) -> tuple[list[np.ndarray], dict[str, dict[str, float]]]:
    """Residuals of ``capacity`` by the day ahead, and scores of each predictor, from origins a day apart. What was filled does not
    count."""
    day = history.slots_of_a_day
    least = 14 * day
    origins = [at for at in range(len(history.values) - day, least - 1, -day)][:ORIGINS]
    if not origins:
        raise BadInput("plan.demand.history: two weeks are needed to foretell from, and more to know how well: give a longer history")
    by_day: list[list[float]] = [[] for _ in range((slots - 1) // day + 1)]
    pairs: dict[str, list[tuple[float, float]]] = {}
    for origin in origins:
        span = min(slots, len(history.values) - origin)
        told = foretell(history.values[:origin], history.slot, history.since_monday, span)
        for h in range(span):
            if history.filled[origin + h]:
                continue
            actual = float(history.values[origin + h])
            by_day[h // day].append(actual - float(told["capacity"][h]))
            for name, values in told.items():
                pairs.setdefault(name, []).append((actual, float(values[h])))
    usable = [np.array(one) for one in by_day if one]
    return usable, {name: scores([a for a, _ in both], [f for _, f in both]) for name, both in pairs.items()}
