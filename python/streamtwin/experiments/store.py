"""Runs in one SQLite file, committed one by one: whatever ends the program, a run is in it wholly or not at all."""

from __future__ import annotations

import fcntl
import json
import math
import os
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Optional, Tuple

import numpy as np
import pandas as pd

from ..ranges import BadInput
from .isolation import CRASHED, DONE, Outcome

if TYPE_CHECKING:
    from .runs import Measured

_TABLES = {
    "setting": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
    "point": "point INTEGER, path TEXT, written TEXT NOT NULL, number REAL, share REAL, PRIMARY KEY (point, path)",
    "figure": "name TEXT PRIMARY KEY, unit TEXT NOT NULL, kind TEXT NOT NULL",
    "run": "point INTEGER, seed INTEGER, status TEXT NOT NULL, text TEXT NOT NULL, digest TEXT, events INTEGER, seconds REAL NOT NULL, "
           "overhead REAL NOT NULL, PRIMARY KEY (point, seed)",
    "kpi": "point INTEGER, seed INTEGER, name TEXT, value REAL, PRIMARY KEY (point, seed, name)",
    "verdict": "point INTEGER, seed INTEGER, name TEXT, held INTEGER, PRIMARY KEY (point, seed, name)",
    "series": "point INTEGER, seed INTEGER, name TEXT, value BLOB NOT NULL, PRIMARY KEY (point, seed, name)",
    "session": "seconds REAL NOT NULL, slots INTEGER NOT NULL, runs INTEGER NOT NULL, busy REAL NOT NULL",
}
#: Marks the file as one of these ("streamtwin sweep", in SQLite's own place for it), in this form.
APPLICATION, FORM = 0x53547377, 2
#: How long the last of another program may take to end, when that was killed (s): assumption.
_ENDS_WITHIN = 3.0

#: The number of a point, and a seed.
Key = Tuple[int, int]
#: A value of a point, as it is written, as a number, and how far along its axis.
Value = Tuple[str, float, Optional[float]]


@dataclass(frozen=True)
class Kept:
    """A run that is in the file."""

    #: What varies, as it is written.
    point: Mapping[str, str]
    status: str
    text: str
    #: NaN where unknown.
    figures: Mapping[str, float]


class NotWritten(RuntimeError):
    """The file cannot be written; what was in it still is."""


