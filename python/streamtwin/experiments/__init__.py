"""Experiments: how sure a figure is, how many runs it takes, and many runs in any order on any number of machines.

``intervals``, ``series``, ``comparison`` and ``stopping`` are statistics, of plain numbers and nothing else; ``executors`` carries out
tasks in processes, on a Dask cluster or under MPI, each run in a process of its own.
"""

from .comparison import Best, Difference, best_of, paired, simultaneous, tukey
from .intervals import (Interval, exact_proportion, interval_of, mean_share, quantile_interval, student_t, t_interval, wilson)
from .stopping import HalfWidth, stein
from .series import BatchMeans, NoTruncation, WarmUp, batch_means, warm_up

__all__ = ["BatchMeans", "Best", "Difference", "HalfWidth", "Interval", "NoTruncation", "WarmUp", "batch_means", "best_of",
           "exact_proportion", "interval_of", "mean_share", "paired", "quantile_interval", "simultaneous", "stein", "student_t",
           "t_interval", "tukey", "warm_up", "wilson"]
