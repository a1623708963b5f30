"""Series in files: each appears complete or not at all."""

from __future__ import annotations

import csv
import io
from os import PathLike, fspath
from typing import Any, Sequence

from ..ranges import BadInput
from ..results import Results
from ..whole_files import write_whole
from .frames import frame
from .openmetrics import openmetrics

#: By format, how the names of its files end; the first is what one is called.
FORMATS = {"csv": (".csv",), "parquet": (".parquet", ".pq"), "openmetrics": (".om", ".openmetrics", ".prom", ".txt")}


class NoParquet(BadInput):
    """PyArrow, which writes Parquet, is not there."""


def format_of(path: str | PathLike[str]) -> str | None:
    """By the end of a file's name."""
    return next((name for name, ends in FORMATS.items() if fspath(path).lower().endswith(ends)), None)


def export(run: Results, path: str | PathLike[str], format: str | None = None, series: Sequence[str] = (), start: float = 0.0) -> None:
    """Writes series of a run, all of them or those that match one of the patterns, in the ``format`` (``csv``, ``parquet`` or
    ``openmetrics``) that is asked for or that the file's name tells. ``start`` is the instant at which the warm-up ends, in seconds since
    1970: OpenMetrics counts from there."""
    chosen = format or format_of(path)
    if chosen not in FORMATS:
        raise BadInput(f"{fspath(path)}: is to be written in which format? Expected one of {', '.join(FORMATS)}")
    write_whole(path, parquet(run, series) if chosen == "parquet" else text(run, chosen, series, start))


def text(run: Results, format: str, series: Sequence[str] = (), start: float = 0.0) -> str:
    return openmetrics(run, series, start) if format == "openmetrics" else table(run, series)


def table(run: Results, series: Sequence[str] = ()) -> str:
    """As CSV (RFC 4180) with a row per series and window."""
    rows = frame(run, series)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows.columns)
    # Numbers to the last digit; nothing where there was nothing to measure.
    writer.writerows((name, unit, repr(time), "" if value != value else repr(value)) for name, unit, time, value in
                     zip(rows["series"], rows["unit"], rows["time"].tolist(), rows["value"].tolist()))
    return out.getvalue()


def parquet(run: Results, series: Sequence[str] = ()) -> bytes:
    """As Parquet; what the run was stands in the metadata of its schema."""
    rows = frame(run, series)
    arrow, writer = _arrow()
    told = {key: str(run.summary[key]) for key in ("scenario", "seed", "version", "digest") if run.summary.get(key) is not None}
    made = arrow.Table.from_pandas(rows.astype({"series": "category", "unit": "category"}), preserve_index=False)
    metadata = {**(made.schema.metadata or {}), **{f"streamtwin.{key}": value for key, value in told.items()}}
    out = io.BytesIO()
    writer.write_table(made.replace_schema_metadata(metadata), out)
    return out.getvalue()


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as missing:
        raise NoParquet(f"Parquet needs pyarrow, which cannot be imported ({missing}): install it (pip install pyarrow), or take csv or "
                        "openmetrics, which need nothing") from None
    return pyarrow, pyarrow.parquet
