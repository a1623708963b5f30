"""A finished run as pandas frames: the results folder (``summary.json`` and ``run.sqlite``) read into one value.

``Results`` does not care where its tables come from: a folder on disk, or the result that a run inside this process
has just returned. Whatever is shown or computed elsewhere in this package starts from one.
"""

from __future__ import annotations

import json
import re
import warnings
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, Mapping, TypeVar

import pandas as pd

from .tables import FolderTables, NotAResultsFolder, Tables

_Results = TypeVar("_Results", bound="Results")


class StrayFileWarning(UserWarning):
    """Among the replications of a results folder lies something that no run has written; it is left out."""


class Results:
    """What a run found, what was expected of it, and how it went over time.

    Times are simulated seconds from the end of the warm-up, as ``method.at`` of a scenario counts them; below zero in it.
    """

    def __init__(self, summary: Mapping[str, Any], tables: Tables, folder: Path | None = None):
        #: ``summary.json`` as a dict: scenario, seed, digest, KPIs, verdicts.
        self.summary: dict[str, Any] = dict(summary)
        #: The folder the run was read from, or None for a run in memory.
        self.folder = folder
        self._tables = tables

    @classmethod
    def read(cls: type[_Results], folder: str | Path) -> _Results:
        """Reads a results folder; raises ``NotAResultsFolder`` with what is missing or broken."""
        folder = Path(folder)
        if not folder.is_dir():
            raise NotAResultsFolder(f"{folder}: no such folder; expected one written by 'streamtwin run --out'")
        for needed in ("summary.json", "run.sqlite"):
            if not (folder / needed).is_file():
                raise NotAResultsFolder(f"{folder}: not a results folder, {needed} is missing")
        for stray in strays(folder):
            warnings.warn(f"{stray}: lies among the replications and is none", StrayFileWarning, stacklevel=3)
        return cls(read_json(folder / "summary.json", dict), FolderTables(folder / "run.sqlite"), folder)

    @property
    def name(self) -> str:
        """The scenario's name."""
        return str(self.summary.get("scenario") or "unnamed scenario")

    @property
    def partial(self) -> bool:
        """True when the run was interrupted and holds only what had happened until then."""
        return bool(self.summary.get("partial"))

    @property
    def replicated(self) -> bool:
        """True when at least one KPI carries an interval, which takes replications."""
        return bool(self.kpis["lower"].notna().any())

    @cached_property
    def policies(self) -> pd.DataFrame:
        """Policies of a program's own that took the place of the scenario's, by kind: their ``name``, how many ``calls`` they had over all
        replications, the ``seconds`` of the real world that these took, and ``per_call`` (s)."""
        columns = ["name", "calls", "seconds"]
        table = pd.DataFrame.from_dict(self.summary.get("policies") or {}, orient="index", columns=columns)
        table["per_call"] = table["seconds"] / table["calls"].where(table["calls"] > 0)
        return table

    @cached_property
    def meta(self) -> dict[str, str]:
        """Key and value pairs that the run wrote about itself."""
        table = self._tables.table("meta")
        return dict(zip(table["key"], table["value"]))

    @cached_property
    def kpis(self) -> pd.DataFrame:
        """One row per KPI, indexed by its dotted name: value, unit, kind, lower, upper, doc.

        ``kind`` says what a value is of: ``share``, ``count``, ``duration``, ``rate``, ``bytes``, ...; a share lies between 0 and 1.

        ``lower`` and ``upper`` are NaN for a single run: no interval is computed from correlated events.
        """
        return self._tables.table("kpi").set_index("name")

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """One row per SLO or hypothesis: name, kind, description, observed, expected (in numbers
        ``at_least`` and ``at_most``), unit, ``kpi_kind``, held, and the time that was judged. With replications, ``held_in`` says in how many of them it held.

        ``held`` is True, False, or missing when the run could not tell. ``breaks_because`` is why the scenario's
        ``expects`` says that it breaks, empty when it is to hold; ``as_expected`` is whether it came out as the
        scenario says, missing like ``held``.
        """
        table = self._tables.table("verdict")
        table["held"] = pd.to_numeric(table["held"], errors="coerce").astype("Int64").astype("boolean")
        table["breaks_because"] = table["breaks_because"].fillna("").astype(str)
        table["as_expected"] = table["held"] == (table["breaks_because"] == "")
        return table

    @cached_property
    def series_names(self) -> list[str]:
        """The names that ``series`` accepts."""
        return self._tables.names("series")

    def series(self, name: str) -> pd.Series:
        """One time series, indexed by the ends of its windows in seconds from the end of the warm-up, as ``method`` counts
        them; its unit is in ``.attrs['unit']``."""
        rows = self._tables.select("series", name)
        self._require(rows, "series", name, self.series_names)
        series = pd.Series(rows["value"].to_numpy(float), index=pd.Index(rows["time"].to_numpy(float), name="time"), name=name)
        series = series.sort_index(kind="stable")
        series.attrs["unit"] = rows["unit"].iloc[0] or ""
        return series

    @cached_property
    def histogram_names(self) -> list[str]:
        """The names that ``histogram`` accepts."""
        return self._tables.names("histogram")

    def histogram(self, name: str) -> pd.DataFrame:
        """One histogram: a row per bin with ``low``, ``high`` and ``count``; its unit is in ``.attrs['unit']``."""
        rows = self._tables.select("histogram", name)
        self._require(rows, "histogram", name, self.histogram_names)
        bins = rows[["low", "high", "count"]].sort_values("low", kind="stable").reset_index(drop=True)
        bins.attrs["unit"] = rows["unit"].iloc[0] or ""
        return bins

    @cached_property
    def events(self) -> pd.DataFrame:
        """What the scenario did to the platform and what the platform did by itself, in order of time, which counts
        from the end of the warm-up (s), as in ``series``."""
        return self._tables.table("event").sort_values("time", kind="stable").reset_index(drop=True)

    @cached_property
    def sites(self) -> pd.DataFrame:
        """One row per site of appliances (and per region), with coordinates, load and whether it lives."""
        table = self._tables.table("site")
        table["alive"] = table["alive"] != 0
        return table

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """One row per tier, indexed by name: rate, utilisation, latency, errors, and the analytic bound on its rate."""
        return self._tables.table("tier").set_index("name")

    @cached_property
    def stations(self) -> pd.DataFrame:
        """One row per tier and region of the analytic queueing network, indexed by both: servers, the region's share
        of the load, visits per play request, mean cost, and what theory predicts beside what was measured.

        ``bound_plays`` are the requests from outside per second, in all regions, at which the station saturates.
        """
        return self._tables.table("station").set_index(["tier", "region"])

    @cached_property
    def calls(self) -> pd.DataFrame:
        """One row per edge of the call graph: caller, callee, and the mean number of calls per request at the caller."""
        return self._tables.table("call")

    @cached_property
    def agents(self) -> pd.DataFrame:
        """Agents of stacks of Titus that served at the end, by stack and machine: what containers had been given of each."""
        return self._tables.table("agent").set_index(["stack", "name"])

    @cached_property
    def ownership(self) -> pd.DataFrame:
        """Which part of the keys the ring gives each node of a cache (of its zone's copy) or of a store of Cassandra (of all copies), by
        cluster and node."""
        return self._tables.table("ownership").set_index(["cluster", "node"])

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What the platform found out by itself of each step of the method, by step and ``what``: seconds from the step to the first
        (``after_s``) and the last, how many of those that it hit, whom first, and who found it."""
        return self._tables.table("finding").set_index(["step", "what"])

    @cached_property
    def spreads(self) -> pd.DataFrame:
        """How each broken objective came about, by step, objective and place in the order of time: which tier left its bounds, by what
        sign, after how many seconds, and the caller that it reached next (``through``)."""
        return self._tables.table("spread").set_index(["step", "objective", "place"])

    @cached_property
    def experiments(self) -> pd.DataFrame:
        """Experiments on members, by name and time of each comparison of their two groups: plays and starts of both since it began, the
        test's z, and whether it goes on or why it is over (``conclusion``)."""
        return self._tables.table("experiment").set_index(["name", "time"])

    @cached_property
    def commands(self) -> pd.DataFrame:
        """One row per Hystrix command with a ``dashboard``, indexed by caller, callee and command key: rate, share of errors, how
        often its circuits opened or closed, and the percentiles of its latencies, as the dashboards showed them."""
        return self._tables.table("command").set_index(["caller", "callee", "command_key"])

    @cached_property
    def steering_manifest_log(self) -> pd.DataFrame:
        """Answers of steering to the sessions that ``outputs.steering_manifest_log`` samples, in order of time:
        the best site by routing, why it does not lead (``excluded``), and the appliances that were named."""
        table = self._tables.table("steering_manifest_log")
        table["appliances"] = table["appliances"].str.split(" ") if len(table) else table["appliances"]
        return table

    @cached_property
    def server_log(self) -> pd.DataFrame:
        """Bytes that appliances served to the sessions that ``outputs.server_log`` samples, in order of time;
        ``miss`` is ``top_site``, or why the bytes came from elsewhere."""
        return self._tables.table("server_log")

    @cached_property
    def audit(self) -> pd.DataFrame:
        """Conservation: of each kind of thing, how many were created and how each of them ended."""
        return self._tables.table("audit").set_index("kind")

    @cached_property
    def audit_errors(self) -> list[str]:
        """Sentences about what does not add up; empty when everything is accounted for."""
        return [str(text) for text in self._tables.table("audit_error")["text"]]

    @cached_property
    def headroom(self) -> list[dict[str, Any]]:
        """The runs under scaled load (``--scale-load``): a list of scale, kpis and verdicts; empty without them."""
        if self.folder is None or not (self.folder / "headroom.json").is_file():
            return []
        return read_json(self.folder / "headroom.json", list)

    def _repr_html_(self) -> str:
        """The heading, what was expected and the key figures, for notebooks."""
        parts = [f"<b>{escape(repr(self)[1:-1])}</b>"]
        if len(self.verdicts):
            columns = ["name", "kind", "observed", "expected", "unit", "held"]
            if self.verdicts["breaks_because"].any():
                columns += ["as_expected", "breaks_because"]
            parts.append(self.verdicts[columns].to_html(index=False))
        parts.append(self.kpis[["value", "unit", "doc"]].to_html(float_format=lambda number: f"{number:.6g}"))
        return "".join(parts)

    def __repr__(self) -> str:
        state = "partial" if self.partial else self._verdicts_in_words()
        return f"<Run {self.name!r} seed={self.summary.get('seed')} {len(self.kpis)} KPIs, {state}>"

    def _verdicts_in_words(self) -> str:
        failed = (self.verdicts["held"] == False).fillna(False)  # noqa: E712  (a nullable column, not a bool)
        surprising = (self.verdicts["as_expected"] == False).fillna(False)  # noqa: E712
        text = f"{failed.sum()} of {len(self.verdicts)} verdicts failed"
        if (failed & ~surprising).any():
            text += ", as expected" if not (failed & surprising).any() else f", {(failed & ~surprising).sum()} as expected"
        return text + (f", {(surprising & ~failed).sum()} held against expectation" if (surprising & ~failed).any() else "")

    @staticmethod
    def _require(rows: pd.DataFrame, what: str, name: str, known: list[str]) -> None:
        if rows.empty:
            from difflib import get_close_matches

            near = get_close_matches(name, known, n=1, cutoff=0)
            hint = f"; did you mean '{near[0]}'?" if near else f": this run recorded no {what}"
            raise KeyError(f"no {what} named '{name}'{hint}")


def strays(folder: Path) -> list[Path]:
    """What lies among the replications of a results folder, its loads' included, and is none."""
    among = [folder / "replications", *sorted(folder.glob("scale-*/replications"))]
    found = [path for place in among if place.is_dir() for path in sorted(place.iterdir())]
    return [path for path in found if not (re.fullmatch(r"seed-\d+", path.name) and (path / "summary.json").is_file())]


def read_json(path: Path, expected: type) -> Any:
    """Reads a JSON file whose top level must be of the expected type."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotAResultsFolder(f"{path}: cannot be read as JSON ({error})") from error
    if not isinstance(value, expected):
        raise NotAResultsFolder(f"{path}: expected a JSON {expected.__name__}, found {type(value).__name__}")
    return value
