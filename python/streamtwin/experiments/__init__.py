"""Experiments: how sure a figure is, how many runs it takes, and many runs in any order on any number of machines.

``intervals``, ``series``, ``comparison`` and ``stopping`` are statistics, of plain numbers and nothing else; ``executors`` carries out
tasks in processes, on a Dask cluster or under MPI, each run in a process of its own; ``sweep`` runs a design that way, ``replicate`` one
point until it is known well enough. These two need the compiled module, the others do not.
"""

from typing import TYPE_CHECKING

from .comparison import Best, Difference, best_of, paired, simultaneous, tukey, welch
from .intervals import (Interval, exact_proportion, interval_of, mean_share, quantile_interval, student_t, t_interval, wilson)
from .folders import Variant, read_variant
from .stopping import HalfWidth, stein
from .series import BatchMeans, NoTruncation, WarmUp, batch_means, warm_up
from .variants import Comparison, compare

if TYPE_CHECKING:  # what is imported on first use
    from .found import Found as Found
    from .replications import long_run as long_run, replicate as replicate
    from .sweeps import sweep as sweep

__all__ = ["BatchMeans", "Best", "Comparison", "Difference", "HalfWidth", "Interval", "NoTruncation", "Variant",
           "WarmUp", "batch_means", "best_of", "compare", "exact_proportion", "interval_of", "mean_share", "paired",
           "quantile_interval", "read_variant", "simultaneous", "stein", "student_t", "t_interval", "tukey", "warm_up",
           "welch", "wilson"]

_COMPILED = {"Found": "found", "long_run": "replications", "replicate": "replications", "sweep": "sweeps"}


def _imported(name: str) -> object:
    if name not in _COMPILED:
        raise AttributeError(f"module 'streamtwin.experiments' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_COMPILED[name]}"), name)


if not TYPE_CHECKING:  # a checker would take every name to be here
    __getattr__ = _imported
