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

from .runs import NotAResultsFolder, Run, read

__all__ = ["NotAResultsFolder", "Run", "read"]

_LAZY_MODULES = ("_core", "algorithms", "frames", "plots", "report", "studies", "validation")
_COMPILED = {"Random": "_core", "Scenario": "scenarios", "ScenarioError": "scenarios", "ScenarioWarning": "scenarios",
             "load": "scenarios", "Study": "studies", "Twin": "simulation", "run": "simulation"}


def __getattr__(name):
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


def __dir__():
    return sorted([*globals(), *_LAZY_MODULES, *_COMPILED])
