"""`cmake --install` puts program, scenario library, schema and Python package where a distribution would, and what it
put there works without the build and source trees being named anywhere."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build"))

pytestmark = pytest.mark.skipif(not (BUILD / "streamtwin").exists(), reason=f"{BUILD}/streamtwin is not built")


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed") / "usr"
    subprocess.run(["cmake", "--install", BUILD, "--prefix", folder], check=True, capture_output=True, text=True)
    return folder


def run(*command, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("STREAMTWIN", "PYTHON"))}
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=300, cwd="/", env={**clean, **environment})


def test_everything_has_its_place(prefix):
    for file in ["bin/streamtwin", "share/streamtwin/schema.json", "share/streamtwin/library/friday-night.yaml",
                 "share/streamtwin/library/parts/germany.yaml", "lib/python3/dist-packages/streamtwin/__init__.py",
                 "share/man/man1/streamtwin.1", "share/bash-completion/completions/streamtwin",
                 "share/fish/vendor_completions.d/streamtwin.fish", "share/streamtwin/streamtwin.zsh"]:
        assert (prefix / file).is_file(), file
    assert json.loads((prefix / "share/streamtwin/schema.json").read_text())["properties"]["streamtwin"]


def test_the_program_finds_its_own_library_and_package(prefix, tmp_path):
    listed = run(prefix / "bin/streamtwin", "list")
    assert "friday-night" in listed.stdout
    folder = tmp_path / "run"
    ended = run(prefix / "bin/streamtwin", "run", "friday-night", "--quiet", "--out", folder, "--set", "clock.lasts=30 s",
                "--set", "clock.warm_up=5 s", "--set", "clock.window=5 s", "--set", "members.plays_at_peak=1 /s",
                "--set", "members.accounts=500", "--set", "method=[]", "--set", "slos=[]",
                "--set", "steady_state_hypothesis.tolerances=[]")
    assert ended.returncode == 0, ended.stderr
    assert (folder / "report.html").stat().st_size > 10_000


def test_scenarios_come_from_the_installation(prefix):
    marked = prefix / "share/streamtwin/library/of-this-installation.yaml"
    marked.write_text("streamtwin: 1\nname: of-this-installation\ninclude: [premiere.yaml]\n")
    assert "of-this-installation" in run(prefix / "bin/streamtwin", "list").stdout
    marked.unlink()


def test_python_imports_the_package(prefix):
    packages = prefix / "lib/python3/dist-packages"
    if not list((packages / "streamtwin").glob("_core*.so")):
        pytest.skip("this build has no bindings")
    told = run("/usr/bin/python3", "-c", "import streamtwin as st; print(st.__file__, st.load('premiere').name)", PYTHONPATH=str(packages))
    assert told.stdout.split() == [str(packages / "streamtwin/__init__.py"), "premiere"], told.stderr
