"""Which of the numbers that nobody has published a plan hangs on: each of them a tenth larger, the rest and the seeds as they are."""

from __future__ import annotations

import json
from typing import Any

from .. import _core
from ..ranges import BadInput
from ..scenarios import as_sets
from .asked import Asked, Overrides, scenario_of
from .lattice import Point
from .runs import PointRunner
from .verdicts import Constraint

#: By how much each is changed, how many are told, and by how many seeds those: assumptions of our own.
TENTH, TOLD, SEEDS = 0.1, 5, 4
#: What a plan asks, when and where: no assumptions about the platform.
_NOT_OF_THE_PLATFORM = ("plan.", "clock.", "regions", "expects.", "outputs.", "network.machine_bandwidth")


def weakest(asked: Asked, point: Point, constraint: Constraint, runner: PointRunner) -> list[dict[str, Any]]:
    """Those that move the figure of the constraint most at this point, under its failure: path, value, and the change of the figure's
    mean. As many as the runs that are left allow."""
    figure, failure = constraint.objective.figure, constraint.failure
    changes = asked.changes(point)
    found = []
    for parameter in _assumed(asked, changes):
        change = _changed(asked, changes, parameter)
        if change is None:
            continue
        moved = _moved(runner, changes, change, failure, figure, 1)
        if moved is None:
            break
        if moved == moved:  # a number
            found.append((abs(moved), parameter, change))
    found.sort(key=lambda one: (-one[0], one[1]["path"]))
    told = []
    for size, parameter, change in found[:TOLD]:
        moved = _moved(runner, changes, change, failure, figure, SEEDS) if size > 0 else None
        if moved:
            told.append({"path": parameter["path"], "value": parameter["value"], "with": dict(change)[parameter["path"]], "objective": figure,
                         "failure": failure, "change": moved})
    return sorted(told, key=lambda one: -abs(one["change"]))


def _assumed(asked: Asked, changes: Overrides) -> list[dict[str, Any]]:
    """Numbers in force that are a default of ours."""
    parameters = json.loads(_core.parameters(asked.file, as_sets(dict(changes))))
    return [one for one in parameters if one["is_default"] and "assumption" in (one["source"] or "") and one["base_value"]
            and not one["path"].startswith(_NOT_OF_THE_PLATFORM)]


def _changed(asked: Asked, changes: Overrides, parameter: dict[str, Any]) -> Overrides | None:
    """A tenth more of it, or a tenth less where it can be no more; at least one of what is counted. None where it can be neither."""
    value, unit = parameter["base_value"], parameter["unit"] or ""
    whole = isinstance(value, int) and not unit and "%" not in parameter["value"] and "." not in parameter["value"]
    for sign in (1, -1):
        other = value + sign * max(1, round(value * TENTH)) if whole else value * (1 + sign * TENTH)
        change = ((parameter["path"], f"{other!r} {unit}".strip()),)
        try:
            scenario_of(asked.file, changes + change)
        except BadInput:
            continue
        return change
    return None


def _moved(runner: PointRunner, changes: Overrides, change: Overrides, failure: str, figure: str, seeds: int) -> float | None:
    """The change of the figure's mean; None when the runs are used up."""
    rows = [runner.run_changed(one, failure, 0, seeds) for one in (changes, changes + change)]
    if rows[0] is None or rows[1] is None:
        return None
    return sum(there[figure] - here[figure] for here, there in zip(*rows)) / seeds
