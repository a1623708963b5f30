"""What many runs have found: a row per run, a figure by point with its interval, and which path moves it most."""

from __future__ import annotations

import math
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from ..quantities import UNKNOWN, percent, quantity, shown_unit
from ..ranges import BadInput
from .intervals import interval_of
from .isolation import DONE
from .sensitivity import indices_with_intervals, morris, tornado
from .store import frames_of, settings_of


class Found:
    """The runs of a file, as they are in it when they are first looked at."""

    def __init__(self, path: str | PathLike[str]):
        self.path = Path(path)
        #: What was asked for: ``scenario``, ``design``, ``vary``, ...
        self.settings: dict[str, Any] = settings_of(path)

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        return frames_of(self.path)

    @property
    def paths(self) -> list[str]:
        """What varies."""
        return list(self.settings["vary"])

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row per point by its number, a column per path: numbers where all values are, else texts."""
        long = self._frames["point"]
        if not self.paths:
            return pd.DataFrame(index=pd.Index(sorted(self._frames["run"]["point"].unique()), name="point"))
        numbers, texts = (long.pivot(index="point", columns="path", values=of)[self.paths] for of in ("number", "written"))
        return pd.DataFrame({path: numbers[path] if numbers[path].notna().all() else texts[path] for path in self.paths})

    @cached_property
    def written(self) -> pd.DataFrame:
        """The same as the scenario writes them."""
        return self._frames["point"].pivot(index="point", columns="path", values="written")[self.paths]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row per run: its point and seed, what varies, ``status`` (done, failed, hung or crashed) with a ``text``, its digest and events,
        and the seconds of the run itself and of all around it."""
        return self._frames["run"].join(self.points, on="point")

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The key figures that there are: unit and kind by name."""
        return self._frames["figure"].set_index("name")

    @property
    def verdicts(self) -> pd.DataFrame:
        """A row per run and expectation that could be judged: ``point``, ``seed``, ``name`` and whether it ``held``."""
        return self._frames["verdict"].dropna(subset=["held"])

    def values(self, figure: str) -> pd.DataFrame:
        """A figure by point (rows) and seed (columns); NaN where it is unknown or the run has none."""
        self.require(figure)
        runs = self._frames["run"][["point", "seed"]]
        values = self._frames["kpi"].query("name == @figure")[["point", "seed", "value"]]
        return runs.merge(values, how="left", on=["point", "seed"]).pivot(index="point", columns="seed", values="value").astype(float)

    def require(self, figure: str) -> None:
        if figure not in self.figures.index:
            from difflib import get_close_matches

            near = get_close_matches(figure, list(self.figures.index), n=1, cutoff=0)
            raise BadInput(f"there is no key figure '{figure}'" + (f"; did you mean '{near[0]}'?" if near else ": no run has any"))

    def table(self, figure: str) -> pd.DataFrame:
        """A row per point: what varies, and the figure's mean with its interval over the seeds."""
        kind, values = str(self.figures.loc[figure, "kind"]) if figure in self.figures.index else "", self.values(figure)
        found = [interval_of(kind, list(row)) for row in values.to_numpy()]
        means = pd.DataFrame({"mean": [one.value for one in found], "lower": [one.lower for one in found],
                              "upper": [one.upper for one in found], "runs": [one.n for one in found]}, index=values.index)
        return self.points.reindex(values.index).join(means)

    def kpis(self, point: int = 0) -> pd.DataFrame:
        """All key figures at one point: mean, interval, unit, kind, and from how many runs."""
        wide = self._frames["kpi"].query("point == @point").pivot(index="name", columns="seed", values="value").astype(float)
        rows = {}
        for name, unit, kind in self.figures.loc[[one for one in self.figures.index if one in wide.index]].itertuples():
            one = interval_of(kind, list(wide.loc[name]))
            rows[name] = {"value": one.value, "lower": one.lower, "upper": one.upper, "unit": unit, "kind": kind, "runs": one.n,
                          "warning": one.warning}
        return pd.DataFrame.from_dict(rows, orient="index")

    @cached_property
    def failures(self) -> pd.DataFrame:
        """The runs that have no figures, and why."""
        return self.runs[self.runs["status"] != DONE]

    @property
    def overhead(self) -> float:
        """Seconds around a run, in the mean."""
        return float(self.runs["overhead"].mean())

    @property
    def busy(self) -> float:
        """The share of the time of all workers in which runs themselves were carried out; NaN where no sweep has come to its end."""
        sessions = self._frames["session"]
        spent = float((sessions["seconds"] * sessions["slots"]).sum())
        return float(sessions["busy"].sum()) / spent if spent else math.nan

    def sensitivity(self, figure: str) -> pd.DataFrame:
        """Which path moves a figure: indices of a ``saltelli`` sweep, effects of a ``morris`` one, both ends of a ``tornado``. The mean over
        the seeds is what is looked at; all points have met the same ones."""
        kind, values = self.settings["design"], self.values(figure).reindex(range(self.settings["points"]))
        if kind == "saltelli":
            return indices_with_intervals(values.mean(axis=1).to_numpy(), self.paths)
        if kind == "morris":
            shares = self._frames["point"].pivot(index="point", columns="path", values="share")[self.paths].reindex(values.index)
            points = shares.to_numpy().reshape(-1, len(self.paths) + 1, len(self.paths))
            return morris(points, values.mean(axis=1).to_numpy(), self.paths)
        if kind == "tornado":
            rows = values.to_numpy()
            if bool(pd.isna(rows[0]).all()):
                why = self.failures.query("point == 0")["text"].str.strip()
                raise BadInput("a tornado needs its middle, where no run has this figure" + (f": {why.iloc[0]}" if len(why) else ""))
            return tornado(rows[0], [(rows[2 * i + 1], rows[2 * i + 2]) for i in range(len(self.paths))], self.paths)
        raise BadInput(f"a {kind} tells no sensitivity; sweep with --design saltelli, morris or tornado")

    def picture(self, figure: str) -> Any:
        """The figure over what varies, or what moves it, as a matplotlib figure."""
        from ..plots.sweeps import sweep

        return sweep(self, figure)

    def headline(self) -> str:
        """How many runs there are, how long they took, and what is missing."""
        runs, asked = self.runs, self.settings["points"]
        text = f"{len(runs)} runs at {runs['point'].nunique()} of {asked} points" if asked > 1 else f"{len(runs)} runs"
        if len(runs):
            text += f", {quantity(float(runs['seconds'].mean()), 's')} each and {quantity(self.overhead, 's')} around it"
        if not math.isnan(self.busy):
            text += f"; runs took {percent(round(self.busy, 3))} of the workers' time"
        bad = self.failures["status"].value_counts()
        return text + ("; " + ", ".join(f"{count} {status}" for status, count in bad.items()) if len(bad) else "") + "."

    def shown(self, figure: str, value: float) -> str:
        """A value of a figure as text."""
        unit, kind = self.figures.loc[figure, ["unit", "kind"]]
        return UNKNOWN if math.isnan(value) else quantity(value, shown_unit(str(kind), str(unit)))

    def __repr__(self) -> str:
        return f"<Found {self.path}: {self.headline()}>"
