"""Stacks of Titus: who waits and runs, agents and what they cost, and how full each agent is at the end."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import MaxNLocator

from ..results import Results
from .style import AMBER, BLUE, INK, MUTED, TEAL, VIOLET, figure, label, styled_figure, value_axis
from .timeline import stacked


def stacks_of(run: Results) -> list[str]:
    """The names of a run's stacks, as ``titus.<name>`` series have them."""
    return sorted({name.split(".")[1] for name in run.series_names if name.startswith("titus.") and name.endswith(".waiting")})


@styled_figure
def stack(run: Results, width: float = 9.0, limit: int = 3):
    """For each of the first stacks: containers that wait for a place, by tier; processors given and there; agents, and what an
    hour of them costs."""
    panels = []
    for name in stacks_of(run)[:limit]:
        at = f"titus.{name}."
        panels += [
            (f"{label(name, 24)}: containers that wait", [(at + "critical.waiting", "Critical", VIOLET), (at + "flex.waiting", "Flex", AMBER)]),
            (f"{label(name, 24)}: processors", [
                (at + "critical.cpus_given", "given to Critical", VIOLET), (at + "critical.cpus_there", "of Critical's agents", BLUE),
                (at + "flex.cpus_given", "given to Flex", AMBER), (at + "flex.cpus_there", "of Flex's agents", TEAL)]),
            (f"{label(name, 24)}: agents", [
                (at + "agents.started", "serve", BLUE), (at + "agents.launching", "are launched", AMBER),
                (at + "agents.desired", "wanted", MUTED)]),
        ]
    return stacked(run, width, panels, height=1.4)


@styled_figure
def packing(run: Results, width: float = 9.0, limit: int = 4):
    """For each instance group the agents that served at the end, the fullest first: the part of an agent's processors that
    containers have as a bar, that of its memory as a dot above or in it. What is empty above both is left for anybody; where
    one is high and the other low, the rest cannot be used."""
    agents = run.agents.reset_index()
    if agents.empty:
        return None
    groups = [(" ".join(name), rows) for name, rows in agents.groupby(["stack", "instance_group"], sort=True)][:limit]
    picture, axes = figure(width, 1.5 * len(groups), rows=len(groups))
    for axis, (name, rows) in zip(axes, groups):
        processors = (rows["cpus_given"] / rows["cpus"]).to_numpy()
        memory = (rows["memory_given"] / rows["memory"]).to_numpy()
        order = np.lexsort((-memory, -processors))
        place = np.arange(1, len(order) + 1)
        axis.bar(place, processors[order], width=0.9, color=BLUE, label="processors")
        axis.plot(place, memory[order], linestyle="none", marker="o", markersize=2.2, color=AMBER, label="memory")
        axis.set_title(f"{label(name, 28)}: part that containers have of each of {len(order)} agents", pad=14)
        axis.set_ylim(0, 1.02 * max(1.0, processors.max()))
        axis.set_xlim(0.4, len(order) + 0.6)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        value_axis(axis, "fraction")
        axis.legend(loc="lower left", bbox_to_anchor=(-0.01, 0.98), ncol=2, borderaxespad=0, columnspacing=1.0, labelcolor=INK)
    return picture
