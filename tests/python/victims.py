"""Programs that are killed, and what becomes of those that depend on them."""

import os
import signal
import time
from pathlib import Path

import pytest


def killed(pid):
    """False for one that has ended meanwhile."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def ended(program, within=60.0):
    """Its status."""
    deadline = time.monotonic() + within
    while (status := os.waitpid(program, os.WNOHANG)) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(program, signal.SIGKILL)
            os.waitpid(program, 0)
            pytest.fail("the sweep stands still")
        time.sleep(0.01)
    return status[1]


def descendants(pid):
    """Children, then theirs."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if Path(f"/proc/{pid}").exists() else []:
        found += [int(child), *descendants(int(child))]
    return found
