"""``streamtwin stability``: the words of the command line, and what is printed."""

from __future__ import annotations

import argparse
import sys

from ..quantities import percent, quantity
from ..ranges import BadInput
from ..words import add_scenario, add_study, overrides_of
from .survey import survey
from .sweep import up_and_down

_SIGNS = {"recovers": "+", "mixed": "~", "not by the horizon": "-", "overloaded without a trigger": "o"}


def add_arguments(verb: argparse.ArgumentParser) -> None:
    add_scenario(verb)
    verb.add_argument("--load", required=True, metavar="FROM:TO:STEP", help="factors on the scenario's load; or a list with commas")
    verb.add_argument("--trigger", metavar="ACTION", help="an action of `method` and its target: 'add_latency ratings'")
    verb.add_argument("--sweep", metavar="DURATION", help="in place of a trigger: up through the loads and down again, each for so long")
    verb.add_argument("--size", metavar="FROM:TO:STEP", help="sizes of the trigger; KEY=FROM:TO:STEP where it has several keys")
    verb.add_argument("--lasts", metavar="FROM:TO:STEP", help="how long the trigger lasts")
    verb.add_argument("--at", metavar="DURATION", help="when it begins (default: ten windows after the warm-up)")
    verb.add_argument("--horizon", default="120s", metavar="DURATION", help="how long after its end recovery may take (default: 120s)")
    verb.add_argument("--runs", type=int, default=10, metavar="N", help="most runs of a cell that stays undecided (default: 10)")
    verb.add_argument("--monotone", action="store_true", help="let a cell that recovers speak for milder ones, one that does not for worse")
    add_study(verb, "where the map is written; a survey that was stopped goes on there", "replace another map in DIR",
              "seed of the first run of each cell", required=True)


def run(options: argparse.Namespace) -> int:
    overrides = overrides_of(options)
    if (options.trigger is None) == (options.sweep is None):
        raise BadInput("expected a --trigger for a map, or --sweep")
    if options.sweep is not None:
        return _sweep(options, overrides)
    show = not options.quiet and sys.stderr.isatty()

    def progress(decided: int, of: int) -> None:
        print(f"\r{decided} of {of} cells", end="", file=sys.stderr, flush=True)

    found = survey(options.FILE, options.trigger, options.load, options.size, options.lasts, options.horizon, options.at, overrides,
                   options.seed, options.runs, options.jobs, options.monotone, options.out, options.force, progress if show else None)
    if show:
        print("\r", end="", file=sys.stderr)
    if not options.quiet:
        print(as_text(found))
        print(options.out)
    return 0


def _sweep(options: argparse.Namespace, overrides: dict[str, str]) -> int:
    unread = [name for name in ("size", "lasts", "at") if getattr(options, name) is not None] + ["monotone"] * options.monotone
    if unread:
        raise BadInput(f"--{unread[0]}: is of a trigger, and a sweep has none")
    found = up_and_down(options.FILE, options.load, options.sweep, overrides, options.seed, options.runs, options.jobs,
                        options.out, options.force)
    if not options.quiet:
        print(f"{found.scenario}, up and down\n  {found.headline()}\n")
        for row in found.levels.to_dict("records"):
            print(f"  {row['way']:<4} load {row['load']:<6g} {percent(row['answered'])} answered")
        print(options.out)
    return 0


def as_text(found) -> str:
    """The map as a terminal shows it: a line per load, a sign per trigger."""
    lines = [f"{found.scenario} under {found.trigger}", f"  {found.headline()}", ""]
    verdicts, cells = found.verdicts(), found.cells
    for at, load in enumerate(found.grid.loads):
        signs = "  ".join("".join(_SIGNS[one] for one in column) for column in verdicts[at].T)
        back = cells[(cells["load"] == load) & (cells["verdict"] == "recovers") & ~cells["inferred"]]["recovery"]
        longest = f"longest expected recovery {quantity(float(back.max()), 's')}" if len(back) else ""
        lines.append(f"  load {load:<6g} {signs}  {longest}".rstrip())
    meaning = ", ".join(f"{sign} {verdict}" for verdict, sign in _SIGNS.items())
    return "\n".join([*lines, "", f"  {meaning}; a group per duration, sizes from left to right"])
