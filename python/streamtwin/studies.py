"""Studies: variants of a scenario side by side over the same seeds, so that a difference is one of the variants.

The same seeds mean the same requests at the same instants (common random numbers): differences are taken seed by seed,
and their Student-t interval says whether they are shown by this much evidence. The notebooks of the project are written
with it::

    study = st.Study({"bare": st.load("mesh-cascade"), "Hystrix": st.load("mesh-cascade-hystrix")})
    study.table({"pages": "load.visitors.availability"})
    study.differences({"pages": "load.visitors.availability"}, to="bare")
"""

from __future__ import annotations

import math
import os
from dataclasses import replace
from typing import Any, Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from .experiments.intervals import QuantileInterval, quantile_interval, student_t
from .plots import style
from .policies import Policies
from .runs import Run
from .simulation import run as run_scenario

#: A KPI by its name, or what is computed from a run.
Figure = "str | Callable[[Run], float]"

#: Whether notebooks are to be quick rather than precise: set ``STREAMTWIN_QUICK`` for fewer seeds and coarser sweeps.
QUICK = bool(os.environ.get("STREAMTWIN_QUICK"))


def quick(few: Any, many: Any) -> Any:
    """The first when notebooks are to be quick, else the second."""
    return few if QUICK else many


def interval(values: Sequence[float]) -> str:
    """The mean of independent values with its 95 % interval, as text.

    >>> interval([1.0, 2.0, 3.0])
    '2  (-0.484 … 4.48)'
    """
    mean, lower, upper = student_t(values)
    return f"{mean:.4g}  ({lower:.3g} … {upper:.3g})"


def mean_between(series: str, begins: float, ends: float) -> Callable[[Run], float]:
    """What computes the mean of a series over a part of a run; seconds from the end of its warm-up, as in ``method``."""

    def figure(run: Run) -> float:
        values = run.series(series)
        return float(values[(values.index > begins) & (values.index <= ends)].mean())

    return figure


def value(run: Run, figure: Figure) -> float:
    """One figure of one run."""
    return float(figure(run)) if callable(figure) else float(run.kpis.loc[figure, "value"])


