"""The real program in trouble: Ctrl-C, folders that cannot be written, a full disk."""

import os
import pty
import re
import resource
import select
import signal
import subprocess

from program import PROGRAM, SMALL, needs_program, run_small, summary_of

pytestmark = needs_program

# Long enough to be interrupted on any machine.
ENDLESS = [*SMALL, "--set", "clock.lasts=100 d", "--set", "clock.window=5 min"]

# What the progress line says once simulated time has passed, or replications are under way.
UNDER_WAY = re.compile(r" (?!0:00 )[0-9:]+:[0-9]{2} of | [1-9][0-9]? %  [0-9] of [0-9] runs")


def interrupted(folder, *arguments):
    """Ctrl-C once the run has come somewhere. Progress is told to terminals only, so that is what the program has."""
    terminal, its_end = pty.openpty()
    program = subprocess.Popen([PROGRAM, "run", *ENDLESS, "--no-report", "--out", folder, *arguments],
                               stdout=subprocess.PIPE, stderr=its_end, text=True)
    os.close(its_end)
    told, signalled = "", False
    try:
        while select.select([terminal], [], [], 120)[0]:
            try:
                told += os.read(terminal, 65536).decode(errors="replace")
            except OSError:  # everybody at the other end has gone
                break
            if not signalled and UNDER_WAY.search(told):
                program.send_signal(signal.SIGINT)
                signalled = True
        assert signalled, f"no progress was told: {told[-2000:]}"
        out, _ = program.communicate(timeout=120)
        return program.returncode, out, told
    finally:
        program.kill()
        program.wait()
        os.close(terminal)


def test_ctrl_c_keeps_partial_results_and_ends_with_130(tmp_path):
    status, out, error = interrupted(tmp_path / "run")
    assert status == 130, error
    summary = summary_of(tmp_path / "run")
    assert summary["partial"] is True
    assert 0 < summary["simulated_seconds"] < 100 * 86400
    assert "PARTIAL" in out
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"], "nothing half-written remains"


def test_ctrl_c_stops_all_replications(tmp_path):
    status, _, error = interrupted(tmp_path / "run", "--replications", "3", "--jobs", "2", "--set", "clock.lasts=1 h")
    assert status == 130, error
    assert summary_of(tmp_path / "run")["partial"] is True


# Places that cannot be written

def test_an_unwritable_results_folder_is_named_with_a_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "run", tmp_path / "file", "/proc/streamtwin"):
        ended = run_small(place)
        assert ended.returncode == 2, place
        assert str(place) in ended.stderr or str(tmp_path / "file") in ended.stderr
        assert "--out" in ended.stderr


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    ended = run_small(tmp_path)
    assert ended.returncode == 2
    assert "will not be overwritten" in ended.stderr
    assert (tmp_path / "thesis.tex").read_text() == "precious"


def test_a_users_files_stay_when_the_working_directory_takes_the_results(tmp_path):
    assert run_small(".", cwd=tmp_path).returncode == 0
    (tmp_path / "thesis.tex").write_text("precious")
    refused = run_small(".", "--seed", 2, cwd=tmp_path)
    assert refused.returncode == 2 and "--force" in refused.stderr
    assert run_small(".", "--seed", 2, "--force", cwd=tmp_path).returncode == 0
    assert summary_of(tmp_path)["seed"] == 2
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["run.sqlite", "summary.json", "thesis.tex"]


def test_a_disk_that_fills_up_is_explained_and_nothing_half_written_remains(tmp_path):
    def little_space():
        resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))

    ended = run_small(tmp_path / "run", preexec_fn=little_space)
    assert ended.returncode == 2, ended.stderr
    assert str(tmp_path) in ended.stderr
    assert "free some space" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_under_replications_is_explained_too(tmp_path):
    def little_space():
        resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))

    ended = run_small(tmp_path / "run", "--replications", 2, preexec_fn=little_space)
    assert ended.returncode == 2, ended.stderr
    assert "free some space" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_standard_output_that_is_full_is_an_error():
    with open("/dev/full", "w") as full:
        ended = subprocess.run([PROGRAM, "schema"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert ended.returncode == 2
    assert "standard output" in ended.stderr
