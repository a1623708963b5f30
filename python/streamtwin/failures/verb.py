"""``streamtwin failures``: the words of the command line, and what is printed."""

from __future__ import annotations

import argparse

from ..ranges import BadInput, amount
from .hunt import hunt, prepared


def add_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("FILE", help="a scenario: a file, or the name of one in the library")
    verb.add_argument("--of", metavar="WORKLOAD", help="the workload whose requests must not fail (default: the first)")
    verb.add_argument("--budget", type=int, default=500, metavar="N", help="most runs (default: 500)")
    verb.add_argument("--most", type=int, default=2, metavar="N", help="most failures at a time (default: 2)")
    verb.add_argument("--least", default="50%", metavar="SHARE", help="availability below which the workload is broken (default: 50 %%)")
    verb.add_argument("--out", metavar="DIR", help="where the findings are written")
    verb.add_argument("--force", action="store_true", help="replace the findings that DIR holds")
    verb.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="override a parameter of the scenario")
    verb.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the runs (default: 1)")
    verb.add_argument("--jobs", type=int, default=2, metavar="N", help="runs at a time (default: 2)")
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(options: argparse.Namespace) -> int:
    least = amount("--least", options.least)
    if least.unit not in ("", "fraction") or not 0 < least.value <= 1:
        raise BadInput(f"--least: '{options.least}' is not a share above zero, like 90%")
    if any("=" not in one for one in options.set):
        raise BadInput("--set: expected PATH=VALUE")
    if options.out is not None:
        prepared(options.out, options.force)
    found = hunt(options.FILE, options.of, options.budget, options.most, least.value, options.seed, options.jobs,
                 dict(one.split("=", 1) for one in options.set))
    if options.out is not None:
        found.write(options.out, options.force)
    if not options.quiet:
        print(f"{found.scenario}: {found.headline()}\n")
        for row in found.sets.to_dict("records"):
            print(f"  {row['likelihood']:8.2g}  {row['failures']}")
        print(f"\n  the share of time that all of a set are down at once{'' if options.out is None else chr(10) + options.out}")
    return 0
