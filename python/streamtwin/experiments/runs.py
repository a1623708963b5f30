"""One run of an experiment: which scenario, under which overrides and seed, and the figures that come of it."""

from __future__ import annotations

import json
import traceback
import warnings
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Sequence

import numpy as np

from ..policies import Policies
from ..scenarios import Scenario, load
from ..simulation import Twin
from .isolation import Outcome, isolated


@dataclass(frozen=True)
class Asked:
    """A run, as it is sent to whoever carries it out."""

    scenario: str
    overrides: tuple[tuple[str, str], ...] = ()
    seed: int = 1
    load_factor: float = 1.0
    #: Seconds from the end of the warm-up; None for the whole run.
    until: float | None = None
    #: Seconds that it may take.
    limit: float | None = None
    #: Names of series that are to be handed back; * stands for anything.
    series: tuple[str, ...] = ()
    policies: Policies | None = None


@dataclass(frozen=True)
class Measured:
    """What a run has found."""

    digest: str
    events: int
    #: Value of each key figure, NaN where unknown.
    figures: dict[str, float]
    #: Unit and kind of each.
    units: dict[str, tuple[str, str]]
    #: Whether each expectation held; None where it could not be told.
    verdicts: dict[str, bool | None]
    #: Sentences about what does not add up.
    errors: tuple[str, ...] = ()
    series: dict[str, np.ndarray] = field(default_factory=dict)


class PolicyFailed(RuntimeError):
    """What a policy of a program's own has raised, with its traceback: it may have been raised on another machine."""


@lru_cache(maxsize=256)
def scenario_of(scenario: str, overrides: tuple[tuple[str, str], ...]) -> Scenario:
    return load(scenario, dict(overrides))


def carry_out(asked: Asked) -> Outcome:
    """In a process apart."""
    return isolated(measure, asked, limit=asked.limit)


def measure(asked: Asked) -> Measured:
    """Runs it here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # who asks has been warned
        scenario = scenario_of(asked.scenario, asked.overrides)
    with Twin(scenario, asked.seed, load_factor=asked.load_factor, policies=asked.policies) as twin:
        try:
            twin.run_until(twin.end if asked.until is None else min(asked.until, twin.end))
        except Exception as error:
            if asked.policies is None:
                raise
            raise PolicyFailed("".join(traceback.format_exception(type(error), error, error.__traceback__))) from None
        return measured(twin._live.result().to_python(), asked.series)


def measured(value: dict[str, Any], series: Sequence[str] = ()) -> Measured:
    summary = json.loads(value["summary"])
    figures = {name: float("nan") if row["value"] is None else float(row["value"]) for name, row in summary["kpis"].items()}
    units = {name: (str(row["unit"]), str(row["kind"])) for name, row in summary["kpis"].items()}
    verdicts = {str(row["name"]): row["held"] for row in summary["verdicts"]}
    wanted = [name for name in value["series"] if any(fnmatchcase(name, pattern) for pattern in series)]
    found = {name: of_warmed_up(*value["series"][name][1:]) for name in wanted}
    errors = tuple(str(text) for text in value["tables"].get("audit_error", {}).get("text", ()))
    return Measured(str(summary["digest"]), int(summary["events"]), figures, units, verdicts, errors, found)


def of_warmed_up(times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What comes after the warm-up, which ends at zero."""
    return np.asarray(values, dtype=float)[np.asarray(times) > 0]
