"""``streamtwin replicate``: the words of the command line, and what is printed."""

from __future__ import annotations

import argparse
import sys

import pandas as pd

from ..ranges import BadInput, amount
from ..words import add_scenario, overrides_of
from .executors import NoWorkers
from .progress import shown
from .replications import BUDGET, Replicated, long_run, replicate
from .series import NoTruncation
from .store import NotWritten
from .sweep_verb import add_run_arguments, seconds
from .tables import interval_text, print_table


def add_arguments(verb: argparse.ArgumentParser) -> None:
    add_scenario(verb)
    verb.add_argument("--replications", type=int, metavar="N", help="so many runs, with the seeds N, N+1, ...")
    verb.add_argument("--until-half-width", action="append", default=[], metavar="KPI=5%",
                      help="runs until the half-width of the figure's 95 %% interval is at most that share of its mean")
    verb.add_argument("--budget", type=int, default=BUDGET, metavar="N", help=f"most runs for a half-width (default: {BUDGET})")
    verb.add_argument("--warm-up", action="append", default=[], metavar="SERIES",
                      help="say whether the warm-up is too short by this series (MSER-5)")
    verb.add_argument("--long-run", metavar="SERIES",
                      help="in place of replications one run, made twice as long until its batches are independent: the mean of a series")
    verb.add_argument("--out", metavar="DIR", help="where runs and intervals are written; what was stopped goes on there")
    verb.add_argument("--of", action="append", default=[], metavar="KPI", help="print only these figures")
    add_run_arguments(verb)


def run(options: argparse.Namespace) -> int:
    if options.long_run:
        return _one_long_run(options)
    if options.out is None:
        raise BadInput("--out: where are runs and intervals to be written?")
    try:
        with shown("replicate", options.quiet) as progress:
            found = replicate(options.FILE, options.out, options.replications, _half_widths(options.until_half_width), options.budget,
                              options.seed, overrides_of(options), options.jobs, options.dask, seconds("--limit", options.limit),
                              seconds("--until", options.until), options.force, options.again, options.warm_up, progress, options.of)
    except (NotWritten, NoWorkers) as error:
        raise BadInput(str(error)) from None
    except KeyboardInterrupt:
        print(f"streamtwin replicate: {options.out} has what was finished; the same command goes on", file=sys.stderr)
        raise
    if not options.quiet:
        say(found, options)
    return 0 if found.reached else 1


def _one_long_run(options: argparse.Namespace) -> int:
    if options.replications or options.until_half_width or options.out:
        raise BadInput("--long-run: is one run, which is printed: no --replications, --until-half-width or --out go with it")
    try:
        found = long_run(options.FILE, options.long_run, overrides_of(options), options.seed)
    except NoTruncation as short:
        raise BadInput(f"--long-run: {short}") from None
    print(f"{options.long_run}: {found.value:.6g}, 95 % interval {found.lower:.6g} … {found.upper:.6g}, of {found.n} independent batches of one run")
    return 0


def _half_widths(texts: list[str]) -> dict[str, float]:
    widths = {}
    for text in texts:
        name, equals, share = text.partition("=")
        found = amount("--until-half-width", share) if equals else None
        if found is None or found.unit != "fraction":
            raise BadInput(f"--until-half-width: '{text}' is not KPI=SHARE, like plays.start_delay.p99=5%")
        widths[name] = found.value
    return widths


def say(result: Replicated, options: argparse.Namespace) -> None:
    found, kpis = result.found, result.kpis
    kpis = kpis.loc[options.of] if options.of else kpis
    rows = pd.DataFrame({"figure": kpis.index, "mean": [found.shown(name, value) for name, value in kpis["value"].items()],
                         "95 % interval": [interval_text(found, str(name), row["lower"], row["upper"]) for name, row in kpis.iterrows()],
                         "runs": list(kpis["runs"])})
    print_table(found.settings["scenario"], rows, {"mean": str, "95 % interval": str})
    print(f"  {found.headline()}\n  {result.stopped}")
    for warning in result.warnings:
        print(f"  {warning}")
    print(options.out)
