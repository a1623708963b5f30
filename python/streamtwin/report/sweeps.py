"""The report of a sweep, or of many runs at one point: figures over what was varied, and what differs from the first point for sure."""

from __future__ import annotations

import math
import re
import shlex
from typing import Any, Sequence

import pandas as pd

from ..experiments.comparison import paired
from ..experiments.found import Found
from ..experiments.intervals import LEVEL, exact_proportion
from ..experiments.tables import interval_text
from ..plots.style import label, some_of
from ..quantities import UNKNOWN, percent, plain
from .study import Section, study
from .svg import inline

#: Figures that are shown unless they are named, and points of a table.
FIGURES, POINTS = 4, 200
SENSITIVITY = ("saltelli", "morris", "tornado")


def sweep(found: Found, figures: Sequence[str] = ()) -> str:
    """The report as one string, of the figures that are named, else of those that the scenario judges."""
    for figure in figures:
        found.require(figure)
    chosen = list(figures) or _chosen(found)
    paths = found.paths
    question = f"What becomes of it as {_listed(paths)} {'vary' if len(paths) > 1 else 'varies'}?" if paths else "How sure are its figures?"
    sections = [section for figure in chosen for section in _of_figure(found, figure)] if paths else [_figures(found)]
    sections += [_verdicts(found), _failures(found), Section("How it was made", notes=[found.headline(), *_notes(found)])]
    again = shlex.join(["streamtwin", "report", str(found.path), *(word for one in figures for word in ("--of", one))])
    name = label(found.settings["scenario"], 80)
    return study("sweep" if paths else "replications", name, question, answer(found, chosen), sections, [command(found), again])


def _listed(paths: Sequence[str]) -> str:
    return label(" and ".join([", ".join(paths[:-1]), paths[-1]] if len(paths) > 1 else paths), 120)


def _chosen(found: Found) -> list[str]:
    judged = [name for name in dict.fromkeys(found.verdicts["name"]) if name in found.figures.index]
    return (judged or list(found.figures.index))[:FIGURES]


def answer(found: Found, chosen: Sequence[str]) -> str:
    """In a sentence: from where to where the first figure goes."""
    if not found.paths or not chosen or found.settings["design"] in SENSITIVITY:
        return found.headline()
    table = found.table(chosen[0]).dropna(subset=["mean"])
    if table.empty:
        return f"No run knows {label(chosen[0], 60)}."
    ends = [table["mean"].idxmin(), table["mean"].idxmax()]
    told = [f"{_with_interval(found, chosen[0], table.loc[at])} at {_where(found, at)}" for at in ends]
    return f"{label(chosen[0], 60)} goes from {told[0]} to {told[1]}."


def _with_interval(found: Found, figure: str, row: pd.Series) -> str:
    around = "" if math.isnan(row["lower"]) else f" ({interval_text(found, figure, row['lower'], row['upper'])})"
    return f"{found.shown(figure, row['mean'])}{around}"


def _where(found: Found, point: int) -> str:
    return label(", ".join(f"{path} {_written(value)}" for path, value in found.written.loc[point].items()), 90)


def _written(text: str) -> str:
    """As the scenario writes it, with no more digits than one reads.

    >>> _written("258.136306 /s"), _written("400 /s"), _written("vegas")
    ('258.1 /s', '400 /s', 'vegas')
    """
    return label(re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.4g}", text), 40)


def _of_figure(found: Found, figure: str) -> list[Section]:
    picture = inline(found.picture(figure), f"sweep-{list(found.figures.index).index(figure)}", f"{figure} over what was varied")
    if found.settings["design"] in SENSITIVITY:
        table = found.sensitivity(figure).reset_index()
        return [Section(f"What moves {label(figure, 60)}", list(map(str, table.columns)),
                        [[label(row[0], 60), *map(_number, row[1:])] for row in table.itertuples(index=False)], picture=picture)]
    headings, rows = _points(found, figure)
    shown = some_of("first", min(len(rows), POINTS), len(rows))
    return [Section(label(figure, 60) + shown, headings, rows[:POINTS], len(found.paths), _told(found, figure), picture)]


def _number(value: Any) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    return UNKNOWN if math.isnan(value) else plain(float(value))


