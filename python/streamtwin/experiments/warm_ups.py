"""Whether a declared warm-up is too short: what MSER-5 would cut off beyond it, by the mean of a series over replications."""

from __future__ import annotations

import sqlite3
from fnmatch import fnmatchcase
from os import PathLike
from pathlib import Path
from typing import Mapping, Sequence

import numpy as np

from .intervals import Values
from .series import BATCH, NoTruncation, warm_up

#: Series that are looked at unless others are named: how long requests and starts of plays take.
LOOKED_AT_UNASKED = ("load.*.latency.p50", "plays.start_delay.p50")
#: Runs of each point that are looked at, and of which series are kept: assumption.
LOOKED_AT = 20
#: Standard errors by which what MSER-5 cuts off must differ from the rest to be a warm-up that was too short: assumption.
DIFFERENT = 4.0


def remarks(series: Mapping[str, Sequence[np.ndarray]], window: float) -> list[str]:
    """A sentence for each series, each with those of several runs; ``window`` is how far its values are apart (s)."""
    return [_remark(name, each, window) for name, each in series.items() if len(each)]


def _remark(name: str, each: Sequence[np.ndarray], window: float) -> str:
    mean = np.mean([one[:min(len(one) for one in each)] for one in each], axis=0)
    try:
        found = warm_up(mean)
    except NoTruncation as none:
        return f"warm-up by {name}: {none}"
    too_short = found.deleted and settles_late(mean, found.deleted)
    return f"warm-up by {name}: " + (f"the declared one is too short by {found.deleted * window:g} s (MSER-5)" if too_short else "long enough (MSER-5)")


def settles_late(series: Values, deleted: int) -> bool:
    """Whether what is cut off is on another level than the rest, and not only cut off by chance."""
    of = np.asarray(series, dtype=float)
    of = of[:len(of) // BATCH * BATCH].reshape(-1, BATCH).mean(axis=1)
    before, after = of[:deleted // BATCH], of[deleted // BATCH:]
    error = float(after.std(ddof=1)) * float(np.sqrt(1 / len(before) + 1 / len(after)))
    return abs(float(before.mean()) - float(after.mean())) > DIFFERENT * error


def of_folder(folder: str | PathLike[str]) -> list[str]:
    """Of the replications of a results folder; none where it is a single run."""
    found: dict[str, list[np.ndarray]] = {}
    window = 1.0
    for place in sorted((Path(folder) / "replications").glob("seed-*"), key=lambda one: (len(one.name), one.name))[:LOOKED_AT]:
        for name, (times, values) in _series(place / "run.sqlite").items():
            window = float(times[1] - times[0]) if len(times) > 1 else window
            found.setdefault(name, []).append(values)
    return remarks(found, window)


def _series(file: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    if not file.is_file():
        return {}
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as base:
        names = [name for name, in base.execute("SELECT DISTINCT name FROM series") if any(fnmatchcase(name, one) for one in LOOKED_AT_UNASKED)]
        rows = {name: np.array(base.execute("SELECT time, value FROM series WHERE name = ? AND time > 0 ORDER BY time", (name,)).fetchall(), dtype=float)
                for name in names}
    return {name: (of[:, 0], of[:, 1]) for name, of in rows.items() if len(of)}
