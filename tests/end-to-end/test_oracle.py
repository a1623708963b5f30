"""The published artifacts, asked anew: what they answer is what tests/conformance/oracle/vectors holds."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ORACLE = Path(__file__).parents[1] / "conformance" / "oracle"
OF_ITS_OWN = {"kayenta.txt", "chaosmonkey_kills.txt", "chaosmonkey_min_time.txt"}  # asked from checkouts: their READMEs
UNSEEDED = {"ribbon_available_zones.txt"}  # its original draws from a generator without a seed where zones are equal


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    missing = [tool for tool in ("javac", "mvn") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} on this machine: the artifacts cannot be asked")
    folder = tmp_path_factory.mktemp("oracle")
    shutil.copytree(ORACLE / "src", folder / "src")
    shutil.copy(ORACLE / "pom.xml", folder)
    ask = ["mvn", "-q", "-B", "compile", "exec:java", "-Dexec.mainClass=streamtwin.oracle.Main", "-Dexec.args=answers"]
    ran = subprocess.run(ask, cwd=folder, capture_output=True, text=True, timeout=600)
    if ran.returncode != 0 and re.search(r"Could not (resolve|transfer|find artifact)|was not found in|offline", ran.stdout):
        pytest.skip(f"Maven Central is not reachable: {ran.stdout.splitlines()[0]}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder / "answers"


def test_the_artifacts_answer_what_the_vectors_hold(answers):
    held = {path.name: path.read_text() for path in (ORACLE / "vectors").glob("*.txt") if path.name not in OF_ITS_OWN}
    given = {path.name: path.read_text() for path in answers.glob("*.txt")}
    assert set(given) == set(held)
    assert [name for name in sorted(held) if given[name] != held[name] and name not in UNSEEDED] == []
    assert all(len(given[name].split()) == 10_000 for name in given)
