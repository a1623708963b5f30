"""Branches of a run: what comes before them is simulated once, in a child process of the program, which is then forked for each.

The interpreter itself is never forked: it has threads of its own, and a platform in its memory is nobody else's.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from os import PathLike, fspath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Iterable, Mapping

from . import _core
from .runs import Run
from .scenarios import Scenario, ScenarioError, check

#: The steps of a branch: values, or their keys as the scenario language names them, times in seconds.
Steps = Iterable["Mapping[str, Any] | _core.FaultSpec"]

#: What makes a run of what the compiled side hands back.
AsRun = Callable[["_core.RunResult", "Path | None"], Run]

_EXIT_BAD_INPUT, _EXIT_INTERRUPTED = 2, 130


def program() -> Path:
    """The program that belongs to this package: of the same wheel, of the build folder, or beside an installation."""
    here = Path(__file__).resolve().parent
    module = Path(_core.__file__).absolute().parent
    near = [here / "bin" / "streamtwin", module.parents[1] / "streamtwin"]
    found = next((place for place in near if place.is_file()), None) or shutil.which("streamtwin")
    if found is None:
        raise FileNotFoundError("the program `streamtwin`, in which branches run, is neither beside this package nor on the PATH; "
                                "build it (ninja -C build streamtwin), or install it")
    return Path(found)


def with_branches(scenario: Scenario, at: float, what_ifs: Mapping[str, Steps]) -> Scenario:
    """A copy of the scenario that branches so; a ``ScenarioError`` when it cannot."""
    branched: Scenario = scenario.__deepcopy__({})
    branched.branches = _core.BranchesSpec(
        at=at, what_ifs={name: _core.WhatIfSpec(method=[_step(step) for step in steps]) for name, steps in what_ifs.items()})
    checked: Scenario = check(branched)
    return checked


def _step(step: Mapping[str, Any] | _core.FaultSpec) -> _core.FaultSpec:
    return _core.FaultSpec(**step) if isinstance(step, Mapping) else step


def run_with_branches(scenario: Scenario, as_run: AsRun, seed: int, replications: int, jobs: int | None, load_factor: float,
                      until: float | None, out: str | PathLike[str] | None) -> Run:
    """The run of a scenario that has branches, with these in its ``branches``."""
    with TemporaryDirectory(prefix="streamtwin-") as temporary:
        file = Path(temporary) / "scenario.yaml"
        file.write_text(scenario.to_yaml(), encoding="utf-8")
        folder = Path(temporary) / "run" if out is None else Path(out)
        words = [program(), "run", file, "--out", folder, "--force", "--quiet", "--no-report", "--seed", seed, "--replications", replications,
                 "--scale-load", repr(load_factor)]
        words += ["--jobs", jobs] if jobs else []
        words += ["--until", f"{until!r} s"] if until is not None else []
        return _outcome(_told([str(word) for word in words]), folder, lambda place: as_run(_core.read_results(fspath(place)),
                                                                                           None if out is None else place))


def _told(words: list[str]) -> tuple[int, str]:
    """Status and errors of the program. It is told of Ctrl-C once, wherever that comes from, and writes what it has until then."""
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as child:
        try:
            _, errors = child.communicate()
        except KeyboardInterrupt:
            child.send_signal(signal.SIGINT)
            _, errors = child.communicate()
            return _EXIT_INTERRUPTED, errors
        except BaseException:
            child.kill()
            raise
    return child.returncode, errors


def _outcome(told: tuple[int, str], folder: Path, read: Callable[[Path], Run]) -> Run:
    status, errors = told
    text = errors.strip().removeprefix("streamtwin: ")
    if not (folder / "summary.json").exists():
        if status == _EXIT_INTERRUPTED:
            raise KeyboardInterrupt
        raise ScenarioError(text, [text]) if status == _EXIT_BAD_INPUT else _core.RunFailed(text)
    run = read(folder)
    run.branches = {place.name: read(place) for place in sorted((folder / "branches").glob("*")) if place.is_dir()}
    if status == _EXIT_INTERRUPTED:
        interrupt = KeyboardInterrupt()
        interrupt.run = run  # type: ignore[attr-defined]
        raise interrupt
    if status not in (0, 1):  # a branch has failed; the others are there
        failed = _core.RunFailed(text)
        failed.run = run
        raise failed
    return run
