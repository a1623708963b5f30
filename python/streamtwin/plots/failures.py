"""What a failure search has found: each set by how likely all of it is down at once, and after how many runs it was known."""

from __future__ import annotations

from . import style

_COLOURS = (style.RED, style.AMBER, style.VIOLET)
SHOWN = 24


@style.styled_figure
def failures(found):
    """A bar per set, likeliest on top; its colour is of its size."""
    sets = found.sets.head(SHOWN).iloc[::-1]
    picture, axes = style.figure(7.5, 0.9 + 0.26 * max(1, len(sets)))
    axis = axes[0]
    axis.set_title(f"Share of time that all of a set are down, and runs until it was found{style.some_of('likeliest', len(sets), len(found.sets))}")
    if not len(sets):
        axis.text(0.5, 0.5, "none was found", ha="center", va="center", color=style.MUTED, transform=axis.transAxes)
        axis.set_axis_off()
        return picture
    colours = [_COLOURS[min(int(size), len(_COLOURS)) - 1] for size in sets["size"]]
    lowest = float(sets["likelihood"].min()) / 10
    axis.barh(range(len(sets)), sets["likelihood"] - lowest, left=lowest, color=colours, height=0.6)
    style.log_axis(axis, "x", "", lowest, float(sets["likelihood"].max()) * 10)
    axis.set_xlim(lowest, float(sets["likelihood"].max()) * 10)
    axis.set_yticks(range(len(sets)), [style.label(name, 60) for name in sets["failures"]])
    for place, (likelihood, runs) in enumerate(zip(sets["likelihood"], sets["found_after"])):
        axis.text(likelihood * 1.2, place, f"{runs} runs", va="center", fontsize=7, color=style.MUTED)
    axis.grid(False, axis="y")
    axis.grid(True, axis="x")
    return picture
