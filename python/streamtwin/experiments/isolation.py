"""Runs in a process apart: one that crashes or does not end takes nobody with it, wherever it runs.

Every thread that asks has such a process, forked when it first does and used again until a run ends it.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import select
import signal
import struct
import threading
import time
from dataclasses import dataclass
from typing import Any, Callable

DONE, FAILED, HUNG, CRASHED = "done", "failed", "hung", "crashed"
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None, use_errno=True)
#: Of what a crashed run has said, the end.
_LAST_WORDS = 2000
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    status: str
    value: Any = None
    #: Why there is no value.
    text: str = ""
    #: Of the run itself (s), and of all around it: handing over, and starting a process where there was none.
    seconds: float = 0.0
    overhead: float = 0.0


def isolated(work: Callable[..., Any], *arguments: Any, limit: float | None = None) -> Outcome:
    """Carries out ``work(*arguments)`` apart, for at most ``limit`` seconds. An exception of it is a text."""
    began = time.monotonic()
    apart: _Apart | None = getattr(_mine, "apart", None)
    if apart is None or apart.asker != os.getpid():  # or this process was forked itself
        apart = _mine.apart = _Apart()
    handed_over = apart.ask(pickle.dumps((work, arguments)), limit)
    wall = time.monotonic() - began
    if handed_over is not None:
        kind, value, seconds = pickle.loads(handed_over)
        return Outcome(kind, value if kind == DONE else None, "" if kind == DONE else value, seconds, wall - seconds)
    _mine.apart = None
    hung = apart.hung
    how = apart.end()
    return Outcome(HUNG, text=f"had not ended after {limit:g} s", seconds=wall) if hung else Outcome(CRASHED, text=how, seconds=wall)


_mine = threading.local()


class _Apart:
    """A forked process that carries out one thing after another."""

    def __init__(self) -> None:
        self.asker, self.hung = os.getpid(), False
        asks, self._asks = os.pipe()
        self._told, tells = os.pipe()
        self._said = os.memfd_create("said")
        self._child = os.fork()
        if self._child == 0:
            _serve(self.asker, asks, tells, self._said)
        os.close(asks)
        os.close(tells)

    def ask(self, what: bytes, limit: float | None) -> bytes | None:
        """None when it has died, or did not answer in time."""
        os.ftruncate(self._said, 0)
        try:
            _write(self._asks, what)
        except OSError:
            return None
        if not select.select([self._told], [], [], limit)[0]:
            self.hung = True
            return None
        return _read(self._told)

    def end(self) -> str:
        """Kills it where it lives; how it has ended, with what it has said last."""
        if self.hung or not select.select([self._told], [], [], 0)[0]:
            os.kill(self._child, signal.SIGKILL)
        os.close(self._asks)
        os.close(self._told)
        _, status = os.waitpid(self._child, 0)
        self._child = -1
        said = os.pread(self._said, _LAST_WORDS, max(0, os.fstat(self._said).st_size - _LAST_WORDS)).decode(errors="replace").strip()
        os.close(self._said)
        how = f"by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"with status {os.WEXITSTATUS(status)}"
        return f"ended {how}" + (f": {said}" if said else "")


def _serve(parent: int, asks: int, tells: int, said: int) -> None:
    """Never returns."""
    try:
        dies_with_parent(parent)
        os.dup2(said, 1)
        os.dup2(said, 2)
        for other in {int(name) for name in os.listdir("/proc/self/fd")} - {0, 1, 2, asks, tells}:
            _close(other)  # others' pipes would never end while this process holds them, too
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        while (asked := _read(asks)) is not None:
            os.lseek(1, 0, os.SEEK_SET)
            _write(tells, _carried_out(asked))
        os._exit(0)
    finally:
        os._exit(70)


def _carried_out(asked: bytes) -> bytes:
    began = time.monotonic()
    try:
        work, arguments = pickle.loads(asked)
        began = time.monotonic()
        kind, value = DONE, work(*arguments)
    except BaseException as error:
        kind, value = FAILED, f"{type(error).__name__}: {error}"
    return pickle.dumps((kind, value, time.monotonic() - began))


def _write(file: int, what: bytes) -> None:
    view = memoryview(_LENGTH.pack(len(what)) + what)
    while view:
        view = view[os.write(file, view):]


def _read(file: int) -> bytes | None:
    """A whole message; None when nobody is there to send one."""
    head = _exactly(file, _LENGTH.size)
    return None if head is None else _exactly(file, _LENGTH.unpack(head)[0])


def _exactly(file: int, count: int) -> bytes | None:
    parts = []
    while count:
        part = os.read(file, min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _close(file: int) -> None:
    try:
        os.close(file)
    except OSError:  # that of the listing itself
        pass


def dies_with_parent(parent: int) -> None:
    """This process ends when its parent does, however that ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        os._exit(70)
