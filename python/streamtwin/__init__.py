"""streamtwin: a discrete-event simulator and digital twin of a video-streaming platform.

A finished run is read from its results folder and looked at as pandas frames::

    import streamtwin as st
    run = st.run("friday-night", seed=7, overrides={"clock.lasts": "10 min"})
    run = st.read("results/friday-night-7")
    run.kpis
    run.series("plays.asked").plot()

What needs the compiled simulator (``run``, ``load``, ``Twin``, ``algorithms``) is imported on first use, so that
results can be read, plotted and reported on a machine that never built it.
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING

from .runs import NotAResultsFolder, Run, read

if TYPE_CHECKING:  # what is imported on first use, for type checkers
    from . import algorithms as algorithms, chaos as chaos, experiments as experiments, export as export, failures as failures
    from . import frames as frames
    from . import plots as plots, report as report
    from . import planning as planning, policies as policies, stability as stability, studies as studies, twin as twin
    from . import validation as validation
    from ._core import Random as Random, Scenario as Scenario
    from .policies import Policies as Policies
    from .scenarios import ScenarioError as ScenarioError, ScenarioWarning as ScenarioWarning, load as load
    from .scenarios import import_graph as import_graph, import_misim as import_misim
    from .simulation import Twin as Twin, branch as branch, run as run
    from .studies import Study as Study

__version__ = "0.1.0"
__all__ = ["NotAResultsFolder", "Run", "read"]

_LAZY_MODULES = ("_core", "algorithms", "chaos", "experiments", "export", "failures", "frames", "planning", "plots", "policies", "report",
                 "stability", "studies", "twin", "validation")
_COMPILED = {"Random": "_core", "Scenario": "scenarios", "ScenarioError": "scenarios", "ScenarioWarning": "scenarios",
             "load": "scenarios", "Policies": "policies", "import_graph": "scenarios", "import_misim": "scenarios", "Study": "studies",
             "Twin": "simulation", "branch": "simulation", "run": "simulation"}


def _imported(name: str) -> object:
    try:
        if name in _LAZY_MODULES:
            return _import_module(f"{__name__}.{name}")
        if name in _COMPILED:
            return getattr(_import_module(f"{__name__}.{_COMPILED[name]}"), name)
    except ModuleNotFoundError as missing:
        if missing.name == f"{__name__}._core":
            raise ImportError(f"streamtwin.{name} needs the compiled module, which is not built: see README") from missing
        raise
    raise AttributeError(f"module 'streamtwin' has no attribute '{name}'")


if not TYPE_CHECKING:  # a checker would take every name to be here
    __getattr__ = _imported


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY_MODULES, *_COMPILED])
