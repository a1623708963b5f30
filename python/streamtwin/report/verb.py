"""``streamtwin report``: of a run, of several side by side, of plans, or of a sweep; as HTML, and as PDF."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Sequence

from ..ranges import BadInput
from ..tables import NotAResultsFolder
from .files import write_page

RUN, REPLICATED, PLAN, SWEEP, PAGE = "a run", "replications", "a plan", "a sweep", "a page"


def add_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("WHAT", nargs="+", help="a results folder of 'streamtwin run', 'replicate' or 'plan', or the file of a sweep; two or "
                      "more folders are compared with the first")
    verb.add_argument("--out", metavar="FILE", help="where to write it, .html or .pdf (default: report.html in the folder, FILE.html beside "
                      "a sweep, comparison.html of several)")
    verb.add_argument("--pdf", action="store_true", help="write it as PDF, too, beside the HTML")
    verb.add_argument("--of", action="append", default=[], metavar="KPI", help="of a sweep, these figures")


def run(options: argparse.Namespace) -> int:
    if options.of and (len(options.WHAT) > 1 or kind_of(options.WHAT[0]) not in (SWEEP, REPLICATED)):
        raise BadInput("--of: only of a sweep")
    for path in write_page(page_of(options.WHAT, options.of), options.out or _default(options.WHAT), options.pdf):
        print(path)
    if [kind_of(one) for one in options.WHAT] == [RUN]:
        _warm_up(options.WHAT[0])
    return 0


def _warm_up(folder: str) -> None:
    """What its series say against the warm-up of a run."""
    from ..experiments.warm_ups import of_folder

    for remark in of_folder(folder):
        if "too short" in remark or "not settled" in remark:
            print(f"streamtwin: {remark}", file=sys.stderr)


def page_of(what: Sequence[str], figures: Sequence[str] = ()) -> str:
    """The page of what is there."""
    kinds = {kind_of(one) for one in what}
    if len(what) == 1:
        return _single(what[0], kinds.pop(), figures)
    if kinds == {PLAN}:
        from .plans import plans

        return plans(what)
    if not kinds <= {RUN, REPLICATED}:
        raise BadInput(f"{', '.join(what)}: are not compared; what is are runs with runs, or plans with plans")
    from .comparison import comparison

    return comparison(what)


def _single(path: str, kind: str, figures: Sequence[str]) -> str:
    if kind in (SWEEP, REPLICATED):
        from ..experiments.found import Found
        from .sweeps import sweep

        return sweep(Found(_store(path)), figures)
    if kind in (PLAN, PAGE):
        return (Path(path) / "report.html").read_text(encoding="utf-8")  # as it was written with what it tells of
    from ..results import Results
    from .page import html

    return html(Results.read(path))


def kind_of(what: str) -> str:
    """What stands in a folder or file, by what it has in it."""
    path = Path(what)
    if path.is_file():
        return SWEEP
    if not path.is_dir():
        raise NotAResultsFolder(f"{what}: no such folder; expected one written by 'streamtwin run --out'")
    holds = {RUN: "summary.json", REPLICATED: "runs.sqlite", PLAN: "plan.json", PAGE: "report.html"}
    return next((kind for kind, name in holds.items() if (path / name).is_file()), RUN)


def _store(path: str) -> Path:
    return Path(path) / "runs.sqlite" if Path(path).is_dir() else Path(path)


def _default(what: Sequence[str]) -> Path:
    path = Path(what[0])
    return Path("comparison.html") if len(what) > 1 else path.with_suffix(".html") if path.is_file() else path / "report.html"
