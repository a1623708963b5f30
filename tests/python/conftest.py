"""Finds the package: the built one (build/python) when it is there, else the sources, which can read results."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build"))
BUILT = any((BUILD / "python" / "streamtwin").glob("_core*.so"))
sys.path[:0] = [str(BUILD / "python") if BUILT else str(ROOT / "python"), str(Path(__file__).parent)]

from synthetic import write_results  # noqa: E402


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """A results folder of a single run."""
    return write_results(tmp_path_factory.mktemp("friday-night"))


@pytest.fixture(scope="session")
def run(results):
    import streamtwin

    return streamtwin.read(results)
