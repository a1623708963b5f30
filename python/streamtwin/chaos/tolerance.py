"""Tolerances of the Chaos Toolkit: what a probe may find (chaostoolkit-lib chaoslib/hypothesis.py)."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from ..ranges import BadInput


def check(tolerance: Any, at: str) -> None:
    """That it is one; a ``BadInput`` says what is wrong with it."""
    if isinstance(tolerance, (bool, str, int)):
        return
    if isinstance(tolerance, float):
        raise BadInput(f"{at}: a bare number with a fraction is no tolerance of the toolkit; write a list [lowest, highest]")
    if isinstance(tolerance, list):
        if not tolerance:
            raise BadInput(f"{at}: an empty list tolerates nothing")
        return
    if not isinstance(tolerance, dict) or tolerance.get("type") not in ("range", "regex"):
        raise BadInput(f"{at}: expected true, a number, a text, a list, or an object of the type range or regex")
    if tolerance["type"] == "range":
        bounds = tolerance.get("range")
        if not isinstance(bounds, list) or len(bounds) != 2 or any(_decimal(bound) is None for bound in bounds):
            raise BadInput(f"{at}.range: expected two numbers, the lowest and the highest")
    else:
        try:
            re.compile(tolerance.get("pattern", ""))
        except (re.error, TypeError) as error:
            raise BadInput(f"{at}.pattern: not a regular expression: {error}") from None


def holds(tolerance: Any, value: Any) -> bool:
    """Whether a probe's value is tolerated.

    A list of two numbers is a range of numbers, both ends included, but of a status both are meant one by one.

    >>> holds([0.99, 1], 0.995), holds([200, 204], {"status": 202}), holds(200, {"status": 200})
    (True, False, True)
    """
    if isinstance(tolerance, dict):
        target = tolerance.get("target")
        found = value.get(target) if target and isinstance(value, dict) else value
        if tolerance["type"] == "regex":
            return found is not None and re.search(tolerance["pattern"], str(found)) is not None
        return _within(tolerance["range"], found)
    if isinstance(tolerance, (bool, str)):
        return value == tolerance and isinstance(value, type(tolerance))
    if isinstance(value, dict) and "status" in value:
        return value["status"] in tolerance if isinstance(tolerance, list) else value["status"] == tolerance
    if isinstance(tolerance, list):
        return _within(tolerance, value) if len(tolerance) == 2 else value in tolerance
    return value == tolerance


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _within(bounds: list, value: Any) -> bool:
    low, found, high = (_decimal(one) for one in (bounds[0], value, bounds[1]))
    if low is None or found is None or high is None:
        return value in bounds
    return low <= found <= high
