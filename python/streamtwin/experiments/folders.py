"""Runs by seed, wherever they are: a results folder of replications, a folder of ``replicate``, or runs in memory."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import pandas as pd

from ..ranges import BadInput
from ..results import StrayFileWarning, read_json
from ..tables import NotAResultsFolder
from .store import frames_of, settings_of


@dataclass
class Variant:
    """One variant: its figures by seed (columns), with unit and kind by name."""

    name: str
    scenario: str
    values: pd.DataFrame
    figures: pd.DataFrame
    #: What was interrupted is not a run to compare with.
    partial: bool = False
    #: Figures of all replications together; where these lie in a folder by themselves they are ``values``.
    alone: bool = False
    #: For columns.
    label: str = ""


def read_variant(folder: str | PathLike[str]) -> Variant:
    """Of a folder; ``NotAResultsFolder`` when it is none."""
    path = Path(folder)
    if (path / "runs.sqlite").is_file():
        return _of_store(path)
    if path.is_file():
        raise BadInput(f"{path}: is a file; expected a results folder of 'streamtwin run' or 'streamtwin replicate'")
    if not (path / "summary.json").is_file():
        raise NotAResultsFolder(f"{path}: {'not a results folder, summary.json is missing' if path.is_dir() else 'no such folder'}; expected one "
                                "written by 'streamtwin run' or 'streamtwin replicate'")
    summary = read_json(path / "summary.json", dict)
    each = {int(one["seed"]): one for one in _replications(path)}
    alone = not each
    each = each or {int(summary["seed"]): summary}
    kpis = {name: row for one in [summary, *each.values()] for name, row in one["kpis"].items()}
    values = pd.DataFrame({seed: {name: _number(row["value"]) for name, row in one["kpis"].items()} for seed, one in each.items()},
                          index=list(kpis)).astype(float)
    figures = pd.DataFrame({name: {"unit": row["unit"], "kind": row["kind"]} for name, row in kpis.items()}).T
    return Variant(str(path), str(summary["scenario"]), values, figures, bool(summary.get("partial")), alone and int(summary["replications"]) > 1)


def _replications(path: Path) -> list[dict]:
    found = []
    for place in sorted((path / "replications").glob("*")):
        reason = "as it is no replication" if not (place.is_dir() and re.fullmatch(r"seed-\d+", place.name)) else ""
        if not reason:
            try:
                one = read_json(place / "summary.json", dict)
                reason = "as it was interrupted" if one.get("partial") else ""
            except NotAResultsFolder as error:
                reason = str(error)
        if reason:
            warnings.warn(f"{place}: left out, {reason}", StrayFileWarning, stacklevel=3)
        else:
            found.append(one)
    return found


def _of_store(path: Path) -> Variant:
    file = path / "runs.sqlite"
    settings, frames = settings_of(file), frames_of(file)
    if settings["points"] != 1:
        raise BadInput(f"{file}: holds a sweep; what is compared are variants under the same seeds, a folder each")
    values = frames["kpi"].pivot(index="name", columns="seed", values="value").astype(float)
    return Variant(str(path), str(settings["scenario"]), values, frames["figure"].set_index("name"))


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
