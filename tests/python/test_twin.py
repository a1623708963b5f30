"""The twin of a counterpart that is made up: its parameters are found again, and what changes of it is named."""

import csv
import io
import json

import numpy as np
import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import made_counterpart  # noqa: E402
from streamtwin.__main__ import main  # noqa: E402
from streamtwin.twin import Parameters  # noqa: E402
from streamtwin.twin.forecast import interval  # noqa: E402

RATES = {"calm": 45.0, "busy": 90.0}


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    runs = {"calm": (RATES["calm"], 1, np.inf), "busy": (RATES["busy"], 2, np.inf), "unchanged": (70.0, 3, np.inf), "slower": (70.0, 4,
                                                                                                                               26.0)}
    return made_counterpart.write_record(tmp_path_factory.mktemp("record"), runs)


@pytest.fixture(scope="module")
def calibrated(record):
    assert main(["twin", "calibrate", str(record), "--runs", "calm,busy", "--out", str(record / "P.json")]) == 0
    return record / "P.json"


def printed(capsys):
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_parameters_are_found_again(calibrated):
    found, true = Parameters.read(calibrated), made_counterpart.TRUE
    for name in ("zipf", "keys", "back_work_sigma", "dispatch_delay_ms"):
        one = found.fitted[name]
        assert abs(one.value - true[name]) < 3 * one.error, (name, one)
    assert found["back_work_ms"] == pytest.approx(true["back_work_ms"] + made_counterpart.BESIDE * 1e3, rel=0.04)
    assert found.structure.back_threads == true["threads"]
    assert any("speed of its core" in said for said in found.notes["not_told_apart"])
    assert set(found.notes["errors"]) == {"calm", "busy"} and max(abs(one["latency_mean_ms"])
                                                                  for one in found.notes["errors"].values()) < 0.06


def test_a_forecast_holds_what_is_then_measured(calibrated, capsys):
    assert main(["twin", "forecast", str(calibrated), "--rate", "115", "--seeds", "6"]) == 0
    rows = {row["metric"]: row for row in printed(capsys)}
    assert list(rows) == ["latency_mean_ms", "latency_p50_ms", "latency_p90_ms", "latency_p99_ms", "throughput_per_s", "hit_ratio",
                          "busy_share"]
    was, work = made_counterpart.requests_of(115.0, 40.0, seed=11)
    looked_at = [row for row in was if row["sched"] >= 12]
    mean = np.mean([row["done"] - row["sched"] for row in looked_at]) * 1e3
    hits = np.mean([row["cache"] == "H" for row in looked_at])
    assert float(rows["latency_mean_ms"]["low"]) < mean < float(rows["latency_mean_ms"]["high"])
    assert float(rows["hit_ratio"]["value"]) == pytest.approx(hits, abs=0.02)
    assert float(rows["throughput_per_s"]["value"]) == pytest.approx(115, rel=0.06)


def test_a_replay_is_surer_than_a_drawn_load(record, calibrated, capsys):
    assert main(["twin", "forecast", str(calibrated), "--rate", "90", "--replay", str(record / "busy"), "--seeds", "4"]) == 0
    rows = {row["metric"]: row for row in printed(capsys)}
    was = [row for row in made_counterpart.requests_of(90.0, 40.0, seed=2)[0] if row["sched"] >= 12]
    assert float(rows["hit_ratio"]["value"]) == pytest.approx(np.mean([row["cache"] == "H" for row in was]), abs=0.006)
    assert float(rows["latency_mean_ms"]["value"]) == pytest.approx(np.mean([row["done"] - row["sched"] for row in was]) * 1e3, rel=0.06)


def test_a_service_that_slows_down_is_named_within_two_windows(record, calibrated, capsys):
    assert main(["twin", "drift", str(calibrated), str(record / "unchanged"), "--window", "5s"]) == 0
    assert all(row["alarm"] == "0" for row in printed(capsys))
    assert main(["twin", "drift", str(calibrated), str(record / "slower"), "--window", "5s"]) == 1
    rows = printed(capsys)
    assert [float(row["time_s"]) for row in rows] == [5, 10, 15, 20, 25, 30, 35, 40]
    first = next(row for row in rows if row["alarm"] == "1")
    assert (first["parameter"], first["service"]) == ("work", "back") and float(first["time_s"]) in (30, 35)


@pytest.mark.parametrize("words, said", [
    (["forecast", "P.json"], "say with --rate R"), (["calibrate", "."], "say with --out FILE"), (["drift", "P.json"], "say which run"),
    (["forecast", "P.json", "--rate", "3"], "holds no parameters of version 1, but of 7; write them with 'streamtwin twin calibrate'")])
def test_bad_words_are_exit_status_2(words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "P.json").write_text(json.dumps({"streamtwin_twin": 7}), encoding="utf-8")
    assert main(["twin", *words]) == 2
    assert said in capsys.readouterr().err


def test_an_interval_grows_with_the_noise_of_measuring():
    values = np.array([9.0, 10.0, 11.0, 10.0])
    low, high = interval(values, 0.0)
    wider = interval(values, 0.1)
    assert wider[0] < low < 10 < high < wider[1]
    assert interval(np.array([1.0, 0.0]), 0.1) == (0.0, 1.0)
