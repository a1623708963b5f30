"""Figures of a run, as matplotlib figures: the same ones that the report shows.

Every function takes a ``Run`` and returns a ``Figure``, or None when the run recorded nothing to draw. ``width`` is
in inches; figures are laid out anew for the width they get, so that one drawn 4 inches wide is readable on a phone::

    from streamtwin import plots
    plots.traffic(run, width=9)
"""

from .admission import admission
from .availability import availability
from .caches import caches
from .call_graph import call_graph
from .capacity import capacity
from .databases import databases
from .distributions import request_latency, start_delay
from .experiments import experiments
from .headroom import headroom
from .load import load
from .members import members, misses
from .regions import regions
from .sites import site_map
from .stack import packing, stack
from .staleness import staleness
from .stores import rings, stores
from .streams import streams
from .tiers import tiers
from .timeline import traffic

__all__ = [
    "admission", "availability", "caches", "call_graph", "capacity", "databases", "experiments", "headroom", "load", "members", "misses",
    "packing", "regions", "request_latency", "rings", "site_map", "stack", "staleness", "start_delay", "stores", "streams", "tiers",
    "traffic",
]
