"""The report of a comparison of runs: one page of what differs, of what can and cannot be told, and the figures side by side."""

from __future__ import annotations

import math
import shlex
from pathlib import Path
from typing import Any, Sequence

import pandas as pd

from .. import plots
from ..experiments.compare_verb import notes, row_as_text
from ..experiments.folders import Variant, read_variant
from ..experiments.variants import SINGLE, Comparison, compare
from ..plots.differences import differences
from ..plots.style import label
from ..quantities import UNKNOWN, plain, quantity, shown_unit
from ..results import Results, read_json
from ..tables import NotAResultsFolder
from .page import NARROW, WIDE, expectation
from .study import Section, study
from .svg import inline

#: Figures that stand side by side, in this order.
SIDES = (("Traffic and failures", plots.traffic), ("Workloads", plots.load), ("What comes to each region", plots.regions),
         ("Time to the first frame", plots.start_delay), ("Waiting, by tier", plots.request_latency), ("What members felt", plots.members),
         ("Health of the tiers", plots.tiers), ("Instances, and what an hour costs", plots.capacity),
         ("Limits, and what was turned away", plots.admission), ("Availability, taken apart", plots.availability))
#: Differences that stand on the first page.
FIRST = 8
SIDE_WIDTH = 4.3


def comparison(folders: Sequence[str]) -> str:
    """The report as one string; the first folder is what the others are compared to."""
    variants = [read_variant(folder) for folder in folders]
    for at, one in enumerate(variants):
        one.label = chr(ord("A") + at) if at < 26 else f"#{at + 1}"
    found = compare(variants)
    runs = [_run(one) for one in variants]
    names = list(dict.fromkeys(label(one.scenario, 60) for one in variants))
    warnings = [f"{one.label} was interrupted before its end: what it shows is of a shorter run." for one in variants if one.partial]
    again = [shlex.join(["streamtwin", verb, *folders]) for verb in ("report", "compare")]
    sections = _sections(found, runs)
    return study("comparison", " against ".join(names), _question(variants), answer(found), sections, again, warnings=warnings)


def _question(variants: Sequence[Variant]) -> str:
    return f"In what do {', '.join(one.label for one in variants[:-1])} and {variants[-1].label} differ, and how sure is that?"


def answer(found: Comparison) -> str:
    """In a sentence or two."""
    table = found.table[found.table["difference"].notna()]
    known = table[table["lower"].notna()]
    if len(table) and (table["difference"] == 0).all():
        return f"All {table['figure'].nunique()} figures that they share are the same."
    if known.empty:
        changed = int((table["difference"] != 0).sum())
        return f"{changed} of {len(table)} figures differ; without replications on both sides each difference may be chance."
    shown = known[known["shown"].astype(bool)]
    told = f"{len(shown)} of {len(known)} differences are shown" + (f" ({found.statements} to each figure)" if found.statements > 1 else "")
    largest = _by_size(shown).head(1).to_dict("records")
    return told + "".join(f"; the largest: {_said(row, found)}" for row in largest) + "."


def _said(row: dict[str, Any], found: Comparison) -> str:
    unit = shown_unit(row["kind"], row["unit"])
    values = [quantity(row[key], unit) for key in ("value_a", "value_b", "difference", "lower", "upper")]
    where = f" in {row['labels'][1]}" if found.statements > 1 else ""
    return "{0} goes from {2} to {3}{1}, by {4} ({5} … {6})".format(label(row["figure"], 60), where, *values)


def _by_size(table: pd.DataFrame) -> pd.DataFrame:
    """The largest relative differences first, those against zero before all."""
    share = (table["difference"] / table["value_a"].where(table["value_a"] != 0)).abs().fillna(math.inf)
    return table.loc[share.sort_values(ascending=False, kind="stable").index]


def _sections(found: Comparison, runs: Sequence[Results | None]) -> list[Section]:
    table = found.table
    both = table[table["difference"].notna()]
    shown = _by_size(both[both["shown"].astype(bool)])
    unseen = both[both["lower"].notna() & ~both["shown"].astype(bool) & (both["difference"] != 0)]
    single = _by_size(both[(both["from"] == SINGLE) & (both["difference"] != 0)])
    return [Section("What is compared", *_compared(found), words=2), Section("What was expected", *_expected(found)),
            _table("What differs", found, shown.head(FIRST), _forest(found), _left_out(shown)),
            _table("What cannot be told", found, _by_size(unseen).head(FIRST), None,
                   ["The interval of each holds zero: it may be chance, or too small for so few runs to show.", *_left_out(unseen)]),
            _table("What differs, perhaps by chance", found, single.head(FIRST), None, _left_out(single)),
            Section("How to read this", notes=[f"{note[0].upper()}{note[1:]}." for note in notes(found)]),
            _side_by_side(found.variants, runs),
            _table("All figures", found, table, None, _missing(table), marks=True)]


