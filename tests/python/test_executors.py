"""Tasks in processes: what dies, hangs or fails takes nobody with it."""

import os
import signal
import threading
import time

import pytest

from streamtwin.experiments import executors
from streamtwin.experiments.executors import Died, NoWorkers, processes
from streamtwin.experiments.isolation import CRASHED, DONE, FAILED, HUNG, isolated
from streamtwin.experiments.progress import cell, remaining


def square(x):
    return x * x


def fails(x):
    raise ValueError(f"{x} is wrong")


def dies(x):
    os.kill(os.getpid(), signal.SIGKILL)


def dies_once(x, marker):
    if not os.path.exists(marker):
        open(marker, "w").close()
        dies(x)
    return x


def hangs(x):
    while True:
        pass


def says_and_aborts(x):
    os.write(2, b"assertion failed: books")
    os.abort()


def results(workers):
    found = {}
    while len(workers):
        for done in workers.finished():
            assert done.key not in found
            found[done.key] = done
    return found


def test_tasks_are_handed_back_by_key():
    with processes(2) as workers:
        assert workers.slots == 2 and workers.wanted == 4 and workers.finished() == []
        for x in range(20):
            workers.submit(x, square, x)
        assert workers.wanted == 0
        assert {key: done.result() for key, done in results(workers).items()} == {x: x * x for x in range(20)}


def test_an_exception_is_the_task_s_own():
    with processes(1) as workers:
        workers.submit("a", fails, 3)
        workers.submit("b", square, 3)
        found = results(workers)
    assert found["b"].result() == 9
    with pytest.raises(ValueError, match="3 is wrong"):
        found["a"].result()


def test_a_task_that_kills_its_process_is_given_up_and_the_others_are_not():
    with processes(2) as workers:
        for x in range(10):
            workers.submit(x, dies if x == 4 else square, x)
        found = results(workers)
    assert {key: done.value for key, done in found.items() if key != 4} == {x: x * x for x in range(10) if x != 4}
    with pytest.raises(Died, match="3 processes in which it ran alone have died"):
        found[4].result()


def test_a_process_that_is_killed_is_replaced(tmp_path):
    with processes(2) as workers:
        workers.submit("killed", dies_once, 7, str(tmp_path / "marker"))
        assert results(workers)["killed"].result() == 7
        for process in list(workers._executor._processes.values()):  # while there is nothing to do
            os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.2)
        workers.submit("after", square, 3)
        assert results(workers)["after"].result() == 9


def dies_within_its_message(x, marker):
    """The process is killed as soon as it has told how long a message will be, and before the message itself."""
    from multiprocessing import connection

    send = connection.Connection._send

    def sends(self, what, write=os.write):
        send(self, what, write)
        if len(what) == 4 and not os.path.exists(marker):
            open(marker, "w").close()
            dies(x)

    connection.Connection._send = sends
    return b"0" * 100_000


def test_who_is_killed_within_a_long_result_does_not_stall_the_others(tmp_path):
    marker = str(tmp_path / "marker")
    program = os.fork()  # which can be ended if it stalls
    if program == 0:
        try:
            with processes(2) as workers:
                for x in range(6):
                    workers.submit(x, *((dies_within_its_message, x, marker) if x == 1 else (square, x)))
                found = results(workers)
            os._exit(0 if len(found[1].result()) == 100_000 and found[5].result() == 25 else 1)
        finally:
            os._exit(1)
    ended = threading.Thread(target=lambda: statuses.append(os.waitpid(program, 0)[1]), daemon=True)
    statuses = []
    ended.start()
    ended.join(60)
    if not statuses:
        os.kill(program, signal.SIGKILL)
        ended.join()
        pytest.fail("it stalls")
    assert statuses == [0] and not os.path.exists(marker), "a long result is no message through the pipe"


def test_long_results_and_errors_are_handed_over_whole():
    with processes(2) as workers:
        workers.submit("long", bytes, 1_000_000)
        workers.submit("wrong", fails, "x" * 50_000)
        workers.submit("lambda", makes_a_function)
        found = results(workers)
    assert len(found["long"].result()) == 1_000_000
    with pytest.raises(ValueError, match="x is wrong"):
        found["wrong"].result()
    with pytest.raises(RuntimeError, match="cannot be handed over"):
        found["lambda"].result()


def makes_a_function():
    return lambda: 1


def test_a_pool_is_closed_though_a_process_stands_still():
    """As one does that waits for a lock which another has taken along into its death."""
    with processes(2) as workers:
        for x in range(4):
            workers.submit(x, square, x)
        results(workers)
        pids = [process.pid for process in workers._executor._processes.values()]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        closing = threading.Thread(target=workers.close, daemon=True)
        closing.start()
        closing.join(60)
        stood_still = closing.is_alive()
        for pid in pids if stood_still else ():
            os.kill(pid, signal.SIGKILL)
        closing.join()
    assert not stood_still


def test_who_works_for_nobody_ends():
    """The caller is killed; so are its workers, and what they had forked."""
    read, write = os.pipe()
    caller = os.fork()
    if caller == 0:
        os.close(read)
        with processes(1) as workers:
            workers.submit(1, isolated, hangs, 1)
            time.sleep(600)
    os.close(write)
    time.sleep(1)
    os.kill(caller, signal.SIGKILL)
    os.waitpid(caller, 0)
    with open(read, "rb") as pipe:
        assert pipe.read() == b"", "it ends when nobody holds the other end"


def test_a_run_in_a_process_of_its_own():
    done = isolated(square, 3)
    assert (done.status, done.value) == (DONE, 9) and done.overhead > 0
    failed = isolated(fails, 3)
    assert (failed.status, failed.text) == (FAILED, "ValueError: 3 is wrong")
    crashed = isolated(says_and_aborts, 3)
    assert (crashed.status, crashed.text) == (CRASHED, "ended by signal 6: assertion failed: books")
    hung = isolated(hangs, 3, limit=0.2)
    assert (hung.status, hung.text) == (HUNG, "had not ended after 0.2 s")


def test_packages_that_are_missing_are_named(monkeypatch):
    import sys

    for module, manager, package in (("distributed", lambda: executors.dask("tcp://127.0.0.1:1"), "python3-distributed"),
                                     ("mpi4py", executors.mpi, "python3-mpi4py")):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(NoWorkers, match=package):
            with manager():
                pass


def test_isolation_is_one_process_for_many_runs():
    pids = {isolated(os.getpid).value for _ in range(5)}
    assert len(pids) == 1 and os.getpid() not in pids


def test_progress_says_how_long_the_rest_takes():
    assert remaining(100.0, 10, 30, 100, now=120.0) == 70.0 and remaining(100.0, 10, 10, 100, now=120.0) is None
    text = cell("<sweep>", 3, 12, 90.0, "")
    assert "3 of 12, 90 s left" in text and 'value="3" max="12"' in text and "<sweep>" not in text
