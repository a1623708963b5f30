"""streamtwin: a discrete-event simulator and digital twin of a video-streaming platform.

A finished run is read from its results folder and looked at as pandas frames::

    import streamtwin as st
    run = st.read("results/friday-night")
    run.kpis
    run.series("plays.asked").plot()

What needs the compiled simulator (``run``, ``load``, ``Twin``, ``algorithms``) is imported on first use, so that
results can be read, plotted and reported on a machine that never built it.
"""

from importlib import import_module as _import_module

from .runs import NotAResultsFolder, Run, read

__all__ = ["NotAResultsFolder", "Run", "read"]

_LAZY_MODULES = ("frames", "plots", "report")


def __getattr__(name):
    if name in _LAZY_MODULES:
        return _import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'streamtwin' has no attribute '{name}'")


def __dir__():
    return sorted([*globals(), *_LAZY_MODULES])
