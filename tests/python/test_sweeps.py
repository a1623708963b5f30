"""Sweeps: kept run by run, killed and gone on with, the same wherever they run."""

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from streamtwin.__main__ import main  # noqa: E402
from streamtwin.experiments import interval_of, runs, sweeps  # noqa: E402
from streamtwin.experiments.executors import NoWorkers  # noqa: E402
from streamtwin.experiments.found import Found  # noqa: E402
from streamtwin.experiments.store import Store, settings_of  # noqa: E402
from streamtwin.experiments.sweeps import sweep  # noqa: E402
from streamtwin.ranges import BadInput  # noqa: E402
from tiny import FIGURE, OFFERED, TINY, WORDS  # noqa: E402
from victims import descendants, ended, killed  # noqa: E402

RATES = "load.buyers.rate=20/s:50/s:10/s"
ENVIRONMENT = {**os.environ, "PYTHONPATH": ":".join(sys.path)}


def words(out, *more, seeds=3):
    return [sys.executable, "-m", "streamtwin", "sweep", "mesh-adaptive-limit", "--vary", RATES, "--seeds", str(seeds), "--out", str(out), *WORDS, *more]


def told(*arguments, **how):
    return subprocess.run([str(one) for one in arguments], capture_output=True, text=True, timeout=300, env=ENVIRONMENT, **how)


def digests(path):
    with sqlite3.connect(path) as connection:
        if not connection.execute("PRAGMA application_id").fetchone()[0]:
            return []  # nothing was committed yet
        return connection.execute("SELECT point, seed, status, digest FROM run ORDER BY point, seed").fetchall()


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    out = tmp_path_factory.mktemp("sweep") / "sweep.sqlite"
    return sweep("mesh-adaptive-limit", RATES, out, seeds=3, overrides=TINY, jobs=2)


def test_a_sweep_has_every_run_with_its_figures(swept):
    assert len(swept.runs) == 12 and list(swept.points[swept.paths[0]]) == [20, 30, 40, 50] and not len(swept.failures)
    alone = st.run("mesh-adaptive-limit", seed=2, overrides=TINY | {"load.buyers.rate": "30 /s"})
    assert swept.values(FIGURE).loc[1, 2] == alone.kpis.loc[FIGURE, "value"]
    assert swept.runs.set_index(["point", "seed"]).loc[(1, 2), "digest"] == alone.summary["digest"]
    table = swept.table(FIGURE)
    expected = interval_of("duration", list(swept.values(FIGURE).loc[1]))
    assert tuple(table.loc[1, ["mean", "lower", "upper"]]) == (expected.value, expected.lower, expected.upper)
    assert swept.overhead >= 0 and 0 < swept.busy <= 1 and "12 runs at 4 of 4 points" in swept.headline()


def test_what_is_there_is_not_run_again_and_more_seeds_add_to_it(swept, tmp_path, monkeypatch):
    out = tmp_path / "sweep.sqlite"
    shutil.copy(swept.path, out)
    asked = []
    real = sweeps.carry_out

    def noted(one):
        asked.append(one)
        return real(one)

    class Here:
        """Carries out at once, in this process."""

        slots, wanted, _done = 1, 1, None

        def submit(self, key, work, *arguments):
            from streamtwin.experiments.executors import Finished

            self._done = Finished(key, noted(*arguments))

        def finished(self):
            done, self._done = self._done, None
            return [done] if done else []

        def __len__(self):
            return self._done is not None

    @contextmanager
    def here(*_):
        yield Here()

    monkeypatch.setattr(sweeps, "workers_of", here)
    assert len(sweep("mesh-adaptive-limit", RATES, out, seeds=3, overrides=TINY).runs) == 12 and not asked
    assert len(sweep("mesh-adaptive-limit", RATES, out, seeds=4, overrides=TINY).runs) == 16
    assert [one.seed for one in asked] == [4] * 4