def _table(title: str, found: Comparison, rows: pd.DataFrame, picture: Any, notes: Sequence[str], marks: bool = False) -> Section:
    told = [row_as_text(row, found.statements > 1) for row in rows.to_dict("records")]
    if not told:
        return Section(title)
    columns = [name for name in told[0] if (marks or name != "shown") and any(one[name] not in ("", UNKNOWN) for one in told)]
    words = 2 if found.statements > 1 else 1
    headings = [f"{name[:1].upper()}{name[1:]}" for name in columns]
    return Section(title, headings, [[one[name] for name in columns] for one in told], words, notes, picture,
                   "Relative to A, with 95 % intervals; grey where zero lies inside." if picture else "")


def _left_out(table: pd.DataFrame) -> list[str]:
    return [f"The {FIRST} largest of {len(table)}, relative to A; all of them are below."] if len(table) > FIRST else []


def _missing(table: pd.DataFrame) -> list[str]:
    missing = table[table["value_a"].isna() != table["value_b"].isna()]["figure"].nunique()
    return [f"{missing} figures are known of one side only."] if missing else []


def _forest(found: Comparison) -> Any:
    title = "Differences relative to A, with 95 % intervals"
    wide = differences(found, width=WIDE)
    return None if wide is None else {"title": title, "wide": inline(wide, "differences-w", title),
                                      "narrow": inline(differences(found, width=NARROW), "differences-n", title)}


def _compared(found: Comparison) -> tuple[Sequence[str], list[list[str]]]:
    rows = []
    for one in found.variants:
        seeds = sorted(int(seed) for seed in one.values.columns)
        rows.append([f"{one.label}: {label(one.scenario, 60)}", label(one.name, 80),
                     f"{seeds[0]} … {seeds[-1]}" if len(seeds) > 1 else plain(seeds[0]), plain(len(seeds))])
    return ("Scenario", "Folder", "Seeds", "Runs"), rows


def _expected(found: Comparison) -> tuple[Sequence[str], list[list[str]]]:
    """Verdicts of those that have any, as the runs have given them."""
    told: dict[str, dict[str, str]] = {}
    for one in found.variants:
        for verdict in _summary(one).get("verdicts", ()):
            unit = shown_unit(verdict["kpi_kind"], verdict["unit"])
            word = {True: "held", False: "not held"}.get(verdict["held"], "undecided")
            observed = math.nan if verdict["observed"] is None else float(verdict["observed"])
            bounds = expectation(verdict["at_least"], verdict["at_most"], unit)
            told.setdefault(f"{verdict['name']} {bounds}", {})[one.label] = f"{word}, {quantity(observed, unit)}"
    labels = [one.label for one in found.variants]
    return ("Objective", *labels), [[label(what, 90), *(by.get(one, UNKNOWN) for one in labels)] for what, by in told.items()]


def _summary(variant: Variant) -> dict[str, Any]:
    try:
        return read_json(Path(variant.name) / "summary.json", dict)
    except (NotAResultsFolder, OSError):
        return {}  # a folder of `replicate`, which judges nothing


def _run(variant: Variant) -> Results | None:
    """With its series, where it has kept them."""
    try:
        return Results.read(variant.name)
    except NotAResultsFolder:
        return None


def _side_by_side(variants: Sequence[Variant], runs: Sequence[Results | None]) -> Section:
    sides = []
    for title, plot in SIDES:
        drawn = [plot(run, width=SIDE_WIDTH) if run is not None else None for run in runs]
        if not any(drawn):
            continue
        _same_scales([one for one in drawn if one is not None])
        sides.append((title, [(f"{one.label}: {label(one.scenario, 40)}", None if picture is None else
                               inline(picture, f"{plot.__name__}-{at}", f"{title}, {one.label}"))
                              for at, (one, picture) in enumerate(zip(variants, drawn))]))
    notes = ["Panels of one name have one scale. Of replications the series are those of one seed."] if sides else []
    return Section("Side by side", sides=sides, notes=notes, new_page=True)


def _same_scales(pictures: Sequence[Any]) -> None:
    """Panels of one name, of which each picture has one, get the largest scale of them."""
    panels: dict[str, list[Any]] = {}
    for picture in pictures:
        for axis in picture.axes:
            panels.setdefault(axis.get_title(loc="left"), []).append(axis)
    for title, axes in panels.items():
        if title and len(axes) == len(pictures) and len({axis.get_yscale() for axis in axes}) == 1:
            low, high = min(axis.get_ylim()[0] for axis in axes), max(axis.get_ylim()[1] for axis in axes)
            for axis in axes:
                axis.set_ylim(low, high)
