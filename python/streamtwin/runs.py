"""Runs: what a scenario's run has found, with the report that can be written of it."""

from __future__ import annotations

from pathlib import Path

from .results import Results
from .tables import NotAResultsFolder

__all__ = ["NotAResultsFolder", "Run", "read"]


class Run(Results):
    """One run: what it found, what was expected of it, and how it went over time.

    Times are simulated seconds from the end of the warm-up, as ``method.at`` of a scenario counts them; below zero in it.
    """

    def report(self, path: str | Path | None = None) -> Path:
        """Writes the self-contained HTML report (by default into the results folder) and returns its path."""
        from .report import write  # on first use: it draws

        return write(self, path)


def read(folder: str | Path) -> Run:
    """Reads the results folder of a run that has finished."""
    return Run.read(folder)
