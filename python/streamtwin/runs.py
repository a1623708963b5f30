"""Runs: what a scenario's run has found, with the report that can be written of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping, Sequence, TypeVar

import pandas as pd

from .results import Results
from .tables import NotAResultsFolder, Tables

__all__ = ["NotAResultsFolder", "Run", "read"]

_Run = TypeVar("_Run", bound="Run")


class Run(Results):
    """One run: what it found, what was expected of it, and how it went over time.

    Times are simulated seconds from the end of the warm-up, as ``method.at`` of a scenario counts them; below zero in it.
    """

    def __init__(self, summary: Mapping[str, Any], tables: Tables, folder: Path | None = None):
        super().__init__(summary, tables, folder)
        #: What the run has become where its scenario branches, by name.
        self.branches: dict[str, Run] = {}

    @classmethod
    def read(cls: type[_Run], folder: str | Path) -> _Run:
        """Reads a results folder with its branches; raises ``NotAResultsFolder`` with what is missing or broken."""
        run = super().read(folder)
        run.branches = {place.name: cls.read(place) for place in sorted((Path(folder) / "branches").glob("*/")) if place.is_dir()}
        return run

    def beside_branches(self) -> pd.DataFrame:
        """The KPIs of the run, ``"run"``, and of each branch by its name, a row each."""
        runs: dict[str, Run] = {"run": self, **self.branches}
        return pd.DataFrame({name: run.kpis["value"] for name, run in runs.items()}).reindex(self.kpis.index)

    def report(self, path: str | Path | None = None) -> Path:
        """Writes the self-contained HTML report (by default into the results folder) and returns its path."""
        from .report import write  # on first use: it draws

        return write(self, path)

    def export(self, path: str | Path, format: str | None = None, series: Sequence[str] = (), start: float = 0.0) -> None:
        """Writes series, all of them or those that match one of the patterns, as ``csv``, ``parquet`` or ``openmetrics``: the one that is
        asked for, or that the file's name tells. ``start`` is the instant at which the warm-up ends, in seconds since 1970."""
        from .export import export

        export(self, path, format, series, start)


def read(folder: str | Path) -> Run:
    """Reads the results folder of a run that has finished."""
    return Run.read(folder)
