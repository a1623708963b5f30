"""The program under test, and how tests call it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build"))
PROGRAM = BUILD / "streamtwin"
LIBRARY = ROOT / "scenarios" / "library"

needs_program = pytest.mark.skipif(not PROGRAM.exists(), reason=f"{PROGRAM} is not built")
needs_module = pytest.mark.skipif(not list((BUILD / "python" / "streamtwin").glob("_core*.so")), reason="the compiled module is not built")

# A friday night of a minute, with few members and nothing that breaks.
SMALL = [
    str(LIBRARY / "friday-night.yaml"), "--set", "clock.lasts=1 min", "--set", "clock.warm_up=10 s",
    "--set", "clock.window=5 s", "--set", "members.plays_at_peak=1 /s", "--set", "members.accounts=1000",
    "--set", "method=[]", "--set", "slos=[]", "--set", "steady_state_hypothesis.tolerances=[]",
]


def streamtwin(*arguments, cwd=None, timeout=300, **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], cwd=cwd, timeout=timeout, capture_output=True, text=True, **options)


def run_small(folder, *arguments, **options):
    return streamtwin("run", *SMALL, "--no-report", "--out", folder, *arguments, **options)


def summary_of(folder):
    return json.loads((Path(folder) / "summary.json").read_text())