class Study:
    """Runs every variant with every seed (1, 2, ...); ``runs[variant, seed]`` are the runs. ``policies``: of your own, of the variants that
    have some."""

    def __init__(self, variants: Mapping[str, Any], seeds: int = quick(2, 5), load_factor: float = 1.0,
                 policies: Mapping[str, Policies] | None = None):
        self.variants = list(variants)
        self.seeds = list(range(1, seeds + 1))
        self.runs: dict[tuple[str, int], Run] = {
            (name, seed): run_scenario(scenario, seed=seed, load_factor=load_factor, policies=(policies or {}).get(name))
            for name, scenario in variants.items() for seed in self.seeds}
        wrong = {key: run.audit_errors for key, run in self.runs.items() if run.audit_errors}
        if wrong:
            raise AssertionError(f"not everything is accounted for: {wrong}")

    def values(self, variant: str, figure: Figure) -> list[float]:
        """A figure of one variant, by seed."""
        return [value(self.runs[variant, seed], figure) for seed in self.seeds]

    def mean(self, variant: str, figure: Figure) -> float:
        values = self.values(variant, figure)
        return sum(values) / len(values)

    def table(self, figures: Mapping[str, Figure]) -> pd.DataFrame:
        """A row for each figure, a column for each variant: the mean with its interval."""
        return pd.DataFrame({variant: [interval(self.values(variant, figure)) for figure in figures.values()]
                             for variant in self.variants}, index=list(figures))

    def differences(self, figures: Mapping[str, Figure], to: str) -> pd.DataFrame:
        """Each variant minus the one that it is compared to, seed by seed. An interval that holds zero shows nothing."""
        return pd.DataFrame({f"{variant} − {to}": [interval(self.differences_of(variant, figure, to)) for figure in figures.values()]
                             for variant in self.variants if variant != to}, index=list(figures))

    def differences_of(self, variant: str, figure: Figure, to: str) -> list[float]:
        """A figure of a variant minus that of another, by seed."""
        return [a - b for a, b in zip(self.values(variant, figure), self.values(to, figure))]

    def times_to(self, what: str, variant: str, fault: str | int = 0) -> list[float]:
        """Seconds from a fault until it was found out (``detect``), mitigated or recovered from (``mitigate``, ``recover``), by seed;
        infinite where that was not within the run. ``fault``: the step's number, or "0.regions.eu-west-1". Seeds in which nobody can
        say, since nothing was hit or the objectives did not hold before, are left out."""
        ended = {"detect": "detected", "mitigate": "mitigated", "recover": "recovered"}[what]
        whether = self.values(variant, f"faults.{fault}.{ended}")
        times = self.values(variant, f"faults.{fault}.time_to_{what}")
        return [time if done else math.inf for done, time in zip(whether, times) if not math.isnan(done)]

    def time_to(self, what: str, variant: str, fault: str | int = 0) -> QuantileInterval:
        """The median of ``times_to`` with its interval by order statistics. Of a mean nothing could be said: a time that is longer than
        the run has no number, and a median that is infinite says that half of the runs, or more, did not get there."""
        times = sorted(self.times_to(what, variant, fault))
        middle = times[(len(times) - 1) // 2] if times else math.nan
        with np.errstate(invalid="ignore"):  # between two infinite times lies none
            return replace(quantile_interval(times, 0.5), value=middle)

    def surely_above(self, variant: str, figure: Figure, to: str, by: float = 0.0) -> bool:
        """Whether the whole interval of the difference lies above ``by``."""
        return student_t(self.differences_of(variant, figure, to))[1] > by

    def over_time(self, variant: str, series: str) -> pd.Series:
        """A series, the mean over the seeds."""
        each = [self.runs[variant, seed].series(series) for seed in self.seeds]
        mean = pd.concat(each, axis=1).mean(axis=1)
        mean.attrs["unit"], mean.name = each[0].attrs["unit"], series
        return mean

    def plot(self, panels: Mapping[str, str | Mapping[str, tuple[str, str]]], width: float = 9.0, height: float = 1.9):
        """Panels over time, one below the other, with what was broken shaded. A panel is a series, drawn for each
        variant, or lines by label, each a variant and a series."""
        with style.styled():
            picture, axes = style.figure(width, height * len(panels), rows=len(panels), sharex=True)
            some = self.runs[self.variants[0], self.seeds[0]]
            for axis, (title, panel) in zip(axes, panels.items()):
                lines = {variant: (variant, panel) for variant in self.variants} if isinstance(panel, str) else panel
                for (label, (variant, series)), colour in zip(lines.items(), style.SEQUENCE):
                    drawn = self.over_time(variant, series)
                    axis.plot(drawn.index, drawn.to_numpy(), color=colour, label=label)
                axis.set_title(title)
                style.value_axis(axis, drawn.attrs["unit"])
                style.time_axis(axis, some, drawn.index[0], drawn.index[-1], ticks=int(width))
                style.mark_events(axis, some, drawn.index[-1], numbered=False)
                if len(lines) > 1:
                    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        return picture


def sweep(points: Sequence[Any], scenario: Callable[[Any], Any], seeds: int = quick(2, 3), **how) -> dict[Any, Study]:
    """A study of one variant for each point of a parameter: ``scenario(point)`` is its scenario."""
    return {point: Study({str(point): scenario(point)}, seeds, **how) for point in points}


def intervals_over(studies: Mapping[Any, Study], figure: Figure) -> pd.DataFrame:
    """A figure along a sweep, or of one variant each: ``mean``, ``lower`` and ``upper`` by point."""
    rows = {point: student_t(study.values(study.variants[0], figure)) for point, study in studies.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["mean", "lower", "upper"])


def draw_interval(axis, frame: pd.DataFrame, **line) -> None:
    """Means as a line with dots, their intervals as a band."""
    drawn = axis.plot(frame.index, frame["mean"], marker="o", markersize=3, **line)
    axis.fill_between(frame.index, frame["lower"], frame["upper"], color=drawn[0].get_color(), alpha=0.2, linewidth=0)
