"""Variants side by side, figure by figure: by how much they differ, how surely, and what would have been seen."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Sequence

import numpy as np
import pandas as pd

from ..ranges import BadInput
from .comparison import Best, best_of, paired, welch
from .folders import Variant
from .intervals import LEVEL, interval_of

#: Of a difference, what programs are told.
_TOLD = ("a", "b", "value_a", "value_b", "difference", "lower", "upper", "p", "correlation", "detectable", "shown", "from", "pairs")
PAIRS, INDEPENDENT, SINGLE = "pairs", "independent", "single"


@dataclass
class Comparison:
    """``table`` has a row per figure and pair of variants; with several pairs the intervals of a figure hold all at once (Bonferroni)."""

    variants: Sequence[Variant]
    table: pd.DataFrame
    #: How many intervals of a figure hold together.
    statements: int

    def best(self, figure: str, largest: bool) -> dict[str, Best]:
        """Which variant may be the best by a figure: simultaneous intervals of each against the best of the others."""
        seeds = _common_seeds(self.variants)
        values = {one.name: one.values.loc[figure, seeds] if figure in one.values.index else None for one in self.variants}
        missing = [name for name, row in values.items() if row is None or row.isna().any()]
        if missing:
            raise BadInput(f"--best: {missing[0]} has no '{figure}' in every run")
        if len(seeds) < 2:
            raise BadInput("--best: the variants have fewer than two seeds in common")
        return best_of({name: list(row) for name, row in values.items() if row is not None}, largest)

    def as_json(self) -> str:
        rows: dict[str, Any] = {}
        for row in self.table.to_dict("records"):
            entry = rows.setdefault(row["figure"], {"unit": row["unit"], "kind": row["kind"], "differences": []})
            entry["differences"].append({key: _finite(row[key]) for key in _TOLD})
        variants = [{"folder": one.name, "scenario": one.scenario, "runs": int(one.values.shape[1])} for one in self.variants]
        return json.dumps({"variants": variants, "level": LEVEL, "statements": self.statements, "kpis": rows}, indent=2) + "\n"


def compare(variants: Sequence[Variant], figures: Sequence[str] = (), all_pairs: bool = False, level: float = LEVEL) -> Comparison:
    """Each to the first, or each with each; only figures that match one of the patterns, where there are some. Refused where two have no
    figure in common: they are runs of different things."""
    if len(variants) < 2:
        raise BadInput("what is compared are at least two folders")
    names = [one.name for one in variants]
    if len(set(names)) < len(names) and len(names) > 2:
        raise BadInput(f"{next(one for one in names if names.count(one) > 1)}: is named twice")
    pairs = [(a, b) for i, a in enumerate(variants) for b in variants[i + 1:] if all_pairs or i == 0]
    rows = []
    for a, b in pairs:
        shared = [name for name in a.figures.index if name in b.figures.index]
        if not shared:
            raise BadInput(f"{a.name} and {b.name} have no key figure in common: they are runs of different things, of {a.scenario} and of "
                           f"{b.scenario}")
        if any(a.figures.loc[name, "kind"] != b.figures.loc[name, "kind"] for name in shared):
            raise BadInput(f"{a.name} and {b.name} were written by versions that do not mean the same by their figures")
        every = [*a.figures.index, *[name for name in b.figures.index if name not in shared]]
        chosen = [name for name in every if not figures or any(fnmatchcase(name, pattern) for pattern in figures)]
        rows += [_row(a, b, name, 1 - (1 - level) / len(pairs)) for name in chosen]
    unknown = [pattern for pattern in figures if not any(fnmatchcase(row["figure"], pattern) for row in rows)]
    if unknown:
        raise BadInput(f"--of: there is no key figure '{unknown[0]}' in any of them")
    order = {name: place for place, name in enumerate(dict.fromkeys(row["figure"] for row in rows))}
    rows.sort(key=lambda row: order[row["figure"]])
    return Comparison(variants, pd.DataFrame(rows), len(pairs))


def _row(a: Variant, b: Variant, figure: str, level: float) -> dict[str, Any]:
    of = (a if figure in a.figures.index else b).figures.loc[figure]
    left, right = (_known(one, figure) for one in (a, b))
    row = {"figure": figure, "unit": of["unit"], "kind": of["kind"], "a": a.name, "b": b.name, "labels": (a.label, b.label),
           "value_a": _mean(of["kind"], left), "value_b": _mean(of["kind"], right), "lower": math.nan, "upper": math.nan, "p": math.nan, "correlation": math.nan,
           "detectable": math.nan, "shown": False, "from": SINGLE, "pairs": 0, "warning": ""}
    row["difference"] = row["value_b"] - row["value_a"]
    seeds = sorted(set(left.index) & set(right.index))
    if len(seeds) >= 2 and not (a.alone or b.alone):
        found = paired(list(right[seeds]), list(left[seeds]), level)
        row.update(difference=found.interval.value, p=found.p, correlation=found.correlation, detectable=found.detectable,
                   shown=found.shown, pairs=len(seeds), warning=found.warning)
        row["from"], interval = PAIRS, found.interval
    elif len(left) >= 2 and len(right) >= 2:
        interval = welch(list(right), list(left), level)
        row.update(shown=interval.lower > 0 or interval.upper < 0)
        row["from"] = INDEPENDENT
    else:
        return row
    row["lower"], row["upper"] = interval.lower, interval.upper
    return row


def _known(variant: Variant, figure: str) -> pd.Series:
    return variant.values.loc[figure].dropna() if figure in variant.values.index else pd.Series(dtype=float)


def _mean(kind: str, values: pd.Series) -> float:
    return interval_of(kind, list(values)).value


def _common_seeds(variants: Sequence[Variant]) -> list[int]:
    seeds = set(variants[0].values.columns)
    for one in variants[1:]:
        seeds &= set(one.values.columns)
    return sorted(seeds)


def _finite(value: Any) -> Any:
    """JSON knows no NaN."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
