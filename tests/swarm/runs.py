"""The program, run on what was drawn."""

import os
import re
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import figures
import yaml

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build"))
PROGRAM = BUILD / "streamtwin"
SCHEMA = (ROOT / "scenarios" / "schema.json").read_text()
SEEDS = sorted((Path(__file__).parent / "seeds").glob("*.yaml"))
ENDS_WELL = (0, 1)  # 1: a hypothesis broke
REFUSED = 2
HANG = 120  # seconds: a run of twelve simulated ones that takes longer


def program(*arguments, cwd=None):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, timeout=HANG, cwd=cwd)


def text_of(scenario):
    return yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True)


def check_validation(text):
    """`validate` says yes or names what is wrong, whatever it is given. Returns whether it said yes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "mutant.yaml").write_text(text)
        ended = program("validate", "mutant.yaml", cwd=folder)
    assert ended.returncode in (0, REFUSED), f"validate: exit {ended.returncode}\n{ended.stderr}\n{text}"
    assert ended.returncode == 0 or "mutant.yaml" in ended.stderr + ended.stdout, f"refused without a place\n{ended.stderr}\n{text}"
    return ended.returncode == 0


def check_run(text):
    """What `validate` calls valid runs to its end, with figures that can be. Returns whether it was valid."""
    if not check_validation(text):
        return False
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "drawn.yaml").write_text(text)
        ended = program("run", "drawn.yaml", "--quiet", "--no-report", "--out", "results", cwd=folder)
        assert ended.returncode in ENDS_WELL, f"run: exit {ended.returncode}\n{ended.stderr}\n{text}"
        assert figures.faults_of(Path(folder) / "results") == [], text
    return True


def errors_of(text):
    """What `validate` has against its method, each with its place."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "drawn.yaml").write_text(text)
        ended = program("validate", "drawn.yaml", cwd=folder)
    assert ended.returncode in (0, REFUSED), f"validate: exit {ended.returncode}\n{ended.stderr}\n{text}"
    said = [line for line in (ended.stdout + ended.stderr).splitlines() if re.match(r"drawn\.yaml:\d+:\d+: method", line)]
    assert said or ended.returncode == 0, ended.stderr
    return said if ended.returncode == REFUSED else []


def series_of(text):
    """Runs it, looks at all its figures, and returns a function from a series' name to its times and values."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "struck.yaml").write_text(text)
        ended = program("run", "struck.yaml", "--quiet", "--no-report", "--out", "results", cwd=folder)
        assert ended.returncode in ENDS_WELL, f"run: exit {ended.returncode}\n{ended.stderr}\n{text}"
        assert figures.faults_of(Path(folder) / "results") == [], text
        with sqlite3.connect(Path(folder) / "results" / "run.sqlite") as results:
            rows = results.execute("SELECT name, time, value FROM series WHERE value IS NOT NULL ORDER BY time").fetchall()
        results.close()
    return lambda name: [(time, value) for called, time, value in rows if called == name]
