"""``streamtwin plan``: the words of the command line, and what is printed."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from ..ranges import BadInput
from ..report.files import write_page
from ..words import add_scenario, add_study, overrides_of
from .make import plan
from .page import page
from .text import print_plan


def add_arguments(verb: argparse.ArgumentParser) -> None:
    add_scenario(verb, " with a `plan`")
    verb.add_argument("--load", type=float, default=1.0, metavar="FACTOR", help="factor on the scenario's load (default: 1)")
    verb.add_argument("--json", action="store_true", help="print the plan as JSON, for programs")
    verb.add_argument("--pdf", action="store_true", help="write the report into DIR as PDF, too")
    add_study(verb, "where the plan is written, run by run; one that was stopped goes on there", "replace another plan in DIR",
              "seed of the first run of each point")


def run(options: argparse.Namespace) -> int:
    if not 1e-3 <= options.load <= 1000:
        raise BadInput(f"--load: {options.load:g} is not a factor from 0.001 to 1000")
    if options.jobs < 1:
        raise BadInput(f"--jobs: {options.jobs} is not a whole number from 1 on")
    overrides = overrides_of(options)
    show = not options.quiet and sys.stderr.isatty()

    def progress(doing: str, runs: int) -> None:
        print(f"\r\033[K{doing}: {runs} runs", end="", file=sys.stderr, flush=True)

    made = plan(options.FILE, overrides, options.load, options.seed, options.jobs, options.out, options.force, progress if show else None)
    if show:
        print("\r\033[K", end="", file=sys.stderr)
    told = json.dumps(finite(made.as_json()), indent=1)
    if options.out is not None:
        (Path(options.out) / "plan.json").write_text(told + "\n", encoding="utf-8")
        write_page(page(made, _command(options)), Path(options.out) / "report.html", options.pdf)
    if options.json:
        print(told)
    elif not options.quiet:
        print_plan(made)
        if options.out is not None:
            print(options.out)
    return 0


def _command(options: argparse.Namespace) -> str:
    words = ["streamtwin", "plan", options.FILE, *(word for one in options.set for word in ("--set", one)), "--seed", str(options.seed)]
    words += ["--load", f"{options.load:g}"] if options.load != 1 else []
    return shlex.join(words)


def finite(value):
    """JSON knows neither NaN nor infinity."""
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [finite(one) for one in value]
    return None if isinstance(value, float) and not abs(value) < float("inf") else value
