"""The validation book: claims of theory and of publications, each beside what is measured here.

A claim names its source and what it expects; the book notes the measurement, its interval where there is one, and
whether the two agree. ``notebooks/validation.ipynb`` writes it.
"""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pandas as pd

from .experiments.intervals import student_t

__all__ = ["Book", "student_t"]


class Book:
    """Collects claims; ``table()`` shows them, ``failed()`` lists those that did not hold."""

    def __init__(self) -> None:
        self._rows: list[dict] = []

    def replicated(self, claim: str, source: str, expected: float, values: Sequence[float],
                   confidence: float = 0.99) -> None:
        """The expected value must lie inside the Student-t interval of independent replications."""
        mean, lower, upper = student_t(values, confidence)
        self._note(claim, source, f"{expected:.6g}", f"{mean:.6g}", f"{lower:.6g} … {upper:.6g}",
                   lower <= expected <= upper)

    def equal(self, claim: str, source: str, expected, measured) -> None:
        """Both must be the same, to the digits in which they are written."""
        self._note(claim, source, str(expected), str(measured), "exact", str(expected) == str(measured))

    def near(self, claim: str, source: str, expected: float, measured: float, tolerance: float) -> None:
        """The measurement may differ from what is expected by this much, absolutely."""
        held = abs(measured - expected) <= tolerance
        self._note(claim, source, f"{expected:.6g}", f"{measured:.6g}", f"± {tolerance:.3g}", held)

    def within(self, claim: str, source: str, low: float, high: float, values: Sequence[float]) -> None:
        """Every value must lie between the bounds."""
        smallest, largest = float(np.min(values)), float(np.max(values))
        self._note(claim, source, f"{low:.6g} … {high:.6g}", f"{smallest:.6g} … {largest:.6g}", "all of them",
                   low <= smallest and largest <= high)

    def skipped(self, claim: str, source: str, why: str) -> None:
        """What could not be measured here, and why."""
        self._note(claim, source, "", "", why, None)

    def table(self) -> pd.DataFrame:
        """One row per claim: claim, source, expected, measured, interval, verdict."""
        return pd.DataFrame(self._rows)

    def failed(self) -> list[str]:
        """The claims that did not hold."""
        return [row["claim"] for row in self._rows if row["verdict"] == "not held"]

    def _note(self, claim, source, expected, measured, interval, held) -> None:
        verdict = {True: "held", False: "not held", None: "skipped"}[None if held is None else bool(held)]
        self._rows.append({"claim": claim, "source": source, "expected": expected, "measured here": measured,
                           "interval": interval, "verdict": verdict})
