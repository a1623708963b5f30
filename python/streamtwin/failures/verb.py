"""``streamtwin failures``: the words of the command line, and what is printed."""

from __future__ import annotations

import argparse

from ..ranges import BadInput, amount
from ..words import add_scenario, add_study, overrides_of
from .hunt import hunt, prepared


def add_arguments(verb: argparse.ArgumentParser) -> None:
    add_scenario(verb)
    verb.add_argument("--of", metavar="WORKLOAD", help="the workload whose requests must not fail (default: the first)")
    verb.add_argument("--budget", type=int, default=500, metavar="N", help="most runs (default: 500)")
    verb.add_argument("--most", type=int, default=2, metavar="N", help="most failures at a time (default: 2)")
    verb.add_argument("--least", default="50%", metavar="SHARE", help="availability below which the workload is broken (default: 50 %%)")
    add_study(verb, "where the findings are written", "replace the findings that DIR holds", "seed of the runs")


def run(options: argparse.Namespace) -> int:
    least = amount("--least", options.least)
    if least.unit not in ("", "fraction") or not 0 < least.value <= 1:
        raise BadInput(f"--least: '{options.least}' is not a share above zero, like 90%")
    if options.out is not None:
        prepared(options.out, options.force)
    found = hunt(options.FILE, options.of, options.budget, options.most, least.value, options.seed, options.jobs,
                 overrides_of(options))
    if options.out is not None:
        found.write(options.out, options.force)
    if not options.quiet:
        print(f"{found.scenario}: {found.headline()}\n")
        for row in found.sets.to_dict("records"):
            print(f"  {row['likelihood']:8.2g}  {row['failures']}")
        print(f"\n  the share of time that all of a set are down at once{'' if options.out is None else chr(10) + options.out}")
    return 0
