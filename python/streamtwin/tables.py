"""The tables of a results folder: their columns as the program describes them, read from ``run.sqlite`` or held in memory."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Mapping, Protocol

import pandas as pd


def _described() -> dict[str, dict[str, str]]:
    """The tables of ``run.sqlite`` and their columns with their types, from the SQL that ``streamtwin schema --results`` prints."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript((files(__package__) / "tables.sql").read_text(encoding="utf-8"))
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: {name: kind if known or kind == "REAL" else "" for _, name, kind, known, _, _ in
                        connection.execute(f"PRAGMA table_info({table})")} for table in names}
    finally:
        connection.close()


#: The tables of ``run.sqlite`` and their columns, in order, each with ``REAL``, ``INTEGER`` or ``TEXT``; empty where code has to look.
COLUMNS = _described()


class NotAResultsFolder(ValueError):
    """The path is not a folder that a run has written; the message says what is missing."""


class Tables(Protocol):
    """Where a run's tables come from."""

    def table(self, name: str) -> pd.DataFrame: ...

    def select(self, name: str, key: str) -> pd.DataFrame: ...

    def names(self, table: str) -> list[str]: ...


class FolderTables:
    """The tables of a results folder, read from ``run.sqlite`` one query at a time."""

    def __init__(self, database: Path):
        self._database = database

    def table(self, name: str) -> pd.DataFrame:
        return self._query(name, "")

    def select(self, name: str, key: str) -> pd.DataFrame:
        return self._query(name, "WHERE name = ?", (key,))

    def names(self, table: str) -> list[str]:
        return list(self._read(table, f"SELECT DISTINCT name FROM {table} ORDER BY name")["name"])

    def _query(self, table: str, condition: str, parameters: tuple = ()) -> pd.DataFrame:
        columns = ", ".join(f'"{column}"' for column in COLUMNS[table])
        return typed(table, self._read(table, f"SELECT {columns} FROM {table} {condition} ORDER BY rowid", parameters))

    def _read(self, table: str, query: str, parameters: tuple = ()) -> pd.DataFrame:
        try:
            connection = sqlite3.connect(f"{self._database.absolute().as_uri()}?mode=ro", uri=True)
            try:
                return pd.read_sql_query(query, connection, params=parameters)
            finally:
                connection.close()
        except (sqlite3.Error, pd.errors.DatabaseError) as error:
            raise NotAResultsFolder(
                f"{self._database}: table '{table}' cannot be read ({error}); was it written by another version?"
            ) from error


class MemoryTables:
    """The tables of a run that is still in memory. Tables that are not given are empty."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]):
        self._tables = {
            name: typed(name, tables[name].reset_index(drop=True) if name in tables else pd.DataFrame(columns=list(columns)))
            for name, columns in COLUMNS.items()
        }

    def table(self, name: str) -> pd.DataFrame:
        return self._tables[name].copy()

    def select(self, name: str, key: str) -> pd.DataFrame:
        table = self._tables[name]
        return table[table["name"] == key].reset_index(drop=True)

    def names(self, table: str) -> list[str]:
        return sorted(self._tables[table]["name"].unique())


def typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with its columns of numbers as numbers, as it is described; what is missing is NaN."""
    for column, kind in COLUMNS[name].items():
        if kind == "REAL":
            table[column] = pd.to_numeric(table[column], errors="coerce").astype(float)
        elif kind == "INTEGER":
            table[column] = table[column].astype("int64")
    return table
