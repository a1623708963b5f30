"""A run in a process of its own: one that crashes or does not end takes nobody with it, wherever it runs."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import time
from dataclasses import dataclass
from typing import Any, Callable

DONE, FAILED, HUNG, CRASHED = "done", "failed", "hung", "crashed"
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None, use_errno=True)
#: Of what a crashed run has said, the end.
_LAST_WORDS = 2000


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    status: str
    value: Any = None
    #: Why there is no value.
    text: str = ""
    #: Of the run itself (s), and of the process around it: starting it, handing over, ending it.
    seconds: float = 0.0
    overhead: float = 0.0


def isolated(work: Callable[..., Any], *arguments: Any, limit: float | None = None) -> Outcome:
    """Carries out ``work(*arguments)`` in a forked process, for at most ``limit`` seconds. An exception of it is a text."""
    began = time.monotonic()
    read, write = os.pipe()
    said = os.memfd_create("said")
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _in_child(parent, write, said, limit, work, arguments)
    os.close(write)
    with open(read, "rb") as pipe:
        handed_over = pipe.read()
    _, status = os.waitpid(child, 0)
    wall = time.monotonic() - began
    with open(said, "rb") as words:
        length = os.fstat(said).st_size
        words.seek(max(0, length - _LAST_WORDS))
        text = words.read().decode(errors="replace").strip()
    return _outcome(handed_over, status, wall, limit, text)


def _outcome(handed_over: bytes, status: int, wall: float, limit: float | None, said: str) -> Outcome:
    if status == 0 and handed_over:
        kind, value, seconds = pickle.loads(handed_over)
        if kind == DONE:
            return Outcome(DONE, value, "", seconds, wall - seconds)
        return Outcome(FAILED, None, value, seconds, wall - seconds)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return Outcome(HUNG, None, f"had not ended after {limit:g} s", wall)
    how = f"by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"with status {os.WEXITSTATUS(status)}"
    return Outcome(CRASHED, None, f"ended {how}" + (f": {said}" if said else ""), wall)


def _in_child(parent: int, write: int, said: int, limit: float | None, work: Callable[..., Any], arguments: tuple) -> None:
    """Never returns."""
    try:
        dies_with_parent(parent)
        os.dup2(said, 1)
        os.dup2(said, 2)
        for other in {int(name) for name in os.listdir("/proc/self/fd")} - {0, 1, 2, write}:
            _close(other)  # others' pipes would never end while this process holds them, too
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # no code of the run is needed to end it
        if limit:
            signal.setitimer(signal.ITIMER_REAL, limit)
        with open(write, "wb") as pipe:
            pipe.write(_carried_out(work, arguments))
        os._exit(0)
    finally:
        os._exit(70)


def _close(file: int) -> None:
    try:
        os.close(file)
    except OSError:  # that of the listing itself
        pass


def _carried_out(work: Callable[..., Any], arguments: tuple) -> bytes:
    began = time.monotonic()
    try:
        kind, value = DONE, work(*arguments)
    except BaseException as error:
        kind, value = FAILED, f"{type(error).__name__}: {error}"
    seconds = time.monotonic() - began
    return pickle.dumps((kind, value, seconds))


def dies_with_parent(parent: int) -> None:
    """This process ends when its parent does, however that ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        os._exit(70)