class Store:
    """Opens the file for adding runs. One that holds other settings is refused, unless it may be replaced."""

    def __init__(self, path: str | os.PathLike[str], settings: Mapping[str, Any], force: bool = False):
        self.path = Path(path)
        self._lock = -1
        self._connection = self._opened(json.loads(json.dumps(settings)), force)

    def _opened(self, settings: dict[str, Any], force: bool) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            _locked(self._lock)
        except BlockingIOError:
            self.close()
            raise BadInput(f"{self.path}: another program is adding runs to it") from None
        except OSError as error:
            self.close()
            raise BadInput(f"{self.path}: cannot be used ({error.strerror})") from None
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            self._prepare(connection, settings, force)
        except BaseException:
            connection.close()
            self.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection, settings: dict[str, Any], force: bool) -> None:
        there = _settings(connection, self.path)
        if there is not None and there != settings and not force:
            different = sorted(name for name in {*there, *settings} if there.get(name) != settings.get(name))
            raise BadInput(f"{self.path}: holds the runs of another experiment (not the same: {', '.join(different)}); --force replaces them")
        with _writing(self.path):
            # Nothing that was committed is lost with the program; with the machine the last runs may be, which are made again.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        if there == settings:
            return
        with _writing(self.path), _transaction(connection):
            for table in _TABLES:
                connection.execute(f"DROP TABLE IF EXISTS {table}")
                connection.execute(f"CREATE TABLE {table} ({_TABLES[table]})")
            connection.execute("INSERT INTO setting VALUES ('settings', ?)", (json.dumps(settings),))
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORM}")

    def done(self, again: bool = False) -> set[Key]:
        """Which runs are there; with ``again`` not those without figures, which are taken out."""
        with _writing(self.path):
            if again:
                self._connection.execute("DELETE FROM run WHERE status <> ?", (DONE,))
            return {(int(point), int(seed)) for point, seed in self._connection.execute("SELECT point, seed FROM run")}

    def add(self, key: Key, point: Mapping[str, Value], outcome: Outcome) -> None:
        """One run, by a point's number and its seed. A run that is there stays as it is."""
        with _writing(self.path), _transaction(self._connection):
            self._insert(key, point, outcome)

    def kept(self) -> dict[Key, Kept]:
        """All runs with their figures."""
        points: dict[int, dict[str, str]] = {}
        figures: dict[Key, dict[str, float]] = {}
        with _writing(self.path):
            for point, path, written in self._connection.execute("SELECT point, path, written FROM point"):
                points.setdefault(point, {})[path] = written
            for point, seed, name, value in self._connection.execute("SELECT point, seed, name, value FROM kpi"):
                figures.setdefault((point, seed), {})[name] = math.nan if value is None else value
            return {(point, seed): Kept(points.get(point, {}), status, text, figures.get((point, seed), {}))
                    for point, seed, status, text in self._connection.execute("SELECT point, seed, status, text FROM run")}

    def series(self, point: int, most: int) -> dict[str, list[np.ndarray]]:
        """By name, those of the first so many seeds."""
        with _writing(self.path):
            rows = self._connection.execute("SELECT name, value FROM series WHERE point = ? AND seed IN (SELECT seed FROM run WHERE point = ? "
                                            "ORDER BY seed LIMIT ?) ORDER BY name, seed", (point, point, most))
            found: dict[str, list[np.ndarray]] = {}
            for name, value in rows:
                found.setdefault(name, []).append(np.frombuffer(value, dtype="<f8"))
        return found

    def spent(self, seconds: float, slots: int, runs: int, busy: float) -> None:
        """How long so many runs have taken, for how many at a time, and the seconds of runs in that."""
        with _writing(self.path):
            self._connection.execute("INSERT INTO session VALUES (?, ?, ?, ?)", (seconds, slots, runs, busy))

    def _insert(self, key: Key, point: Mapping[str, Value], outcome: Outcome) -> None:
        found: Measured | None = outcome.value
        row = (*key, outcome.status, outcome.text, found.digest if found else None, found.events if found else None, outcome.seconds,
               outcome.overhead)
        if not self._connection.execute("INSERT OR IGNORE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row).rowcount:
            return
        self._connection.executemany("INSERT OR IGNORE INTO point VALUES (?, ?, ?, ?, ?)",
                                     [(key[0], path, written, _known(number), share) for path, (written, number, share) in point.items()])
        if found is None:
            return
        self._connection.executemany("INSERT OR IGNORE INTO figure VALUES (?, ?, ?)", [(name, *of) for name, of in found.units.items()])
        self._connection.executemany("INSERT INTO kpi VALUES (?, ?, ?, ?)", [(*key, name, _known(v)) for name, v in found.figures.items()])
        self._connection.executemany("INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?)", [(*key, *one) for one in found.verdicts.items()])
        self._connection.executemany("INSERT INTO series VALUES (?, ?, ?, ?)",
                                     [(*key, name, np.asarray(values, dtype="<f8").tobytes()) for name, values in found.series.items()])

    def close(self) -> None:
        if getattr(self, "_connection", None) is not None:
            self._connection.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _locked(file: int) -> None:
    """Not by the locks that SQLite uses: it lets go of all of these at once."""
    deadline = time.monotonic() + _ENDS_WITHIN
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Whatever keeps SQLite from writing, a full disk above all, is said with the file's name."""
    try:
        yield
    except sqlite3.Error as error:
        raise NotWritten(f"{path}: cannot be written ({error}); the runs that are in it stay, and the same command goes on from there") from None


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def settings_of(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What the runs of a file are of; ``BadInput`` when it holds none."""
    connection = _reading(path)
    try:
        found = _settings(connection, path)
    finally:
        connection.close()
    if found is None:
        raise BadInput(f"{path}: is empty; expected a file that 'streamtwin sweep --out' has written")
    return found


def _settings(connection: sqlite3.Connection, path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """None where nothing is in it yet."""
    try:
        if not connection.execute("PRAGMA schema_version").fetchone()[0]:
            return None
        (application,), (form,) = connection.execute("PRAGMA application_id").fetchone(), connection.execute("PRAGMA user_version").fetchone()
        if (application, form) != (APPLICATION, FORM):
            raise BadInput(f"{path}: holds no runs of an experiment{'' if application != APPLICATION else ' of this version'}")
        settings: dict[str, Any] = json.loads(connection.execute("SELECT value FROM setting").fetchone()[0])
        return settings
    except (sqlite3.Error, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{path}: cannot be read as the runs of an experiment ({error})") from None


def frames_of(path: str | os.PathLike[str]) -> dict[str, pd.DataFrame]:
    """The tables of a file, also while runs are added to it."""
    settings_of(path)
    connection = _reading(path)
    try:
        return {name: pd.read_sql_query(f"SELECT * FROM {name} ORDER BY 1, 2", connection) for name in _TABLES if name != "series"}
    except (sqlite3.Error, pd.errors.DatabaseError) as error:
        raise BadInput(f"{path}: cannot be read ({error})") from None
    finally:
        connection.close()


def _reading(path: str | os.PathLike[str]) -> sqlite3.Connection:
    if not Path(path).is_file():
        raise BadInput(f"{path}: no such file; expected one that 'streamtwin sweep --out' has written")
    # Not as read-only: what a killed program has left half written is taken back first.
    return sqlite3.connect(path)


def given_up(error: BaseException) -> Outcome:
    """A run whose processes have died again and again."""
    return Outcome(CRASHED, text=str(error))
