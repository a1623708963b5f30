"""The sources are laid out as .clang-format says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORMATTER = shutil.which("clang-format-14")


@pytest.mark.skipif(not FORMATTER, reason="clang-format-14 is not installed")
def test_sources_are_formatted():
    sources = [file for folder in ("sim-core", "models", "scenarios", "python", "tests")
               for file in sorted((ROOT / folder).rglob("*.[ch]pp"))]
    assert len(sources) > 500
    checked = subprocess.run([FORMATTER, "--dry-run", *sources], cwd=ROOT, capture_output=True, text=True, check=True)
    untidy = sorted(set(re.findall(r"^(\S+?):\d+:\d+: warning: code should be clang-formatted", checked.stderr, re.M)))
    assert untidy == [], "run clang-format-14 -i on these"
