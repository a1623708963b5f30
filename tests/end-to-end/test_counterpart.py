"""The twin of the recorded counterpart: calibrated at half load and below, held against what was measured at loads that it has not seen.

The record is data of its own (STREAMTWIN_DATA/counterpart: nginx, two small services and memcached on two cores). Tolerances are on top
of the record's own repeatability, which is half the distance of its two passes.
"""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build"))
RECORD = Path(os.environ.get("STREAMTWIN_DATA", "nowhere")) / "counterpart"
pytestmark = pytest.mark.skipif(not RECORD.is_dir(), reason="STREAMTWIN_DATA names no folder with the counterpart's record")
sys.path.insert(0, str(BUILD / "python"))


def twin(*words):
    done = subprocess.run([sys.executable, "-m", "streamtwin", "twin", *map(str, words)], capture_output=True, text=True, timeout=300,
                          check=False,
                          env={**os.environ, "PYTHONPATH": str(BUILD / "python")})
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def parameters(tmp_path_factory):
    path = tmp_path_factory.mktemp("twin") / "P.json"
    status, _, said = twin("calibrate", RECORD, "--runs", "b-20,b-35,a-50,b-50", "--out", path)
    assert status == 0, said
    return path


@pytest.fixture(scope="module")
def measured():
    from streamtwin.twin.calibrate.measured import measured as of_run, metrics_of
    from streamtwin.twin.ingest import read_record
    from streamtwin.twin.parameters import Form

    trace = read_record(RECORD)
    return {run: metrics_of(of_run(trace, run), Form(), "1") for run in trace.runs}


def forecast(parameters, rate, *words):
    status, out, said = twin("forecast", parameters, "--rate", rate, "--seeds", "10", *words)
    assert status == 0, said
    return {row["metric"]: {name: float(row[name]) for name in ("value", "low", "high")} for row in csv.DictReader(io.StringIO(out))}


def beyond(said, passes):
    """How far a forecast is from the middle of two passes, beyond half their distance, as a share of that middle."""
    middle = sum(passes) / 2
    return max(0.0, abs(said - middle) - abs(passes[0] - passes[1]) / 2) / middle


@pytest.mark.parametrize("level, rate, mean, p99", [("50", 139.3, 0.05, 0.12), ("75", 252.8, 0.05, 0.12), ("85", 309.4, 0.12, 0.20)])
def test_loads_below_the_knee(parameters, measured, level, rate, mean, p99):
    said, (a, b) = forecast(parameters, rate), (measured[f"{one}-{level}"] for one in "ab")
    assert beyond(said["latency_mean_ms"]["value"], [a["latency_mean_ms"], b["latency_mean_ms"]]) < mean
    assert beyond(said["latency_p99_ms"]["value"], [a["latency_p99_ms"], b["latency_p99_ms"]]) < p99
    for one in (a, b):
        assert said["hit_ratio"]["value"] == pytest.approx(one["hit_ratio"], abs=0.01)
        assert said["latency_mean_ms"]["low"] < one["latency_mean_ms"] < said["latency_mean_ms"]["high"]
    assert beyond(said["busy_share"]["value"], [a["busy_share"], b["busy_share"]]) < 0.02


def test_past_the_knee(parameters, measured):
    """Of the two passes one lost 6 % of its processor to the host, and is none of the counterpart's."""
    said, a = forecast(parameters, 489.7), measured["a-110"]
    assert said["throughput_per_s"]["value"] == pytest.approx(a["throughput_per_s"], rel=0.05)
    assert said["hit_ratio"]["value"] == pytest.approx(a["hit_ratio"], abs=0.03)
    again = forecast(parameters, 489.7, "--replay", RECORD / "a-110")
    assert again["latency_mean_ms"]["value"] == pytest.approx(a["latency_mean_ms"], rel=0.3)


def test_where_it_is_bistable_it_says_how_little_it_knows(parameters):
    said = forecast(parameters, 350.0)
    assert 2 < said["latency_mean_ms"]["high"] / said["latency_mean_ms"]["low"] < 8


@pytest.mark.parametrize("run", ["b-50", "a-75", "b-75", "a-85"])
def test_runs_that_have_not_changed_raise_no_alarm(parameters, run):
    status, out, said = twin("drift", parameters, RECORD / run, "--window", "5s")
    assert status == 0, out + said
    assert len(out.splitlines()) == 1 + 12
