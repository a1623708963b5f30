"""Files of the field, read by the real program: what spreadsheets, loggers and monitoring write is offered whole or refused."""

import json

import pytest

from program import needs_program, streamtwin

pytestmark = needs_program

SCENARIO = """
streamtwin: 1
name: files
regions: [{{name: here, latitude: 38.9, longitude: -77.4}}]
clock: {{lasts: 4 min, warm_up: 0 s}}
services: {{front: {{instances_per_zone: 4}}}}
load: {{shop: {{target: front, {how}}}}}
"""


def written(folder, how, text):
    (folder / "load.csv").write_text(text, encoding="utf-8")
    scenario = folder / "files.yaml"
    scenario.write_text(SCENARIO.format(how=how), encoding="utf-8")
    return scenario


def run(folder, how, text):
    """What was offered, the 99th percentile in ms, and what was said."""
    ended = streamtwin("run", written(folder, how, text), "--no-report", "--out", folder / "out")
    assert ended.returncode == 0, ended.stderr
    kpis = json.loads((folder / "out" / "summary.json").read_text())["kpis"]
    return kpis["load.shop.offered"]["value"], kpis["load.shop.latency.p99"]["value"], ended.stderr


@pytest.mark.parametrize("text", ["\ufeff0.0\n0.5\n1.0\n", "time;x\r\n0,0;a\r\n0,5;b\r\n1,0;c\r\n", "1700000000\tx\n1700000001\ty\n1700000002\tz\n",
                                  "2026-11-29T10:00:00Z\n2026-11-29T10:00:01Z\n2026-11-29T10:00:02Z\n"])
def test_no_arrival_of_a_file_is_lost(tmp_path, text):
    offered, _, said = run(tmp_path, "arrival_times: load.csv, file_times: {counts_from: first}", text)
    assert offered == 3 and "warning" not in said


def test_times_outside_the_run_are_said(tmp_path):
    offered, _, said = run(tmp_path, "arrival_times: load.csv", "1700000000.0\n1700000000.4\n")
    assert offered == 0
    assert "none of the 2 arrivals of load.csv falls into the run" in said and "seconds since 1970" in said


def test_counts_per_minute_are_spread_and_not_a_burst(tmp_path):
    counts = "time,count\n0,1300\n60,1700\n120,1500\n180,1600\n"
    _, burst, _ = run(tmp_path, "bursts: {file: load.csv}", counts)
    (tmp_path / "course").mkdir()
    offered, spread, _ = run(tmp_path / "course", "course_from: {file: load.csv}", counts)
    assert abs(offered - 6100) < 5 * 6100**0.5
    assert spread < burst / 3


def test_validate_finds_in_a_file_what_a_run_would(tmp_path):
    scenario = written(tmp_path, "arrival_times: load.csv", "0,25\n0,75\n1,5\n")
    checked, ran = streamtwin("validate", scenario), streamtwin("run", scenario, "--no-report", "--out", tmp_path / "out")
    assert checked.returncode == ran.returncode == 2
    for said in (checked.stderr, ran.stderr):
        assert "files.yaml:7:" in said and "load.csv:1: `0,25` is a decimal comma or two columns" in said
