"""`streamtwin failures`: from a file to findings in a folder, and what it refuses."""

import json
import subprocess

import pytest

from program import PROGRAM, needs_module, needs_program

# Seconds of a home page that needs the catalogue, and recommendations with ratings in three of ten requests.
PAGES = ["mesh-cascade", "--set", "clock.lasts=2s", "--set", "clock.warm_up=1s"]

pytestmark = [needs_program, needs_module]


def failures(*arguments):
    return subprocess.run([PROGRAM, "failures", *map(str, arguments)], timeout=300, capture_output=True, text=True)


def test_what_counts_as_broken_decides_what_breaks(tmp_path):
    told = failures(*PAGES, "--least", "90%", "--out", tmp_path / "strict")
    assert told.returncode == 0, told.stderr
    strict = json.loads((tmp_path / "strict" / "failures.json").read_text())
    assert [one["failures"] for one in strict["sets"]] == [["catalogue"], ["ratings"], ["recommendations"], ["web"]]
    assert "4 single points break visitors; of sets of up to 2 nothing else does" in told.stdout
    assert failures(*PAGES, "--least", "50%", "--out", tmp_path / "mild").returncode == 0
    mild = json.loads((tmp_path / "mild" / "failures.json").read_text())
    assert [one["failures"] for one in mild["sets"]] == [["catalogue"], ["web"]] and mild["complete_up_to"] == 2
    assert (tmp_path / "mild" / "failures.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "mild" / "report.html").read_text()
    assert "<svg" in page and "2 single points break visitors" in page
    again = failures(*PAGES, "--out", tmp_path / "mild")
    assert again.returncode == 2 and "--force replaces findings" in again.stderr


@pytest.mark.parametrize("arguments, said", [
    (["--of", "vistors"], "no workload 'vistors'; it has visitors"), (["--least", "5s"], "not a share above zero"),
    (["--budget", "0"], "--budget is from 1"), (["--set", "clock"], "expected PATH=VALUE"), (["--set", "clock.last=3"], "`clock.last`")])
def test_bad_input_is_named(arguments, said):
    told = failures(*PAGES, *arguments)
    assert told.returncode == 2 and said.strip("`") in told.stderr and "Traceback" not in told.stderr, told.stderr