def test_a_file_of_another_experiment_is_refused_and_may_be_replaced(swept, tmp_path):
    out = tmp_path / "sweep.sqlite"
    shutil.copy(swept.path, out)
    with pytest.raises(BadInput, match=r"another experiment \(not the same: overrides, scenario_digest\); --force"):
        sweep("mesh-adaptive-limit", RATES, out, overrides=TINY | {"clock.lasts": "9 s"})
    assert len(Found(out).runs) == 12, "nothing of it is lost"
    assert len(sweep("mesh-adaptive-limit", "clock.window=1s,2s", out, overrides=TINY, force=True).runs) == 2
    (tmp_path / "text").write_text("no database, but a text of some length that SQLite does not know what to do with " * 20)
    for wrong in ("text", "other.sqlite"):
        with sqlite3.connect(tmp_path / "other.sqlite") as other:
            other.execute("CREATE TABLE IF NOT EXISTS mine (a)")
        with pytest.raises(BadInput, match="runs of an experiment"):
            sweep("mesh-adaptive-limit", RATES, tmp_path / wrong, overrides=TINY, force=True)
    assert (tmp_path / "text").read_text().startswith("no database"), "not even by force"


def test_two_sweeps_do_not_write_one_file(tmp_path):
    with Store(tmp_path / "a.sqlite", {"points": 1}):
        ended = told(*words(tmp_path / "a.sqlite"))
    assert ended.returncode == 2 and "another program is adding runs to it" in ended.stderr


@pytest.mark.parametrize("more, said", [
    (["--vary", "load.buyers.rat=1,2"], "did you mean `rate`"), (["--vary", "clock.lasts=1Gbps:2Gbps:1Gbps"], "lasts"),
    (["--vary", "clock.window=1:1000000000:1ms"], "several units"),
    (["--design", "tree"], "no 'tree'"), (["--points", "5"], "as many as its values"), (["--seeds", "0"], "--seeds"), (["--jobs", "0"], "--jobs"),
    (["--of", "load.buyers.latenzy"], "did you mean 'load.buyers.latency"), (["--plot", "a.png"], "--plot: of which figure"),
    (["--of", FIGURE, "--plot", "a.doc"], "neither .png"), (["--limit", "5"], "--limit: '5' is not a duration"), (["--set", "x"], "--set: expected"),
    (["--jobs", "2", "--mpi"], "one of them says who works"),
    (["--out", "/proc/no/sweep.sqlite"], "cannot be used"), (["--vary", "scale-load=0,1"], "factor from 0.001")])
def test_bad_input_is_named(more, said, tmp_path, capsys):
    base = [word for word in words(tmp_path / "a.sqlite")[3:] if "load.buyers.rate" not in word and word != "--vary"]
    vary = [] if "--vary" in more else ["--vary", RATES]
    assert main([*base, *vary, *more]) == 2
    assert said in capsys.readouterr().err


def test_workers_that_are_not_there_are_named(tmp_path, monkeypatch):
    from streamtwin.experiments import executors

    ended = told(*words(tmp_path / "a.sqlite", "--mpi"))
    assert ended.returncode == 2 and "start with mpirun" in ended.stderr and "Traceback" not in ended.stderr
    if Path("/usr/bin/dask-scheduler").exists():
        monkeypatch.setattr(executors, "CONNECTS_WITHIN", "1s")
        with pytest.raises(NoWorkers, match="no Dask scheduler answers at tcp://127.0.0.1:9"):
            sweep("mesh-adaptive-limit", RATES, tmp_path / "a.sqlite", overrides=TINY, dask="tcp://127.0.0.1:9")


def test_a_design_of_a_thousand_million_points_is_refused(tmp_path, capsys):
    more = [word for name in "abc" for word in ("--vary", f"{name}=1:1000:1")]
    assert main([*words(tmp_path / "a.sqlite")[3:], *more]) == 2
    assert "4000000000 points" in capsys.readouterr().err and not (tmp_path / "a.sqlite").exists()


