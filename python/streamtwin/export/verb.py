"""``streamtwin export``: the words of the command line."""

from __future__ import annotations

import argparse
import math
import sys
from datetime import datetime, timezone

from ..ranges import BadInput
from ..runs import read
from .files import FORMATS, export, format_of, text
from .frames import wanted


def add_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("RUN", help="a results folder, as written by 'streamtwin run'")
    verb.add_argument("--format", choices=list(FORMATS), help="default: by the end of FILE's name, else csv")
    verb.add_argument("--series", action="append", default=[], metavar="NAME", help="only these series; * stands for anything")
    verb.add_argument("--out", metavar="FILE", help="where to write them (default: standard output, but for parquet)")
    verb.add_argument("--start", default="0", metavar="TIME", help="the instant at which the warm-up ends, in seconds since 1970 or as "
                      "2026-05-01T20:00:00Z: from it openmetrics counts (default: 0)")
    verb.add_argument("--list", action="store_true", help="print the names of the series and their units, and nothing else")


def run(options: argparse.Namespace) -> int:
    result, start = read(options.RUN), instant(options.start)
    if options.list:
        for name in wanted(result, options.series):
            print(f"{name}\t{result.series(name).attrs['unit']}")
        return 0
    if options.out is not None:
        export(result, options.out, options.format or format_of(options.out) or "csv", options.series, start)
        print(options.out)
        return 0
    if options.format == "parquet":
        raise BadInput("--format parquet: is not for a terminal; say where it goes with --out FILE")
    sys.stdout.write(text(result, options.format or "csv", options.series, start))
    return 0


def instant(written: str) -> float:
    """Seconds since 1970; a moment without a zone is one of UTC.

    >>> instant("1970-01-02T00:00:00Z"), instant("12.5")
    (86400.0, 12.5)
    """
    try:
        if math.isfinite(seconds := float(written)):
            return seconds
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(written[:-1] + "+00:00" if written.endswith(("Z", "z")) else written)
    except ValueError:
        raise BadInput(f"--start: '{written}' is neither seconds since 1970 nor a moment like 2026-05-01T20:00:00Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
