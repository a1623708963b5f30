"""Tasks on many cores or machines: local processes, a Dask cluster, or MPI, all by the interface of ``concurrent.futures``.

A task has a key, a function that can be imported, and arguments, its seed among them: what comes of it does not depend on where, in which
order or how often it runs. A process that dies takes others' tasks with it: they run again one at a time, so that it is known whose fault
it was; who has killed three is given up.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import tempfile
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Iterator, cast

from .isolation import dies_with_parent

#: A message through a pipe is whole up to PIPE_BUF (pipe(7)); what is around a result in it takes the rest.
_WHOLE = 3000

#: Deaths of processes in which a task ran alone, until it is given up.
MOST_DEATHS = 3
#: How long a cluster may be without any worker (s), and how often that is looked at: assumptions.
PATIENCE, LOOK = 60.0, 2.0
#: How long a scheduler may take to answer: assumption.
CONNECTS_WITHIN = "10s"


class Died(RuntimeError):
    """A task was given up, as the processes in which it ran have died."""


class NoWorkers(RuntimeError):
    """There is nobody left to work; what was finished is."""


@dataclass
class Task:
    key: Any
    work: Callable[..., Any]
    arguments: tuple
    deaths: int = 0


@dataclass(frozen=True)
class Finished:
    """A task that has ended, with its result or what it has raised."""

    key: Any
    value: Any = None
    error: BaseException | None = None

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class Workers:
    """Who carries out tasks; what they hand back is taken in the order in which it comes::

        with processes(2) as workers:
            for seed in range(10):
                workers.submit(seed, work, seed)
            while len(workers):
                for done in workers.finished():
                    print(done.key, done.result())
    """

    def __init__(self, make: Callable[[], Executor], slots: Callable[[], int], aside: str | None = None):
        """``aside`` is a folder in which results of many bytes are handed over."""
        self._make, self._count, self._aside = make, slots, aside
        self._executor: Executor | None = None
        self._open: dict[Future, Task] = {}
        self._waiting: deque[Task] = deque()
        self._suspects: deque[Task] = deque()
        self._alone = False
        self._deserted: float | None = None

    @property
    def slots(self) -> int:
        """How many tasks run at a time."""
        return self._count()

    @property
    def wanted(self) -> int:
        """How many tasks more keep everybody busy; with those under way, two for each."""
        return max(0 if len(self) else 1, 2 * self.slots - len(self))

    def __len__(self) -> int:
        return len(self._open) + len(self._waiting) + len(self._suspects)

    def submit(self, key: Any, work: Callable[..., Any], *arguments: Any) -> None:
        self._waiting.append(Task(key, work, arguments))
        self._feed()

    def finished(self) -> list[Finished]:
        """At least one that has finished; none when nothing is under way."""
        found: list[Finished] = []
        while len(self) and not found:
            self._feed()
            done, _ = wait(self._open, LOOK, FIRST_COMPLETED)
            found = [one for future in [one for one in self._open if one in done] for one in self._taken(future)]
            if not done:
                self._look_for_workers()
        return found

    def close(self) -> None:
        if self._executor is not None:
            _end_processes(self._executor)
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _feed(self) -> None:
        """Suspects one at a time and alone, else all that wait."""
        if self._suspects:
            if not self._open:
                self._alone = True
                self._send(self._suspects.popleft())
            return
        if self._open and self._alone:
            return
        self._alone = False
        while self._waiting:
            self._send(self._waiting.popleft())

    def _send(self, task: Task) -> None:
        if self._executor is None:
            self._executor = self._make()
        call = (task.work, *task.arguments) if self._aside is None else (_handed_over, self._aside, task.work, task.arguments)
        try:
            self._open[self._executor.submit(*call)] = task
        except BrokenExecutor:  # a process has died while it had nothing to do, or this has not been told of yet
            self._renew()
            self._open[self._executor.submit(*call)] = task

    def _renew(self) -> None:
        assert self._executor is not None
        self._executor.shutdown(wait=True)  # no thread of it may be at work while new processes are forked
        self._executor = self._make()

    def _taken(self, future: Future) -> list[Finished]:
        task = self._open.pop(future)
        try:
            return [_taken_over(task.key, future.result()) if self._aside is not None else Finished(task.key, future.result())]
        except BrokenExecutor:
            return self._suspected(task)
        except CancelledError:
            raise NoWorkers("the scheduler of the cluster is gone") from None
        except Exception as error:
            if type(error).__name__ == "KilledWorker":  # Dask itself has tried it on several
                return [Finished(task.key, error=Died("the workers that had it have died"))]
            return [Finished(task.key, error=error)]

    def _suspected(self, task: Task) -> list[Finished]:
        if self._executor is not None:
            self._executor.shutdown(wait=True)
            self._executor = None
        task.deaths += self._alone
        if task.deaths >= MOST_DEATHS:
            return [Finished(task.key, error=Died(f"{task.deaths} processes in which it ran alone have died"))]
        self._suspects.append(task)
        return []

    def _look_for_workers(self) -> None:
        now = time.monotonic()
        if self.slots:
            self._deserted = None
        elif self._deserted is None:
            self._deserted = now
        elif now - self._deserted > PATIENCE:
            raise NoWorkers(f"no worker of the cluster is left since {PATIENCE:g} s")


def _handed_over(folder: str, work: Callable[..., Any], arguments: tuple) -> bytes | str:
    """What comes of it, as bytes, or as the file in which they are. Not through the pipe, which all processes share: who is killed within a
    message leaves its reader waiting for the rest for ever, as the others hold the same pipe."""
    try:
        value, error = work(*arguments), None
    except Exception as raised:
        value, error = None, raised
    try:
        told = pickle.dumps((value, error))
    except Exception as unsaid:
        told = pickle.dumps((None, RuntimeError(f"what came of it cannot be handed over: {unsaid}")))
    if len(told) <= _WHOLE:
        return told
    file, name = tempfile.mkstemp(dir=folder)
    with open(file, "wb") as writing:
        writing.write(told)
    return name


def _taken_over(key: Any, told: bytes | str) -> Finished:
    if isinstance(told, str):
        with open(told, "rb") as reading:
            name, told = told, reading.read()
        os.unlink(name)
    value, error = pickle.loads(told)
    return Finished(key, value, error)


def _end_processes(executor: Executor) -> None:
    """Those of this machine are ended, not asked to end: who waits for work holds the lock under which it is handed out, and one that is killed
    meanwhile would leave the others waiting for that, and the pool for them, for ever."""
    for process in list((getattr(executor, "_processes", None) or {}).values()):
        process.kill()


@contextmanager
def processes(jobs: int | None = None) -> Iterator[Workers]:
    """Processes of this machine, forked: nothing of the caller's program is imported or run again."""
    count = jobs or os.cpu_count() or 1
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="streamtwin-") as aside:
        workers = Workers(lambda: ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(os.getpid(),)), lambda: count, aside)
        try:
            yield workers
        finally:
            workers.close()


