"""``streamtwin compare``: the words of the command line, and what is printed."""

from __future__ import annotations

import argparse
import math
import sys

import pandas as pd

from ..quantities import UNKNOWN, quantity, shown_unit
from ..ranges import BadInput
from .variants import INDEPENDENT, PAIRS, SINGLE, Comparison, compare
from .folders import read_variant
from .tables import print_table


def add_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("folders", nargs="+", metavar="DIR", help="results folders, of replications with the same seeds; the first is what others "
                      "are compared to")
    verb.add_argument("--of", action="append", default=[], metavar="KPI", help="only these key figures; * stands for anything")
    verb.add_argument("--all-pairs", action="store_true", help="each with each, and not only with the first")
    verb.add_argument("--best", metavar="KPI=max|min", help="which may be the best of all by this figure, and which is not")
    verb.add_argument("--json", action="store_true", help="as JSON, for programs")


def run(options: argparse.Namespace) -> int:
    variants = [read_variant(folder) for folder in options.folders]
    for at, one in enumerate(variants):
        one.label = chr(ord("A") + at) if at < 26 else f"#{at + 1}"
    found = compare(variants, options.of, options.all_pairs)
    figure, largest = _best(options.best) if options.best else ("", True)
    best = found.best(figure, largest) if figure else {}
    if options.json:
        sys.stdout.write(found.as_json())
        return 0
    say(found)
    if best:
        say_best(found, figure, best)
    return 0


def _best(text: str) -> tuple[str, bool]:
    name, _, end = text.rpartition("=")
    if not name or end not in ("max", "min"):
        raise BadInput(f"--best: '{text}' is not KPI=max or KPI=min")
    return name, end == "max"


def say(found: Comparison) -> None:
    for one in found.variants:
        runs = one.values.shape[1]
        print(f"  {one.label}  {one.name}: {one.scenario}, {runs} run{'s' if runs != 1 else ''}"
              + ("; PARTIAL: it was interrupted before its end" if one.partial else ""))
    print()
    several = found.statements > 1
    rows = [row_as_text(row, several) for row in found.table.to_dict("records")]
    print_table("", pd.DataFrame(rows), {})
    for line in notes(found):
        print(f"  {line}")


def row_as_text(row: dict, several: bool) -> dict[str, str]:
    """A difference by the headings of its columns; with ``several`` it says between whom."""
    unit = shown_unit(row["kind"], row["unit"])
    known, unseen = not math.isnan(row["lower"]), row["from"] == PAIRS and not row["shown"] and row["detectable"] > 0
    names = {"": "{1} − {0}".format(*row["labels"])} if several else {}
    return {"figure": row["figure"], **names, "before" if several else "A": quantity(row["value_a"], unit),
            "after" if several else "B": quantity(row["value_b"], unit), "difference": quantity(row["difference"], unit),
            "95 % interval": f"{quantity(row['lower'], unit)} … {quantity(row['upper'], unit)}" if known else UNKNOWN,
            "shown": ("*" if row["shown"] else "") if known else "",
            "would have been seen": quantity(row["detectable"], unit) if unseen else ""}


def notes(found: Comparison) -> list[str]:
    """What the table means."""
    table, said = found.table, []
    both = table[table["difference"].notna()]
    pairs = both[both["from"] == PAIRS]
    if len(pairs):
        said.append("* the interval of the differences of runs with the same seed excludes zero")
    if (both["from"] == INDEPENDENT).any():
        said.append("* the interval (Welch, independent replications) excludes zero")
    if found.statements > 1 and len(both):
        said.append(f"the {found.statements} intervals of a figure hold all at once with 95 % (Bonferroni)")
    unseen = pairs[~pairs["shown"].astype(bool) & (pairs["detectable"] > 0)]
    if len(unseen):
        said.append(f"where nothing is shown: with these {int(unseen['pairs'].min())} seeds the difference in the last column would have been "
                    "seen with probability 0.8; a smaller one may well be there")
    loose = pairs[pairs["correlation"] <= 0]
    if len(loose):
        said.append(f"in {len(loose)} of {len(pairs)} rows the seeds do not go together: the random numbers in common have not helped; the first "
                    f"is {loose['figure'].iloc[0]}")
    if (both["from"] == SINGLE).any():
        said.append("without replications on both sides a difference has no interval and may be chance")
    return said


def say_best(found: Comparison, figure: str, best: dict) -> None:
    short = {one.name: one.label for one in found.variants}
    unit = shown_unit(*[str(one) for one in found.variants[0].figures.loc[figure, ["kind", "unit"]]])
    rows = pd.DataFrame([{"": short[name], "to the best other": quantity(one.difference, unit),
                          "95 % interval": f"{quantity(one.lower, unit)} … {quantity(one.upper, unit)}",
                          "verdict": one.verdict}
                         for name, one in best.items()])
    print_table(f"Which is the best by {figure} (all statements hold at once with 95 %)", rows, {})
