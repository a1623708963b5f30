"""A sweep of the load up and down again: what is answered of what is offered, by the load, on both ways."""

from __future__ import annotations

from . import style

_WAYS = {"up": ("on the way up", style.BLUE), "down": ("on the way down", style.RED)}


@style.styled_figure
def sweep(found):
    """A line for each way with its interval over the runs; shaded the loads that only the way up carries."""
    picture, axes = style.figure(5.6, 2.7)
    axis = axes[0]
    levels = found.levels
    for way, (name, colour) in _WAYS.items():
        of = levels[levels["way"] == way].sort_values("load")
        axis.plot(of["load"], of["answered"], color=colour, marker="o", markersize=3, label=name)
        known = of.dropna(subset=["lower"])
        axis.fill_between(known["load"], known["lower"].clip(lower=0), known["upper"].clip(upper=1), color=colour, alpha=0.15)
    if found.gap:
        axis.axvspan(found.gap[0], found.gap[-1], color=style.FAULT, zorder=0, label="vulnerable")
    style.value_axis(axis, "fraction")
    axis.set_ylim(-0.02, 1.04)
    axis.set_xlabel("load, of the scenario's")
    axis.set_title(style.label(f"Answered, of what is offered: {found.scenario}", 70))
    axis.legend(loc="lower left")
    return picture