def _begin(parent: int) -> None:
    """Ctrl-C is the caller's to answer; and who works for nobody any more ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    dies_with_parent(parent)


@contextmanager
def dask(address: str) -> Iterator[Workers]:
    """The workers of a Dask cluster, by the address of its scheduler. All need this package, and scenarios under the same path."""
    try:
        from distributed import Client
    except ImportError:
        raise NoWorkers("a Dask cluster needs the package distributed (Debian: python3-distributed)") from None
    try:
        client = Client(address, timeout=CONNECTS_WITHIN, set_as_default=False)
    except (OSError, ValueError) as error:
        raise NoWorkers(f"no Dask scheduler answers at {address} ({error})") from None
    workers = Workers(lambda: client.get_executor(pure=False), lambda: sum(client.nthreads().values()))
    try:
        client.wait_for_workers(1, timeout=10)
        yield workers
    except TimeoutError:
        raise NoWorkers(f"the Dask scheduler at {address} has no workers") from None
    finally:
        client.close(timeout=5)


@contextmanager
def mpi() -> Iterator[Workers | None]:
    """The ranks of an MPI program but the first, which is this one; None in all others, when the first has finished."""
    try:
        from mpi4py import MPI
        from mpi4py.futures import MPICommExecutor
    except ImportError:
        raise NoWorkers("MPI needs the package mpi4py (Debian: python3-mpi4py)") from None
    ranks = MPI.COMM_WORLD.Get_size()
    if ranks < 2:
        raise NoWorkers("there is a single MPI process, which only hands out work: start with mpirun -n 3, or as many more as there are cores")
    with MPICommExecutor(MPI.COMM_WORLD, root=0) as executor:
        if executor is None:
            yield None
        else:
            yield Workers(lambda: cast(Executor, executor), lambda: ranks - 1)
