"""`pip install .`: what pyproject.toml promises, and, where STREAMTWIN_TEST_PIP is set and the package index can be
reached, the wheel itself in a virtual environment of its own. That compiles the library once more, hence the variable."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMPORTED_AS = {"pyyaml": "yaml", "ipython": "IPython"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_wheel_has_the_version_of_the_program():
    program = re.search(r"project\(streamtwin VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
    assert PROJECT["project"]["version"] == program[1]


def test_the_wheel_depends_on_what_the_package_imports():
    imported = set()
    for file in (ROOT / "python" / "streamtwin").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported.update(name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported.add(node.module.partition(".")[0])
    wanted = PROJECT["project"]["optional-dependencies"]
    named = {re.match(r"[\w-]+", text)[0] for text in [*PROJECT["project"]["dependencies"], *(text for name in ("clusters", "notebooks", "parquet", "pdf") for text in wanted[name])]}
    assert imported - sys.stdlib_module_names - {"streamtwin"} == {IMPORTED_AS.get(name, name) for name in named}


def test_what_the_package_imports_is_installed_before_any_test_is():
    packages = re.search(r"build_packages=\(([^)]*)\)", (ROOT / "streamtwin").read_text(encoding="utf-8"))[1].split()
    named = [re.match(r"[\w-]+", text)[0] for text in PROJECT["project"]["dependencies"]]
    assert [name for name in named if f"python3-{IMPORTED_AS.get(name, name)}" not in packages] == []


def test_the_wheel_builds_no_tests_and_nothing_but_the_module_and_the_program():
    settings = PROJECT["tool"]["scikit-build"]
    assert settings["cmake"]["define"]["STREAMTWIN_TESTS"] == "OFF" and settings["build"]["targets"] == ["_core", "streamtwin"]


@pytest.mark.skipif(not os.environ.get("STREAMTWIN_TEST_PIP"), reason="STREAMTWIN_TEST_PIP is not set")
def test_pip_installs_a_package_that_runs_a_scenario(tmp_path):
    files = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    for file in filter(None, files.split("\0")):
        (tmp_path / "source" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, tmp_path / "source" / file)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run(["/usr/bin/python3", "-m", "venv", tmp_path / "venv"], check=True)
    installed = subprocess.run([python, "-m", "pip", "install", tmp_path / "source"], capture_output=True, text=True)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    shutil.rmtree(tmp_path / "source")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("STREAMTWIN", "PYTHON"))}
    script = ("import streamtwin as st; run = st.run('two-tiers.yaml', out='results'); run.report();"
              "print(st.load('premiere').name, run.kpis.loc['load.shop.availability', 'value'])")
    (tmp_path / "two-tiers.yaml").write_text(
        "streamtwin: 1\nname: two-tiers\nregions: [{name: here, latitude: 38.9, longitude: -77.4}]\n"
        "services:\n  front: {calls: [{service: back}]}\n  back: {}\n"
        "load: {shop: {target: front, rate: 20 /s}}\nclock: {lasts: 20 s, warm_up: 5 s}\n")
    told = subprocess.run([python, "-c", script], capture_output=True, text=True, cwd=tmp_path, env=clean)
    assert told.returncode == 0, told.stderr
    name, availability = told.stdout.split()
    assert name == "premiere" and float(availability) > 0.9
    assert (tmp_path / "results" / "report.html").stat().st_size > 10_000
