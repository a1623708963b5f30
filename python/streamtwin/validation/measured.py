"""What claims measure with: small scenarios that are run as any others, figures of runs, and the folders that some of them need."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from ..runs import Run
from ..scenarios import Scenario, ScenarioWarning, load
from ..simulation import run

#: Independent runs have these seeds, so that a row comes out the same every time.
SEEDS = range(1, 13)

_HEAD = """\
streamtwin: 1
name: claim
regions: [{{name: here, latitude: 38.9, longitude: -77.4, zones: 1}}]
clock: {{lasts: {lasts} s, warm_up: {warm_up} s, window: {window} s}}
registry: {{kind: static_lists}}
"""


def scenario_of(text: str) -> Scenario:
    """A scenario from its text. What it means by far too long time-outs it means."""
    with TemporaryDirectory(prefix="streamtwin-") as folder:
        file = Path(folder, "claim.yaml")
        file.write_text(text, encoding="utf-8")
        return loaded(file)


def loaded(scenario: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """As ``streamtwin.load`` reads it, without its doubts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScenarioWarning)
        return load(scenario, overrides)


def mesh(services: str, load_: str, lasts: float, seeds: Sequence[int] = SEEDS, warm_up: float = 20) -> list[Run]:
    """Runs of services in one zone under a load, both as a scenario writes them."""
    scenario = scenario_of(_HEAD.format(lasts=lasts, warm_up=warm_up, window=lasts / 20) + services + load_)
    return [run(scenario, seed) for seed in seeds]


def kpi(run_: Run, name: str) -> float:
    return float(run_.kpis.loc[name, "value"])


def mean_of(histogram: pd.DataFrame) -> float:
    """The mean, each bin by its middle: bins are one per cent wide."""
    return float((histogram["low"] + histogram["high"]).dot(histogram["count"]) / 2 / histogram["count"].sum())


def above(histogram: pd.DataFrame, value: float) -> tuple[float, float]:
    """An edge of the bins near a value, and the share beyond it, which is exact."""
    edge = float(histogram["low"].iloc[int(np.argmin(np.abs(histogram["low"] - value)))])
    return edge, float(histogram.loc[histogram["low"] >= edge, "count"].sum() / histogram["count"].sum())


def averaged(values: Callable[[int], float], seeds: Sequence[int] = SEEDS) -> list[float]:
    return [float(values(seed)) for seed in seeds]


def data(*names: str) -> Path | None:
    """Of the folder that ``STREAMTWIN_DATA`` names."""
    folder = os.environ.get("STREAMTWIN_DATA")
    path = Path(folder, *names) if folder else None
    return path if path is not None and path.exists() else None


#: Why rows are skipped that need it.
NO_DATA = "STREAMTWIN_DATA names no folder with it"
