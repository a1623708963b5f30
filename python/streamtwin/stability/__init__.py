"""Stability: which loads survive which triggers, and how long they take to come back.

A system is *stable* at a load when it recovers from a trigger once that is gone, and *vulnerable* when it carries the load but
does not come back: a metastable failure (Bronson et al., HotOS 2021; Huang et al., OSDI 2022). ``survey`` runs a scenario under
every load and trigger of a grid::

    found = st.stability.survey("mesh-retry-storm", "slow_processors store", loads="0.3:1:0.1", size="30%", lasts="1s:15s:2s")
    found.cells, found.safe_load
    found.picture()

``up_and_down`` sweeps the load up, and from the failed state down again: the gap between both ways is the vulnerable range.

The rule: see ``streamtwin.stability.recovery``. How many runs decide: see ``streamtwin.sequential``.
"""

from .grid import Cell, Grid
from .map import StabilityMap
from .survey import survey
from .sweep import Hysteresis, up_and_down
from .trigger import Trigger

__all__ = ["Cell", "Grid", "Hysteresis", "StabilityMap", "Trigger", "survey", "up_and_down"]
