"""The published Fenzo, asked anew: problems of a generator are answered by it as by the program."""

import re
import shutil
import subprocess
import sys

import pytest

from program import PROGRAM, ROOT, needs_program

ORACLE = ROOT / "tests" / "conformance" / "oracle" / "fenzo"

pytestmark = needs_program


def test_the_release_answers_as_the_program_does(tmp_path):
    missing = [tool for tool in ("javac", "mvn") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} on this machine: the artifact cannot be asked")
    shutil.copytree(ORACLE / "src", tmp_path / "src")
    shutil.copy(ORACLE / "pom.xml", tmp_path)
    made = subprocess.run([sys.executable, ORACLE / "generate.py", "1000", "40"], capture_output=True, text=True, timeout=60, check=True)
    (tmp_path / "problems.json").write_text(made.stdout)
    ask = ["mvn", "-q", "-B", "compile", "exec:java", "-Dexec.mainClass=streamtwin.fenzo.Main"]
    ask.append("-Dexec.args=answer problems.json answered.json")
    ran = subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    if ran.returncode != 0 and re.search(r"Could not (resolve|transfer|find artifact)|was not found in|offline", ran.stdout):
        pytest.skip(f"Maven Central is not reachable: {ran.stdout.splitlines()[0]}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    checked = subprocess.run([PROGRAM, "fenzo", tmp_path / "answered.json", "--check"], capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stdout) == (0, "40 of 40 problems answered alike\n")
