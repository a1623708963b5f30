"""Pages in files, as HTML or as PDF."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from ..whole_files import write_whole
from .pdf import pdf


def write_page(page: str, path: str | PathLike[str], with_pdf: bool = False) -> list[Path]:
    """A page as the name of the file says, and as PDF beside it where that is asked for; what was written."""
    path = Path(path)
    if path.suffix.lower() == ".pdf":
        write_whole(path, pdf(page))
        return [path]
    beside = path.with_suffix(".pdf")
    made = {path: page, **({beside: pdf(page)} if with_pdf else {})}
    for name, content in made.items():
        write_whole(name, content)
    return list(made)
