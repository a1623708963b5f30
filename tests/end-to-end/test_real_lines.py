"""The main job on real input: a Friday night whose members watch over measured lines."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from program import PROGRAM, ROOT

FRIDAY = ROOT / "scenarios" / "library" / "friday-night.yaml"


def friday_on(lines, folder):
    run = subprocess.run([PROGRAM, "run", FRIDAY, "--set", f"members.access.traces={lines}", "--set", "clock.lasts=2 min",
                          "--set", "clock.warm_up=30 s", "--set", "load=~", "--set", "method=[]", "--quiet", "--no-report", "--out", folder],
                         capture_output=True, text=True, timeout=600)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return {name: kpi["value"] for name, kpi in json.loads((folder / "summary.json").read_text())["kpis"].items()}


@pytest.mark.parametrize("folder", ["bandwidth-traces", "sabre-traces"])
def test_members_watch_over_measured_lines(tmp_path, folder):
    data = os.environ.get("STREAMTWIN_DATA")
    if not data:
        pytest.skip("STREAMTWIN_DATA names no folder of measured traces")
    kpis = friday_on(Path(data) / folder, tmp_path / "run")
    assert kpis["availability.end_to_end"] > 0.95
    assert 300e3 < kpis["members.bitrate"] < 5.8e6


def test_members_watch_over_lines_made_here(tmp_path):
    lines = tmp_path / "lines"
    lines.mkdir()
    (lines / "steady.txt").write_text("0 3.0\n30 3.0\n60 3.0\n")
    (lines / "stairs.txt").write_text("".join(f"{10 * i} {1.5 + i % 4}\n" for i in range(12)))
    kpis = friday_on(lines, tmp_path / "run")
    assert kpis["availability.end_to_end"] > 0.99
    assert 1e6 < kpis["members.bitrate"] < 4.5e6


def test_a_line_with_garbage_is_named(tmp_path):
    (tmp_path / "broken.txt").write_text("0 3.0\n10 fast\n")
    run = subprocess.run([PROGRAM, "run", FRIDAY, "--set", f"members.access.traces={tmp_path}", "--out", tmp_path / "run"],
                         capture_output=True, text=True, timeout=60)
    assert run.returncode == 2
    assert "broken.txt" in run.stderr
    assert not (tmp_path / "run").exists()
