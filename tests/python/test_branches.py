"""Branches of runs from Python: in processes of the program, with what is known of each afterwards."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from streamtwin import branches  # noqa: E402

MESH = """streamtwin: 1
name: mesh
clock: {lasts: 60 s, warm_up: 5 s}
regions: [{name: here, latitude: 38.9, longitude: -77.4, zones: 2}]
services:
  front: {instances_per_zone: 2, calls: [{service: back, command: {timeout: 15 s}}]}
  back: {instances_per_zone: 2}
load: {shop: {target: front, rate: 50 /s, timeout: 20 s}}
method: [{at: 10 s, action: add_latency, target: back, latency: 20 ms, lasts: 10 s}]
"""
WHAT_IFS = {"more": [{"at": 30, "action": "set_load", "load": 3}],
            "zone": [{"at": 31, "action": "kill_zone", "target": "herea", "lasts": 20}]}


@pytest.fixture
def mesh(tmp_path):
    (tmp_path / "mesh.yaml").write_text(MESH)
    return str(tmp_path / "mesh.yaml")


@pytest.fixture(autouse=True)
def _program():
    try:
        branches.program()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))


def whole(mesh, name, **options):
    """The run of a branch from the start."""
    scenario = st.load(mesh)
    scenario.name += f"/{name}"
    scenario.method.extend(core.FaultSpec(**step) for step in WHAT_IFS[name])
    return st.run(scenario, **options)


def test_branches_are_the_runs_that_they_would_be_from_the_start(mesh):
    run = st.branch(mesh, 30, WHAT_IFS, seed=3)
    assert run.summary["digest"] == st.run(mesh, seed=3).summary["digest"]
    assert list(run.branches) == ["more", "zone"]
    for name, branch in run.branches.items():
        from_the_start = whole(mesh, name, seed=3)
        assert branch.summary["digest"] == from_the_start.summary["digest"]
        assert branch.summary["scenario_digest"] == from_the_start.summary["scenario_digest"]
        assert branch.name == f"mesh/{name}" and branch.folder is None
    table = run.beside_branches()
    assert list(table.columns) == ["run", "more", "zone"]
    assert table.loc["load.shop.offered", "more"] > 1.5 * table.loc["load.shop.offered", "run"]
    assert table.loc["load.shop.offered", "zone"] == table.loc["load.shop.offered", "run"]


def test_a_twin_branches_where_it_is_and_goes_on(mesh):
    with st.Twin(mesh, seed=3) as twin:
        twin.run_until(30)
        branched = twin.branch({"more": WHAT_IFS["more"]}, jobs=1)
        assert twin.now == 30 and twin.run().result().summary["digest"] == branched.summary["digest"]
    assert branched.branches["more"].summary["digest"] == whole(mesh, "more", seed=3).summary["digest"]


def test_this_process_is_not_forked_and_its_threads_do_not_matter(mesh):
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    forks = []
    os.register_at_fork(before=lambda: forks.append(1))
    try:
        st.branch(mesh, 30, WHAT_IFS)
    finally:
        done.set()
        thread.join()
    assert forks == []


def test_a_scenario_with_branches_runs_with_them_and_its_folder_has_them(mesh, tmp_path):
    Path(mesh).write_text(MESH + "branches: {at: 30 s, what_ifs: {more: {method: [{at: 30 s, action: set_load, load: 3}]}}}\n")
    run = st.run(mesh, seed=3, out=tmp_path / "out", replications=2)
    assert run.folder == tmp_path / "out" and run.branches["more"].folder == tmp_path / "out" / "branches" / "more"
    assert run.branches["more"].replicated
    again = st.read(tmp_path / "out")
    assert again.branches["more"].summary == run.branches["more"].summary
    assert (tmp_path / "out" / "branches.json").exists()


def test_what_cannot_branch_is_refused_before_anything_runs(mesh):
    with pytest.raises(st.ScenarioError, match="branches.at: the run ends before this"):
        st.branch(mesh, 60, {"late": [{"at": 60, "action": "set_load", "load": 2}]})
    with pytest.raises(st.ScenarioError, match=r"branches.what_ifs.early.method\[0\].at: the branches leave the run after this"):
        st.branch(mesh, 30, {"early": [{"at": 29, "action": "set_load", "load": 2}]})
    with pytest.raises(st.ScenarioError, match="there is nothing to branch"):
        st.branch(mesh, 30, {})
    with pytest.raises(st.ScenarioError, match="the run would end after 20 s, before its branches"):
        st.branch(mesh, 30, WHAT_IFS, until=20)
    with pytest.raises(TypeError, match="live in this process"):
        st.run(branches.with_branches(st.load(mesh), 30, WHAT_IFS), progress=print)


def test_ctrl_c_keeps_what_there_is(mesh, tmp_path):
    script = textwrap.dedent(f"""
        import streamtwin as st
        try:
            st.branch({mesh!r}, 30, {WHAT_IFS!r}, overrides={{"clock.lasts": "24 h"}}, out={str(tmp_path / 'out')!r}, jobs=2)
        except KeyboardInterrupt as interrupt:
            print("interrupted", interrupt.run.partial, sorted(interrupt.run.branches))
    """)
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True,
                             env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))})
    writing = tmp_path
    deadline = threading.Event()
    for _ in range(600):  # until the program has made its temporary folder, and a little longer
        if any(writing.glob(".out.streamtwin-*")):
            break
        deadline.wait(0.05)
    deadline.wait(1.5)
    os.killpg(child.pid, signal.SIGINT)
    told, _ = child.communicate(timeout=60)
    assert told.startswith("interrupted True")
    assert [place.name for place in tmp_path.glob(".out*")] == [], "temporary folders are gone"
