"""What editors and type checkers know of the package."""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
import typed_examples  # noqa: E402
from streamtwin import stubs  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def package(tmp_path):
    """The package with stubs of the compiled module as it is."""
    shutil.copytree(ROOT / "python" / "streamtwin", tmp_path / "path" / "streamtwin")
    for name, text in stubs.stubs(core).items():
        (tmp_path / "path" / "streamtwin" / "_core" / name).write_text(text, encoding="utf-8")
    return tmp_path


def mypy(file, package):
    if find_spec("mypy") is None:
        pytest.skip("mypy is not installed (Debian: mypy)")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", package / "cache", file],
        capture_output=True, text=True, timeout=300, check=False, env={**os.environ, "MYPYPATH": str(package / "path")})


def test_a_page_of_examples_is_typed(package):
    page = Path(typed_examples.__file__)
    found = mypy(page, package)
    assert found.returncode == 0, found.stdout + found.stderr
    wrong = package / "wrong.py"
    wrong.write_text(page.read_text(encoding="utf-8") + "\n\nst.runn\nst.run('mesh', sede=3)\nst.load('mesh').clock.lasts = 'long'\n"
                     "st.load('mesh').services['web'].calls.append(3)\nst.Policies(abr=least)\n", encoding="utf-8")
    found = mypy(wrong, package)
    lines = len(page.read_text(encoding="utf-8").splitlines())
    assert {int(line) - lines for line in re.findall(r"wrong\.py:(\d+): error", found.stdout)} == {3, 4, 5, 6, 7}, found.stdout


def test_the_page_of_examples_runs(tmp_path):
    first, second, events = typed_examples.main(tmp_path)
    assert 0 <= first <= 1 and 0 <= second <= 1 and events > 0


def test_the_version_is_the_project_s():
    declared = re.search(r"project\(streamtwin VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
    assert st.__version__ == declared[1]
    assert f'version = "{st.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