# What kills a sweep

def test_a_sweep_that_is_killed_fifty_times_goes_on_with_nothing_lost_and_nothing_repeated(swept, tmp_path):
    """Each time at random, the whole program or one of its workers; what was there stays as it was, and in the end it is what it would be."""
    out, chance = tmp_path / "sweep.sqlite", random.Random(5)
    kills, before, seeds = 0, [], 3
    while kills < 50:
        program = os.fork()
        if program == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            try:
                sweep("mesh-adaptive-limit", RATES, out, seeds=seeds, overrides=TINY, jobs=2)
                os._exit(0)
            finally:
                os._exit(1)
        time.sleep(chance.uniform(0.0, 0.3))
        whole = kills % 2 == 0
        victims = [program] if whole else descendants(program)[:1]
        status = os.waitpid(program, os.WNOHANG)
        if status == (0, 0) and victims and killed(victims[0]):
            kills += 1
            status = ended(program)
            assert whole or status in (0, signal.SIGKILL), "one worker less is no reason to stop"
        elif status == (0, 0):
            ended(program)
        now = digests(out) if out.exists() and out.stat().st_size else []
        assert set(before) <= set(now), "nothing is lost"
        before, seeds = now, max(seeds, len(now) // 4 + 3)  # there is always something left to do
    final = sweep("mesh-adaptive-limit", RATES, out, seeds=3, overrides=TINY)
    assert not len(final.failures)
    assert [row for row in digests(out) if row[1] <= 3] == digests(swept.path)
    with sqlite3.connect(out) as connection:
        counts = connection.execute("SELECT count(*), count(DISTINCT point || '/' || seed) FROM run").fetchone()
        kpis = connection.execute("SELECT DISTINCT count(*) FROM kpi GROUP BY point, seed").fetchall()
    assert counts[0] == counts[1] and len(kpis) == 1, "every run has all of its figures"


def test_a_full_disk_is_said_and_what_was_written_stays(tmp_path):
    out = tmp_path / "sweep.sqlite"
    # SQLite's log may not grow beyond this, as on a disk that is full.
    ended = told(*words(out, "--quiet", seeds=10), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)))
    assert ended.returncode == 2 and "cannot be written" in ended.stderr and "goes on from there" in ended.stderr, ended.stderr
    there = digests(out)
    assert 0 < len(there) < 40
    assert len(sweep("mesh-adaptive-limit", RATES, out, seeds=10, overrides=TINY).runs) == 40
    assert set(there) <= set(digests(out))


def test_a_run_that_hangs_crashes_or_fails_is_recorded_and_the_sweep_goes_on(tmp_path, monkeypatch):
    real = runs.measure

    def measure(asked):
        rate = dict(asked.overrides)["load.buyers.rate"]
        if rate == "20 /s":
            signal.pause()
        if rate == "30 /s":
            os.abort()
        if rate == "40 /s":
            raise RuntimeError("no luck")
        return real(asked)

    monkeypatch.setattr(runs, "measure", measure)
    measure.__module__, measure.__qualname__ = "streamtwin.experiments.runs", "measure"
    out = tmp_path / "sweep.sqlite"
    found = sweep("mesh-adaptive-limit", RATES, out, overrides=TINY, limit=4.0, jobs=2)
    assert list(found.runs["status"]) == ["hung", "crashed", "failed", "done"]
    assert list(found.runs["text"]) == ["had not ended after 4 s", "ended by signal 6", "RuntimeError: no luck", ""]
    assert "1 hung" in found.headline() and np.isnan(found.values(FIGURE).iloc[0, 0])
    monkeypatch.setattr(runs, "measure", real)
    assert len(sweep("mesh-adaptive-limit", RATES, out, overrides=TINY).failures) == 3, "not again, unless asked"
    again = sweep("mesh-adaptive-limit", RATES, out, overrides=TINY, again=True)
    assert not len(again.failures) and len(again.runs) == 4


