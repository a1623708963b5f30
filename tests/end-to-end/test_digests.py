"""One scenario, one seed, one release: one digest, in every build, on every x86-64 machine, in one piece or many."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build"))
OTHERS = [Path(path) for path in os.environ.get("STREAMTWIN_OTHER_BUILDS", "").split(":") if path]

# Two minutes of a Friday night in which a site and a zone fail.
FAULTS = ("method=[{at: 20 s, action: kill_site, target: fra001.ix, lasts: 30 s},"
          " {at: 40 s, action: kill_zone, target: eu-west-1b, lasts: 40 s}]")
SCENARIO = [
    str(ROOT / "scenarios" / "library" / "friday-night.yaml"), "--seed", "5", "--set", "clock.lasts=2 min",
    "--set", "clock.warm_up=10 s", "--set", "members.plays_at_peak=1 /s", "--set", "members.accounts=3000",
    "--set", "members.session.median=4 min", "--set", "open_connect.sample=0.4 %", "--set", "load=~", "--set", FAULTS,
]


def digest(build, folder, **environment):
    run = subprocess.run([build / "streamtwin", "run", *SCENARIO, "--quiet", "--no-report", "--out", folder],
                         capture_output=True, text=True, timeout=900,
                         env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0", **environment})
    assert run.returncode in (0, 1), run.stdout + run.stderr
    summary = json.loads((Path(folder) / "summary.json").read_text())
    return summary["digest"], summary["events"]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    if not (BUILD / "streamtwin").exists():
        pytest.skip(f"{BUILD}/streamtwin is not built")
    return digest(BUILD, tmp_path_factory.mktemp("reference") / "run")


def test_a_second_run_agrees(reference, tmp_path):
    assert digest(BUILD, tmp_path / "run") == reference


def test_a_processor_without_fma_and_avx2_agrees(reference, tmp_path):
    assert digest(BUILD, tmp_path / "run", GLIBC_TUNABLES="glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4") == reference


@pytest.mark.parametrize("build", OTHERS, ids=lambda build: build.name)
def test_other_builds_agree(reference, tmp_path, build):
    assert digest(build, tmp_path / "run") == reference
