"""The report of a run: one HTML file with everything in it, for a reader who was not there.

The page lacks nothing where scripts are off, and asks nothing of the network; its figures are inline SVG that follow the reader's light or
dark theme, each laid out once for a wide screen and once for a phone. Whatever comes from the scenario is text and
stays text: the template escapes it, and the page forbids itself everything but its own styles and its own script.
"""

from __future__ import annotations

from pathlib import Path

from ..results import Results
from .files import write_page
from .page import html

__all__ = ["html", "report", "write"]


def write(run: Results, path: str | Path | None = None) -> Path:
    """Writes the report of a run and returns its path; ``report.html`` in the run's folder unless told otherwise. A name that ends in
    ``.pdf`` gets a PDF.

    The file appears complete or not at all.
    """
    if path is None:
        if run.folder is None:
            raise ValueError("this run has no folder: say where the report goes, as in write(run, 'report.html')")
        path = run.folder / "report.html"
    path = Path(path)
    return write_page(html(run), path)[0]


def report(folder: str | Path, path: str | Path | None = None) -> Path:
    """Reads a results folder and writes its report."""
    return write(Results.read(folder), path)