def test_a_point_that_cannot_be_is_recorded(tmp_path):
    found = sweep("mesh-adaptive-limit", ["load.buyers.rate=20/s,30/s", "services.checkout.instances_per_zone=1,2"], tmp_path / "a.sqlite", overrides=TINY)
    assert set(found.runs["status"]) == {"done"} and len(found.runs) == 4
    with pytest.raises(BadInput, match="instances_per_zone"):
        sweep("mesh-adaptive-limit", "services.checkout.instances_per_zone=-1,2", tmp_path / "b.sqlite", overrides=TINY)


# Many machines

@contextmanager
def cluster(folder):
    """A Dask scheduler and two workers on this machine; one thread each, and nobody replaces them."""
    file = folder / "scheduler.json"
    programs = [subprocess.Popen(["/usr/bin/dask-scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file],
                                 env=ENVIRONMENT, stderr=subprocess.DEVNULL)]
    try:
        for number in (1, 2):
            programs.append(subprocess.Popen(
                ["/usr/bin/dask-worker", "--scheduler-file", file, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard",
                 "--memory-limit", "0", "--local-directory", folder / str(number)], env=ENVIRONMENT, stderr=subprocess.DEVNULL))
        for _ in range(600):
            if file.exists() and file.stat().st_size:
                break
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"], programs[1:]
    finally:
        for program in reversed(programs):
            program.kill()
            program.wait()


needs_dask = pytest.mark.skipif(not Path("/usr/bin/dask-scheduler").exists(), reason="python3-distributed is not installed")


@needs_dask
def test_a_dask_cluster_that_loses_a_worker_finds_the_same(swept, tmp_path):
    with cluster(tmp_path) as (address, workers):
        told_of = []

        def progress(done, of, remark):
            told_of.append(done)
            if done == 5:
                workers[0].kill()

        found = sweep("mesh-adaptive-limit", RATES, tmp_path / "dask.sqlite", seeds=3, overrides=TINY, dask=address, progress=progress)
    assert digests(found.path) == digests(swept.path) and told_of == list(range(13))


@needs_dask
def test_a_cluster_without_workers_is_said(tmp_path, monkeypatch):
    from streamtwin.experiments import executors

    monkeypatch.setattr(executors, "PATIENCE", 1.0)
    with cluster(tmp_path) as (address, workers):
        def progress(done, of, remark):
            if done == 2:
                for worker in workers:
                    worker.kill()

        with pytest.raises(NoWorkers, match="no worker of the cluster is left"):
            sweep("mesh-adaptive-limit", RATES, tmp_path / "a.sqlite", seeds=3, overrides=TINY, dask=address, progress=progress)
    assert 2 <= len(digests(tmp_path / "a.sqlite")) < 12


def mpirun(*arguments):
    return ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "3", *arguments]


needs_mpi = pytest.mark.skipif(not shutil.which("mpirun") or pytest.importorskip("importlib.util").find_spec("mpi4py") is None,
                               reason="python3-mpi4py or openmpi-bin is not installed")


