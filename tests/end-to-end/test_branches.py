"""Branches by the real program: results on disk, the table, exit statuses, a branch that is killed, Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from program import PROGRAM, needs_program, streamtwin

pytestmark = needs_program

MESH = """streamtwin: 1
name: mesh
clock: {lasts: 60 s, warm_up: 5 s, window: 5 s}
regions: [{name: here, latitude: 38.9, longitude: -77.4, zones: 2}]
services:
  front: {instances_per_zone: 2, calls: [{service: back, command: {timeout: 15 s}}]}
  back: {instances_per_zone: 2}
load: {shop: {target: front, rate: 50 /s, timeout: 20 s}}
method: [{at: 10 s, action: add_latency, target: back, latency: 20 ms, lasts: 10 s}]
"""
BRANCHES = """branches:
  at: 30 s
  what_ifs:
    more: {method: [{at: 30 s, action: set_load, load: 3}]}
    zone: {method: [{at: 31 s, action: kill_zone, target: herea, lasts: 20 s}]}
"""


@pytest.fixture
def mesh(tmp_path):
    file = tmp_path / "mesh.yaml"
    file.write_text(MESH + BRANCHES)
    return file


def run(file, out, *arguments, **options):
    return streamtwin("run", file, "--no-report", "--out", out, *arguments, **options)


def summary_of(folder):
    return json.loads((folder / "summary.json").read_text())


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_branches_leave_a_results_folder_each_and_a_table(mesh, tmp_path):
    ended = run(mesh, tmp_path / "out", "--jobs", 2)
    assert ended.returncode == 0, ended.stderr
    both = ["run.sqlite", "summary.json"]
    assert files_below(tmp_path / "out") == sorted(["branches.json", *both, *(f"branches/{name}/{file}" for name in ("more", "zone") for file in both)])
    assert re.search(r"^ +the run +more +zone$", ended.stdout, re.M)
    assert re.search(r"^  load\.shop\.offered +\d+ +\d+ +\d+$", ended.stdout, re.M)
    told = json.loads((tmp_path / "out" / "branches.json").read_text())
    assert told["at"] == 30 and set(told["branches"]) == {"more", "zone"}
    offered = told["branches"]["more"]["differences"]["load.shop.offered"]
    assert offered["branch"] - offered["run"] == offered["difference"] > 2000
    again = run(mesh, tmp_path / "out", "--force", "--jobs", 1)
    assert again.returncode == 0 and json.loads((tmp_path / "out" / "branches.json").read_text()) == told, "however many at a time"


def test_a_branch_is_named_and_is_the_run_with_its_steps_in_the_method(mesh, tmp_path):
    assert run(mesh, tmp_path / "out", "--quiet", "--seed", 7).returncode == 0
    whole = tmp_path / "whole.yaml"
    whole.write_text(MESH.replace("name: mesh", "name: mesh/more").replace("lasts: 10 s}]", "lasts: 10 s}, {at: 30 s, action: set_load, load: 3}]"))
    assert run(whole, tmp_path / "whole", "--quiet", "--seed", 7).returncode == 0
    branch, from_the_start = summary_of(tmp_path / "out" / "branches" / "more"), summary_of(tmp_path / "whole")
    for figure in ("scenario", "digest", "scenario_digest", "kpis", "verdicts"):
        assert branch[figure] == from_the_start[figure]
    plain = tmp_path / "plain.yaml"
    plain.write_text(MESH)
    assert run(plain, tmp_path / "plain", "--quiet", "--seed", 7).returncode == 0
    itself = summary_of(tmp_path / "out")
    assert {key: itself[key] for key in ("digest", "scenario_digest")} == {key: summary_of(tmp_path / "plain")[key] for key in ("digest", "scenario_digest")}


def test_earlier_branches_give_way_and_a_users_files_stay(mesh, tmp_path):
    assert run(mesh, tmp_path / "out", "--quiet").returncode == 0
    (tmp_path / "out" / "branches" / "zone" / "notes.txt").write_text("mine")
    mesh.write_text(MESH + BRANCHES.replace("more:", "others:").replace("zone:", "region:"))
    assert run(mesh, tmp_path / "out", "--quiet", "--force").returncode == 0
    left = files_below(tmp_path / "out")
    assert "branches/zone/notes.txt" in left and "branches/more/summary.json" not in left and "branches/others/summary.json" in left


@pytest.mark.parametrize("branches, arguments, expected", [
    ("branches: {at: 60 s, what_ifs: {a: {method: [{at: 60 s, action: set_load, load: 2}]}}}", [], "mesh.yaml:10:.*the run ends before this"),
    ("branches: {at: 30 s, what_ifs: {a: {method: [{at: 29 s, action: set_load, load: 2}]}}}", [], "mesh.yaml:10:.*the branches leave the run after this"),
    ("branches: {at: 30 s, what_ifs: {a: {method: [{at: 30 s, action: set_load, load: 2}]}, a: {}}}", [], "mesh.yaml:10:.*the key `a` is written twice"),
    ("branches: {at: 30 s, what_ifs: {}}", [], "mesh.yaml:10:.*there is nothing to branch"),
    ("branches: {at: 30 s, what_ifs: {a: {method: []}}}", [], "mesh.yaml:10:.*there is nothing to branch"),
    (BRANCHES, ["--until", "30s"], "--until: the run would end after 30 s, before its branches leave it at 30 s"),
    (BRANCHES, ["--scale-load", "1,2"], "--scale-load: the scenario has `branches`"),
])
def test_bad_branches_are_exit_status_two_with_a_place_and_no_results(branches, arguments, expected, mesh, tmp_path):
    mesh.write_text(MESH + branches + "\n")
    ended = run(mesh, tmp_path / "out", *arguments)
    assert ended.returncode == 2 and re.search(expected, ended.stderr), ended.stderr
    assert not (tmp_path / "out").exists()


def children_of(process):
    """Its children, theirs, and so on."""
    try:
        own = [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []
    return own + [further for child in own for further in children_of(child)]


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("nothing of it in time")


def test_a_branch_that_is_killed_is_an_error_of_its_own(mesh, tmp_path):
    mesh.write_text(MESH + "branches: {at: 1 s, what_ifs: {long: {method: [{at: 1 s, action: set_load, load: 300}]}, "
                    "short: {method: [{at: 1 s, action: set_load, load: 0}]}}}\n")
    started = subprocess.Popen([PROGRAM, "run", mesh, "--no-report", "--quiet", "--out", tmp_path / "out", "--jobs", "3"],
                               stderr=subprocess.PIPE, text=True)
    # The trunk, and what has become of it: when only one of these is left, it is the one with the load.
    longest = wait_for(lambda: len(below := children_of(started.pid)) == 2 and (tmp_path, below)[1])[1]
    os.kill(longest, signal.SIGKILL)
    _, errors = started.communicate(timeout=120)
    assert started.returncode == 70
    assert "branch long: seed 1: the run was ended by signal 9" in errors
    assert (tmp_path / "out" / "branches" / "short" / "summary.json").exists() and not (tmp_path / "out" / "branches" / "long").exists()
    assert "signal 9" in json.loads((tmp_path / "out" / "branches.json").read_text())["branches"]["long"]["failed"]


def test_ctrl_c_keeps_what_there_is_and_leaves_no_process_and_no_temporary_folder(mesh, tmp_path):
    started = subprocess.Popen([PROGRAM, "run", mesh, "--no-report", "--quiet", "--out", tmp_path / "out", "--set", "clock.lasts=30 d", "--set",
                                "clock.window=5 min", "--jobs", "2"], stderr=subprocess.PIPE, text=True)
    below = wait_for(lambda: len(found := children_of(started.pid)) == 3 and found)
    time.sleep(0.3)
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=60)
    assert started.returncode == 130
    assert summary_of(tmp_path / "out")["partial"] is True
    assert not any(Path(f"/proc/{process}").exists() for process in below)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_whoever_is_killed_takes_its_branches_with_it(mesh, tmp_path):
    started = subprocess.Popen([PROGRAM, "run", mesh, "--no-report", "--quiet", "--out", tmp_path / "out", "--set", "clock.lasts=30 d", "--set",
                                "clock.window=5 min", "--jobs", "2"], stderr=subprocess.PIPE, text=True)
    below = wait_for(lambda: len(found := children_of(started.pid)) == 3 and found)
    started.kill()
    started.communicate(timeout=60)
    wait_for(lambda: not any(Path(f"/proc/{process}").exists() for process in below))


def test_describe_shows_branches_with_their_meaning(mesh):
    told = streamtwin("describe", mesh).stdout
    assert "branches.at" in told and "branches.what_ifs.more.method[0].load" in told
    assert "Each has a results folder below the run's" in streamtwin("describe", "--reference").stdout
