"""``streamtwin sweep``: the words of the command line, and what is printed."""

from __future__ import annotations

import argparse
import sys

from ..ranges import BadInput, amount
from ..words import add_quiet, add_scenario, add_set, overrides_of
from .designs import DESIGNS
from .executors import NoWorkers
from .found import Found
from .progress import shown
from .store import NotWritten
from .sweeps import sweep
from .tables import print_figures, print_table

#: Points of a table that are printed; the file has them all.
MOST_ROWS = 60


def add_arguments(verb: argparse.ArgumentParser) -> None:
    add_scenario(verb)
    verb.add_argument("--vary", action="append", required=True, metavar="PATH=FROM:TO:STEP",
                      help="a path of the scenario and its values: steps, a list A,B,C, or FROM:TO for designs that sample; scale-load is a "
                      "factor on all load")
    verb.add_argument("--design", default="grid", metavar="KIND", help=f"{', '.join(DESIGNS)} (default: grid)")
    verb.add_argument("--points", type=int, metavar="N", help="of lhs and sobol; rows of each sample of saltelli; trajectories of morris")
    verb.add_argument("--seeds", type=int, default=1, metavar="N", help="runs at each point, with the same seeds at all (default: 1)")
    verb.add_argument("--out", required=True, metavar="FILE", help="an SQLite file, written run by run; a sweep that was stopped goes on there")
    verb.add_argument("--of", action="append", default=[], metavar="KPI", help="print and draw this figure")
    verb.add_argument("--plot", metavar="FILE", help="where to draw the first figure of --of (.png, .svg or .pdf)")
    verb.add_argument("--report", metavar="FILE", help="where to write a report of the sweep (.html or .pdf)")
    add_run_arguments(verb)
    verb.add_argument("--mpi", action="store_true", help="runs go to the other ranks of mpirun")


def add_run_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--seed", type=int, default=1, metavar="N", help="the first seed (default: 1)")
    add_set(verb)
    verb.add_argument("--until", metavar="DURATION", help="stop each run so long after the end of its warm-up")
    verb.add_argument("--limit", default="1h", metavar="DURATION",
                      help="most time that a run may take; then it is recorded as hung (default: 1h)")
    verb.add_argument("--again", action="store_true", help="try runs again that had failed, crashed or hung")
    verb.add_argument("--force", action="store_true", help="replace the runs of another experiment")
    verb.add_argument("--jobs", type=int, metavar="N", help="runs at a time (default: as many as cores)")
    verb.add_argument("--dask", metavar="ADDRESS", help="runs go to the workers of this Dask scheduler, tcp://HOST:PORT")
    add_quiet(verb)


def seconds(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    found = amount(option, text)
    if found.unit != "s" or not found.value > 0:
        raise BadInput(f"{option}: '{text}' is not a duration above zero with its unit, like 90s")
    return found.value


def run(options: argparse.Namespace) -> int:
    if options.plot and not options.of:
        raise BadInput("--plot: of which figure? Name it with --of")
    if options.report and options.report.rpartition(".")[2] not in ("html", "pdf"):
        raise BadInput(f"--report: '{options.report}' is neither .html nor .pdf")
    if options.plot and options.plot.rpartition(".")[2] not in ("png", "svg", "pdf"):
        raise BadInput(f"--plot: '{options.plot}' is neither .png, .svg nor .pdf")
    try:
        with shown("sweep", options.quiet) as progress:
            found = sweep(options.FILE, options.vary, options.out, options.design, options.points, options.seeds, options.seed,
                          overrides_of(options), options.jobs, options.dask, options.mpi, seconds("--limit", options.limit),
                          seconds("--until", options.until), options.force, options.again, progress, options.of)
    except (NotWritten, NoWorkers) as error:
        raise BadInput(str(error)) from None
    except KeyboardInterrupt:
        print(f"streamtwin sweep: {options.out} has what was finished; the same command goes on", file=sys.stderr)
        raise
    if found is not None:  # else this is a worker
        say(found, options)
    return 0


def say(found: Found, options: argparse.Namespace) -> None:
    if options.plot:
        found.picture(options.of[0]).savefig(options.plot, dpi=150, facecolor="white")
    if options.report:
        from ..report.files import write_page
        from ..report.sweeps import sweep as page_of_sweep

        write_page(page_of_sweep(found, options.of), options.report)
    if options.quiet:
        return
    print(f"{found.settings['scenario']}: {found.headline()}\n")
    for figure in options.of:
        if found.settings["design"] in ("saltelli", "morris", "tornado"):
            print_table(f"What moves {figure}", found.sensitivity(figure).reset_index(), {})
        else:
            print_figures(found, figure, MOST_ROWS)
    for row in found.failures.head(5).to_dict("records"):
        print(f"  point {row['point']}, seed {row['seed']} {row['status']}: {row['text'].splitlines()[0] if row['text'] else ''}")
    print(options.out)
