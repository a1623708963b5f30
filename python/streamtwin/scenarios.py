"""Scenarios from Python: read with overrides, looked at and changed as attributes.

Times are seconds, sizes bytes, rates bits per second; every attribute says its unit in its docstring. Lists, dicts and
what they hold are parts of the scenario, not copies (see ``values``)::

    scenario = st.load("friday-night", {"clock.lasts": "10 min"})
    scenario.members.accounts = 20_000
    scenario.services["steering"].instances_per_zone = 9
    del scenario.method[2:]
    Path("mine.yaml").write_text(scenario.to_yaml())

A scenario can be copied (``copy.deepcopy``), pickled and compared. What is changed is checked as a whole when it is run:
a ``ScenarioError`` names every problem.
"""

from __future__ import annotations

import sys
import warnings
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Callable, Mapping

from . import _core

Scenario = _core.Scenario


class ScenarioError(ValueError):
    """A scenario that cannot be used. The message shows every problem with its place; ``problems`` lists them."""

    def __init__(self, message: str, problems: list[str]):
        super().__init__(message)
        #: One line per problem: file, line, column, parameter, what was expected.
        self.problems = problems


class ScenarioWarning(UserWarning):
    """What a scenario says is allowed, but hardly meant: retries that multiply, a time-out below what an answer takes."""


def load(scenario: str | PathLike[str], overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Reads a scenario file, or one of the library by its name; raises ``ScenarioError`` with all that is wrong.

    What is allowed, but hardly meant, is a ``ScenarioWarning`` each, as ``warnings`` shows or silences them.

    Overrides map paths to values as the scenario language writes them: ``{"clock.lasts": "10 min"}``.
    """
    value, problems, text, doubts = _core.read_scenario(_find(fspath(scenario)), as_sets(overrides))
    if problems:
        raise ScenarioError(text, problems)
    for doubt in doubts:
        warnings.warn(doubt, ScenarioWarning, stacklevel=_frames_inside() + 1)
    _sound.add(_core.scenario_digest(value))
    return value


def import_misim(architecture: str | PathLike[str], experiment: str | PathLike[str]) -> Scenario:
    """The scenario for an architecture and an experiment (or scenario) of the simulator MiSim, as ``streamtwin import
    misim`` writes it. What is not as the files say is a ``ScenarioWarning`` each; what cannot be taken over raises
    ``ScenarioError``.
    """
    return _imported(_core.import_misim, fspath(architecture), fspath(experiment))


def import_graph(file: str | PathLike[str]) -> Scenario:
    """The scenario for a call graph that another tool exported, as ``streamtwin import graph`` writes it: traces of Jaeger,
    Zipkin and OpenTelemetry, dependencies, Kiali, GraphML, GML, isotope, µBench, Alibaba's call graphs, a folder of uqSim.
    What is not as the file says is a ``ScenarioWarning`` each; what cannot be taken over raises ``ScenarioError``.
    """
    return _imported(_core.import_graph, fspath(file))


def _imported(taken_over: Callable[..., tuple[Any, ...]], *files: str) -> Scenario:
    try:
        value, remarks = taken_over(*files)
    except ValueError as refused:
        raise ScenarioError(str(refused), [str(refused)]) from None
    for remark in remarks:
        warnings.warn(remark, ScenarioWarning, stacklevel=_frames_inside() + 1)
    checked: Scenario = check(value)
    return checked


#: Digests of scenarios that have passed all checks.
_sound: set[str] = set()


def check(scenario: Scenario) -> Scenario:
    """The scenario itself; a ``ScenarioError`` when it was changed into one that cannot be used."""
    digest = _core.scenario_digest(scenario)
    if digest not in _sound:
        problems = _core.scenario_problems(scenario)
        if problems:
            raise ScenarioError("\n".join(problems), problems)
        _sound.add(digest)
    return scenario


def _frames_inside() -> int:
    """How many calls from this package are above the program that uses it; that is whom a warning is about."""
    frame, count = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__package__") == __package__:
        frame, count = frame.f_back, count + 1
    return count - 1


def _find(name: str) -> str:
    """A wheel brings the library inside the package; everywhere else the compiled side knows where it is."""
    inside = Path(__file__).parent / "library" / f"{name.removesuffix('.yaml')}.yaml"
    return str(inside) if "/" not in name and not Path(name).exists() and inside.is_file() else name


def as_sets(overrides: Mapping[str, Any] | None) -> list[str]:
    """Overrides as the ``path=value`` of the command line.

    >>> as_sets({"clock.lasts": "10 min", "members.plays_at_peak": 6, "x.on": True, "x.off": None})
    ['clock.lasts=10 min', 'members.plays_at_peak=6', 'x.on=true', 'x.off=~']
    """
    words = {True: "true", False: "false", None: "~"}
    return [f"{path}={words[value] if value is None or isinstance(value, bool) else value}"
            for path, value in (overrides or {}).items()]
