"""Capacity plans: the cheapest fleet that holds the objectives of a scenario through the failures that it names, and how sure that is.

``plan`` answers the ``plan`` of a scenario::

    made = st.planning.plan("plan-region-loss")
    made.fleet, made.cost, made.risks
    print(made.headline())

Theory says where to look (``theory``), runs decide point by point (``verdicts``), and more is taken to be never worse (``lattice``,
``search``). ``search: limit`` asks for the highest load instead (``limit``).
"""

from .answer import Limits, Plan
from .make import plan

__all__ = ["Limits", "Plan", "plan"]
