"""What several verbs of the command line are told in the same words."""

from __future__ import annotations

import argparse

from .ranges import BadInput


def add_scenario(verb: argparse.ArgumentParser, with_a: str = "") -> None:
    verb.add_argument("FILE", help=f"a scenario{with_a}: a file, or the name of one in the library")


def add_set(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="override a parameter of the scenario")


def add_quiet(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")


def add_study(verb: argparse.ArgumentParser, out: str, replaces: str, seed: str, required: bool = False) -> None:
    """Of a verb that makes many runs: where what it finds goes, and how the runs are made."""
    verb.add_argument("--out", metavar="DIR", required=required, help=out)
    verb.add_argument("--force", action="store_true", help=replaces)
    add_set(verb)
    verb.add_argument("--seed", type=int, default=1, metavar="N", help=f"{seed} (default: 1)")
    verb.add_argument("--jobs", type=int, default=2, metavar="N", help="runs at a time (default: 2)")
    add_quiet(verb)


def overrides_of(options: argparse.Namespace) -> dict[str, str]:
    """What ``--set`` has said; ``BadInput`` for one that is no ``PATH=VALUE``."""
    if any("=" not in one for one in options.set):
        raise BadInput("--set: expected PATH=VALUE")
    return dict(one.split("=", 1) for one in options.set)
