"""``streamtwin twin``: the words of the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..ranges import BadInput, duration


def add_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("WHAT", choices=["ingest", "calibrate", "forecast", "drift"],
                      help="ingest DIR: read measurements into one file; calibrate DIR: fit the twin; forecast P.json: what it says of a rate; "
                           "drift P.json DIR/RUN: what has changed")
    verb.add_argument("INPUT", help="a folder of measurements (ingest, calibrate), or the parameters that calibrate wrote")
    verb.add_argument("RUN", nargs="?", help="drift: the run that is looked at, DIR/RUN")
    verb.add_argument("--runs", metavar="NAME,NAME", help="ingest, calibrate: only these runs of DIR")
    verb.add_argument("--out", metavar="FILE", help="ingest: the trace (SQLite); calibrate: the parameters (JSON)")
    verb.add_argument("--rate", type=float, metavar="R", help="forecast: arrivals per second")
    verb.add_argument("--replay", metavar="DIR/RUN", help="forecast: the requests of a run come again, as they came")
    verb.add_argument("--seeds", type=int, default=10, metavar="N", help="forecast: runs (default: 10)")
    verb.add_argument("--seed", type=int, default=1, metavar="N", help="forecast: seed of the first run (default: 1)")
    verb.add_argument("--window", default="5s", metavar="DURATION", help="drift: length of a window (default: 5s)")


def run(options: argparse.Namespace) -> int:
    return {"ingest": _ingest, "calibrate": _calibrate, "forecast": _forecast, "drift": _drift}[options.WHAT](options)


def _runs(options: argparse.Namespace) -> list[str]:
    return [one.strip() for one in options.runs.split(",") if one.strip()] if options.runs else []


def _out(options: argparse.Namespace) -> str:
    if not options.out:
        raise BadInput(f"{options.WHAT}: say with --out FILE where it is written")
    return str(options.out)


def _ingest(options: argparse.Namespace) -> int:
    from .ingest import read_record

    out = _out(options)
    if Path(out).exists():
        raise BadInput(f"--out: {out} is there already; a trace is written anew")
    trace = read_record(options.INPUT, _runs(options), out)
    for mend in trace.mends:
        print(mend)
    trace.close()
    print(out)
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    from .calibrate import calibrated

    out = _out(options)
    parameters = calibrated(options.INPUT, _runs(options))
    parameters.write(out)
    for name, one in parameters.fitted.items():
        print(f"{name:20} {one.value:10.5g} {one.unit:3} [{one.low:.5g}, {one.high:.5g}]  {one.how}")
    for pair in parameters.notes["not_told_apart"]:
        print(f"not told apart: {pair}")
    print(out)
    return 0


def _forecast(options: argparse.Namespace) -> int:
    from .forecast import forecast_of
    from .parameters import Parameters

    if options.rate is None or not options.rate > 0:
        raise BadInput("forecast: say with --rate R above zero how many requests come each second")
    if options.seeds < 2:
        raise BadInput("--seeds: an interval takes two runs at least")
    table = forecast_of(Parameters.read(options.INPUT), options.rate, options.seeds, options.replay, options.seed)
    table.to_csv(sys.stdout, index=False, float_format="%.6g")
    return 0


def _drift(options: argparse.Namespace) -> int:
    from .drift import drift_of
    from .drift.drift import false_alarms_per_day
    from .parameters import Parameters

    if options.RUN is None:
        raise BadInput("drift: say which run is looked at: drift P.json DIR/RUN")
    window = duration("--window", options.window)
    table = drift_of(Parameters.read(options.INPUT), options.RUN, window)
    table.to_csv(sys.stdout, index=False, float_format="%.6g")
    print(f"streamtwin twin: false alarms a day, were windows independent: {false_alarms_per_day(window):.2g}", file=sys.stderr)
    return int(bool(table["alarm"].any()))