@needs_mpi
def test_mpi_finds_the_same_and_goes_on_after_a_rank_was_killed(swept, tmp_path):
    out = tmp_path / "mpi.sqlite"
    program = subprocess.Popen(mpirun(*words(out, "--mpi", "--quiet", seeds=40)), env=ENVIRONMENT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while not (out.exists() and out.stat().st_size and len(digests(out)) > 3):
        assert program.poll() is None
        time.sleep(0.02)
    os.kill(int(Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()[-1]), signal.SIGKILL)
    assert program.wait(timeout=120) != 0, "a rank that dies takes the program with it"
    there = digests(out)
    assert there
    ended = told(*mpirun(*words(out, "--mpi", "--quiet")))
    assert ended.returncode == 0, ended.stderr
    assert set(there) <= set(digests(out))
    assert [row for row in digests(out) if row[1] <= 3] == digests(swept.path)


# Reading it

def test_the_terminal_has_a_bar(tmp_path):
    import pty

    terminal, its_end = pty.openpty()
    with subprocess.Popen(words(tmp_path / "a.sqlite"), env={**ENVIRONMENT, "TERM": "xterm", "COLUMNS": "120"}, stdout=subprocess.DEVNULL,
                          stderr=its_end) as program:
        os.close(its_end)
        seen = b""
        while True:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                break
            seen += part
        assert program.wait() == 0
    assert b"/12" in seen and b"left" in seen


@pytest.mark.parametrize("kind, vary, points", [
    ("grid", ["load.buyers.rate=20/s:50/s:10/s"], None), ("grid", ["load.buyers.rate=20/s:50/s:10/s", "clock.window=1s,2s"], None),
    ("grid", ["services.checkout.admission.limit=fixed,vegas"], None), ("lhs", ["load.buyers.rate=20/s:50/s", "scale-load=0.5:1"], 6),
    ("sobol", ["load.buyers.rate=20/s:50/s"], 4), ("saltelli", ["load.buyers.rate=20/s:50/s", "clock.window=1s,2s"], 4),
    ("morris", ["load.buyers.rate=20/s:50/s", "scale-load=0.5:1"], 3), ("tornado", ["load.buyers.rate=20/s:50/s", "scale-load=0.5:1"], None)])
def test_every_design_is_run_and_drawn(kind, vary, points, tmp_path):
    found = sweep("mesh-adaptive-limit", vary, tmp_path / "a.sqlite", kind, points, seeds=2, overrides=TINY)
    assert len(found.runs) == 2 * found.settings["points"] and not len(found.failures), found.failures["text"].tolist()
    picture = found.picture(OFFERED)
    assert picture.axes[0].get_title(loc="left")
    if kind in ("saltelli", "morris", "tornado"):
        table = found.sensitivity(OFFERED)
        assert table.index[0] == "load.buyers.rate" and len(table) == 2
    else:
        with pytest.raises(BadInput, match="tells no sensitivity"):
            found.sensitivity(OFFERED)
    with pytest.raises(BadInput, match="did you mean 'load.buyers.offered'"):
        found.picture("load.buyers.offred")


def test_a_tornado_without_its_middle_says_why(tmp_path):
    found = sweep("mesh-adaptive-limit", ["services.checkout.cores=1:4", "load.buyers.rate=20/s:50/s"], tmp_path / "a.sqlite", "tornado", overrides=TINY)
    with pytest.raises(BadInput, match="a tornado needs its middle.*expected a whole number"):
        found.picture(OFFERED)


def test_a_notebook_shows_a_bar(tmp_path):
    client, notebooks = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    code = (f"import sys; sys.path[:0] = {sys.path!r}\nimport streamtwin as st\n"
            f"st.experiments.sweep('mesh-adaptive-limit', {RATES!r}, {str(tmp_path / 'a.sqlite')!r}, seeds=3, overrides={TINY!r});")
    notebook = notebooks.v4.new_notebook(cells=[notebooks.v4.new_code_cell(code)])
    client.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = [output["data"]["text/html"] for output in notebook.cells[0].outputs if "data" in output and "text/html" in output["data"]]
    assert len(shown) == 1 and "sweep" in shown[0] and "12 of 12" in shown[0], "one bar, drawn anew"


def test_settings_can_be_read_while_it_runs(tmp_path):
    with Store(tmp_path / "a.sqlite", {"points": 1, "vary": {}}):
        assert settings_of(tmp_path / "a.sqlite") == {"points": 1, "vary": {}}
    with pytest.raises(BadInput, match="no such file"):
        settings_of(tmp_path / "b.sqlite")
