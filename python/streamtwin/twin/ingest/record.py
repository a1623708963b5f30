"""The record of a counterpart: a folder with ``runs.tsv`` and, for each run, the log of its load, nginx' log and Prometheus' answer."""

from __future__ import annotations

import difflib
import io
from pathlib import Path
from typing import Sequence

import numpy as np
import pandas as pd

from ...ranges import BadInput
from .access_log import read_access_log
from .mending import Mending
from .metrics import read_prometheus, text_of
from .trace import Trace

#: The columns of the load's log, and in which table of the trace they are.
_VISITS = {"front": ("front_queue_us", "front_service_us", None), "memcached": (None, "cache_get_us", None),
           "back": ("back_queue_us", "back_service_us", "back_cpu_us")}
_NEEDED = ["sched_us", "late_us", "latency_us", "key", "status", "cache"]
#: The number of a request in its path is this times the seed, and its line from 0.
_PER_SEED = 10_000_000
#: Samples are taken once a second: what they say of the clock is no finer (s).
_SAME_CLOCK_OF_SAMPLES = 1.5


def read_record(folder: str | Path, runs: Sequence[str] = (), out: str | Path = ":memory:") -> Trace:
    """Reads runs of a record, all of them if none is named, into a trace."""
    place = Path(folder)
    known = _known_runs(place)
    for name in runs:
        if name not in known.index:
            near = difflib.get_close_matches(name, known.index, 3)
            raise BadInput(f"{place}: has no run '{name}'; " + (f"did you mean {' or '.join(near)}?" if near else "it has " + ", "
                                                                "".join(known.index)))
    trace = Trace(out)
    for name in runs or list(known.index):
        _read_run(place, name, known.loc[name], trace)
    trace.commit()
    return trace


def _known_runs(place: Path) -> pd.DataFrame:
    path = place / "runs.tsv"
    if not path.is_file():
        raise BadInput(f"{place}: holds no runs.tsv; expected the folder of a record, with runs.tsv, NAME.requests.csv.gz, "
                       f"NAME.nginx.log.gz and "
                       "NAME.prometheus.json.gz")
    known = pd.read_csv(path, sep="\t")
    lacking = [column for column in ("name", "rate_per_s", "duration_s", "start_epoch_s") if column not in known]
    if lacking:
        raise BadInput(f"{path}: has no column {', '.join(lacking)}")
    return known.set_index("name")


def _file(place: Path, run: str, kind: str) -> Path:
    for path in (place / f"{run}.{kind}.gz", place / f"{run}.{kind}"):
        if path.is_file():
            return path
    raise BadInput(f"{place / run}.{kind}.gz: no such file; a run of a record has its requests.csv, nginx.log and prometheus.json")


def _read_run(place: Path, run: str, known: pd.Series, trace: Trace) -> None:
    requests, header, mending = _read_requests(_file(place, run, "requests.csv"), run)
    started = float(header.get("t0_epoch_s", known["start_epoch_s"]))
    seed = int(header.get("seed", known.get("seed", 0)))
    event = known.get("event")
    trace.add("runs", pd.DataFrame([{"run": run, "started": started, "lasted": float(known["duration_s"]),
                                     "rate": float(known["rate_per_s"]),
                                     "seed": seed, "event": None if event in ("-", None) else str(event)}]))
    facts = {**header, **{str(name): str(value) for name, value in known.items()}}
    trace.add("facts", pd.DataFrame({"run": run, "name": list(facts), "value": list(facts.values())}))
    _add_requests(run, requests, trace)
    sent = pd.Series((requests["sched_us"] + requests["late_us"]).to_numpy() / 1e6, index=seed * _PER_SEED + np.arange(len(requests)))
    accesses, of_log = read_access_log(_file(place, run, "nginx.log"), run, started, sent)
    trace.add("accesses", accesses)
    of_metrics = read_prometheus(_file(place, run, "prometheus.json"), run, started, trace)
    _mend_clock_of_samples(run, requests, trace, of_metrics)
    for one in (mending, of_log, of_metrics):
        trace.add_mends(one.mends)


def _read_requests(path: Path, run: str) -> tuple[pd.DataFrame, dict[str, str], Mending]:
    """The log of the load, and what its first line says."""
    text, mending = text_of(path), Mending(run, path.name)
    first = text.split("\n", 1)[0]
    header = dict(word.split("=", 1) for word in first.lstrip("# ").split() if "=" in word) if first.startswith("#") else {}
    try:
        requests = pd.read_csv(io.StringIO(text), comment="#")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise BadInput(f"{path}: is no table: {error}") from None
    lacking = [column for column in _NEEDED if column not in requests]
    if lacking:
        raise BadInput(f"{path}: has no column {', '.join(lacking)}; its first line names {', '.join(map(str, requests.columns))}")
    numbers = requests[["sched_us", "late_us", "latency_us", "status"]].apply(pd.to_numeric, errors="coerce")
    strange = numbers[["sched_us", "status"]].isna().any(axis=1)
    mending.found("line that is none", "requests", [0.0] * int(strange.sum()))
    requests = requests.assign(**numbers)[~strange]
    late = requests["sched_us"].diff() < 0
    mending.found("late sample", "requests", requests["sched_us"][late] / 1e6)
    unanswered = requests["status"] < 0
    mending.found("request without an answer", "requests", requests["sched_us"][unanswered] / 1e6)
    return requests.sort_values("sched_us", kind="stable").reset_index(drop=True), header, mending


def _add_requests(run: str, requests: pd.DataFrame, trace: Trace) -> None:
    answered = requests["status"] >= 0
    trace.add("requests", pd.DataFrame({
        "run": run, "number": np.arange(len(requests)), "at": requests["sched_us"] / 1e6, "late": requests["late_us"].fillna(0) / 1e6,
        "latency": (requests["latency_us"] / 1e6).where(answered), "key": requests["key"].astype(str), "status": requests["status"].astype(int),
        "cache": requests["cache"].where(requests["cache"].isin(["H", "M"]), None)}))
    for service, columns in _VISITS.items():
        parts = {name: pd.to_numeric(requests[column], errors="coerce") / 1e6 if column in requests else np.nan
                 for name, column in zip(("waited", "took", "worked"), columns)}
        visits = pd.DataFrame({"run": run, "number": np.arange(len(requests)), "service": service, **parts})
        trace.add("visits", visits[visits["took"].notna()])
    if "back_call_us" in requests:
        calls = pd.DataFrame({"run": run, "number": np.arange(len(requests)), "caller": "front", "callee": "back",
                              "took": pd.to_numeric(requests["back_call_us"], errors="coerce") / 1e6})
        trace.add("calls", calls[calls["took"].notna()])


def _mend_clock_of_samples(run: str, requests: pd.DataFrame, trace: Trace, mending: Mending) -> None:
    """A counter of requests grows when they come: where it says other times, Prometheus' clock differs from the load's."""
    counted = trace.metric(run, "nginx_http_requests_total")
    if not counted or len(counted[0]) < 3:
        return
    times, values = counted[0].index.to_numpy(float), counted[0].to_numpy()
    came = requests["sched_us"].to_numpy() / 1e6
    half = np.interp(values[0] + (values[-1] - values[0]) / 2, values, times)
    offset = float(half - np.median(came))
    if abs(offset) <= _SAME_CLOCK_OF_SAMPLES:
        return
    mending.found("clock that differs", f"by {offset:.0f} s", [float(times[0] - offset)])
    trace.move_samples(run, -offset)
