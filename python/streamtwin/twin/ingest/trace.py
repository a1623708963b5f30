"""A trace: what was measured of a counterpart, typed, in one SQLite file that says which version of this form it has.

Times are seconds from time 0 of their run, which is when its load begins; ``runs.started`` is that instant in seconds since 1970.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Sequence

import pandas as pd

from ...ranges import BadInput
from .mending import Mend

#: Of the form; a file of another version is refused.
VERSION = 1

SCHEMA = """
CREATE TABLE runs (run TEXT PRIMARY KEY, started REAL NOT NULL, lasted REAL NOT NULL, rate REAL, seed INTEGER, event TEXT) STRICT;
CREATE TABLE facts (run TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL) STRICT;
CREATE TABLE requests (run TEXT NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL, late REAL NOT NULL, latency REAL, key TEXT NOT NULL,
                       status INTEGER NOT NULL, cache TEXT) STRICT;
CREATE TABLE visits (run TEXT NOT NULL, number INTEGER NOT NULL, service TEXT NOT NULL, waited REAL, took REAL, worked REAL) STRICT;
CREATE TABLE calls (run TEXT NOT NULL, number INTEGER NOT NULL, caller TEXT NOT NULL, callee TEXT NOT NULL, took REAL NOT NULL) STRICT;
CREATE TABLE accesses (run TEXT NOT NULL, at REAL NOT NULL, took REAL NOT NULL, upstream REAL, tries INTEGER NOT NULL,
                       status INTEGER NOT NULL, uri TEXT NOT NULL) STRICT;
CREATE TABLE series (id INTEGER PRIMARY KEY, run TEXT NOT NULL, name TEXT NOT NULL, labels TEXT NOT NULL, counter INTEGER NOT NULL) STRICT;
CREATE TABLE samples (series INTEGER NOT NULL, at REAL NOT NULL, value REAL NOT NULL) STRICT;
CREATE TABLE mends (run TEXT NOT NULL, source TEXT NOT NULL, rule TEXT NOT NULL, subject TEXT NOT NULL, count INTEGER NOT NULL, first REAL NOT NULL)
  STRICT;
CREATE INDEX requests_of ON requests (run);
CREATE INDEX samples_of ON samples (series);
CREATE INDEX series_of ON series (run, name);
"""


class Trace:
    """A trace in memory, or in a file that is made for it or holds one."""

    def __init__(self, path: str | Path = ":memory:"):
        made = str(path) == ":memory:" or not Path(path).exists()
        self.path = path
        self._database = sqlite3.connect(path)
        if made:
            self._database.executescript(SCHEMA)
            self._database.execute(f"PRAGMA user_version = {VERSION}")
        elif (version := self._version()) != VERSION:
            raise BadInput(f"{path}: is no trace of version {VERSION}, but {version}; read the measurements again with 'streamtwin twin "
                           f"ingest'")

    def _version(self) -> str | int:
        try:
            found = int(self._database.execute("PRAGMA user_version").fetchone()[0])
        except sqlite3.DatabaseError:
            return "no trace at all"
        return found or "no trace at all"

    def add(self, table: str, rows: pd.DataFrame) -> None:
        rows.to_sql(table, self._database, if_exists="append", index=False)

    def add_series(self, run: str, name: str, labels: str, counter: bool, at: Sequence[float], values: Sequence[float]) -> None:
        added = self._database.execute("INSERT INTO series (run, name, labels, counter) VALUES (?, ?, ?, ?)", (run, name, labels,
                                                                                                               int(counter)))
        self._database.executemany("INSERT INTO samples VALUES (?, ?, ?)", zip([added.lastrowid] * len(at), map(float, at), map(float,
                                                                                                                                values)))

    def add_mends(self, mends: Sequence[Mend]) -> None:
        self._database.executemany("INSERT INTO mends VALUES (?, ?, ?, ?, ?, ?)",
                                   [(one.run, one.source, one.rule, one.subject, one.count, one.first) for one in mends])

    def move_samples(self, run: str, by: float) -> None:
        """The samples of a run have been so much later."""
        self._database.execute("UPDATE samples SET at = at + ? WHERE series IN (SELECT id FROM series WHERE run = ?)", (by, run))

    def commit(self) -> None:
        self._database.commit()

    def close(self) -> None:
        self._database.close()

    def frame(self, table: str, run: str | None = None) -> pd.DataFrame:
        """The rows of a table, those of one run where that is said."""
        if run is None:
            return pd.read_sql(f"SELECT * FROM {table}", self._database)
        return pd.read_sql(f"SELECT * FROM {table} WHERE run = ?", self._database, params=(run,))

    @property
    def runs(self) -> list[str]:
        return [str(row[0]) for row in self._database.execute("SELECT run FROM runs ORDER BY started")]

    @property
    def mends(self) -> list[Mend]:
        return [Mend(*row) for row in self._database.execute("SELECT * FROM mends")]

    def fact(self, run: str, name: str) -> str | None:
        found = self._database.execute("SELECT value FROM facts WHERE run = ? AND name = ?", (run, name)).fetchone()
        return None if found is None else str(found[0])

    def metric(self, run: str, name: str, **labels: str) -> list[pd.Series]:
        """The series of a metric that have these labels, indexed by time."""
        wanted = "".join(" AND json_extract(labels, '$.' || ?) = ?" for _ in labels)
        found = self._database.execute(f"SELECT id FROM series WHERE run = ? AND name = ?{wanted}",
                                       (run, name, *(part for label in labels.items() for part in label))).fetchall()
        return [pd.read_sql("SELECT at, value FROM samples WHERE series = ? ORDER BY at", self._database,
                            params=row).set_index("at")["value"]
                for row in found]

    def metrics(self, run: str) -> list[str]:
        return [str(row[0]) for row in self._database.execute("SELECT DISTINCT name FROM series WHERE run = ? ORDER BY name", (run,))]