def _points(found: Found, figure: str) -> tuple[list[str], list[list[str]]]:
    """Each point with its interval, and what it differs by from the first: seed by seed, all intervals at once (Bonferroni)."""
    table, values = found.table(figure), found.values(figure)
    written, first = found.written.reindex(table.index), values.iloc[0]
    rows = []
    for at, row in table.iterrows():
        texts = [_written(one) for one in written.loc[at]]
        texts += [found.shown(figure, row["mean"]), interval_text(found, figure, row["lower"], row["upper"]), plain(row["runs"])]
        rows.append([*texts, *_difference(found, figure, first, values.loc[at], len(table) - 1)])
    paths = [label(path, 40) for path in found.paths]
    return [*paths, "Mean", "95 % interval", "Runs", "To the first", "95 %, all at once", "Told apart"], rows


def _difference(found: Found, figure: str, first: pd.Series, here: pd.Series, statements: int) -> list[str]:
    both = pd.concat([here, first], axis=1, keys=["here", "first"]).dropna()
    if first is here or first.name == here.name or len(both) < 2:
        return [UNKNOWN, UNKNOWN, ""]
    one = paired(list(both["here"]), list(both["first"]), 1 - (1 - LEVEL) / statements)
    told = "yes" if one.shown else f"no: from {found.shown(figure, one.detectable)} on" if one.detectable > 0 else "no"
    return [found.shown(figure, one.interval.value), interval_text(found, figure, one.interval.lower, one.interval.upper), told]


def _told(found: Found, figure: str) -> list[str]:
    if found.runs["seed"].nunique() < 2:
        return ["One seed at each point: a difference may be chance. With --seeds 5 each gets an interval."]
    return ["Differences are taken seed by seed; their intervals hold all at once with 95 % (Bonferroni). Where none is told, one of the size "
            "that is named would have been seen with probability 0.8; a smaller one may well be there."]


def _figures(found: Found) -> Section:
    kpis = found.kpis()
    rows = [[label(name, 60), found.shown(str(name), row["value"]), interval_text(found, str(name), row["lower"], row["upper"]),
             plain(row["runs"])] for name, row in kpis.iterrows()]
    return Section("Key figures", ("Figure", "Mean", "95 % interval", "Runs"), rows)


def _verdicts(found: Found) -> Section:
    """In how many runs of each point each objective held, with the exact interval of its probability."""
    rows = []
    for (name, point), held in found.verdicts.groupby(["name", "point"], sort=False)["held"]:
        low, high = exact_proportion(int(held.sum()), len(held))
        rows.append([label(name, 60), *(_written(one) for one in (found.written.loc[point] if found.paths else ())),
                     f"{plain(held.sum())} of {plain(len(held))}", f"{percent(low)} … {percent(high)}"])
    headings = ("Objective", *(label(path, 40) for path in found.paths), "Held in", "95 % interval of its probability")
    return Section("What was expected" + some_of("first", min(len(rows), POINTS), len(rows)), headings, rows[:POINTS], 1 + len(found.paths))


def _failures(found: Found) -> Section:
    rows = [[plain(row["point"]), plain(row["seed"]), row["status"], label(row["text"], 160)]
            for row in found.failures.head(20).to_dict("records")]
    return Section("Runs without figures", ("Point", "Seed", "Status", "Why"), rows, 4, [f"{len(found.failures)} in all."] if rows else [])


def _notes(found: Found) -> list[str]:
    settings = found.settings
    return [f"Design: {settings['design']}, {settings['points']} points; scenario digest {settings['scenario_digest']}, version "
            f"{settings['version']}."]


def command(found: Found) -> str:
    """What makes the runs again."""
    settings, seeds = found.settings, sorted(set(found.runs["seed"]))
    words = ["streamtwin", "sweep" if found.paths else "replicate", settings["scenario"]]
    for path, levels in settings["vary"].items():
        words += ["--vary", f"{path}={levels['from']}:{levels['to']}" if isinstance(levels, dict) else f"{path}={','.join(levels)}"]
    words += ["--design", settings["design"]] if found.paths and settings["design"] != "grid" else []
    words += ["--seeds" if found.paths else "--replications", str(len(seeds))]
    words += ["--seed", str(seeds[0])] if seeds and seeds[0] != 1 else []
    words += [word for path, value in settings["overrides"].items() for word in ("--set", f"{path}={value}")]
    words += ["--until", f"{settings['until']:g}s"] if settings["until"] is not None else []
    return shlex.join([*words, "--out", str(found.path if found.paths else found.path.parent)])
