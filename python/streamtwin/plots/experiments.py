"""Experiments on members: stream starts of both groups over time, and the test that decides when one is stopped."""

from __future__ import annotations

import numpy as np

from ..results import Results
from .style import INK, MUTED, RED, BLUE, figure, label, some_of, styled_figure, time_axis, value_axis

#: A point of the upper panel holds the plays of about so much of the experiment.
POINTS = 45


def conclusion(text: str) -> str:
    """What a conclusion is called in a figure.

    >>> conclusion("budget_spent")
    'budget spent'
    """
    return text.replace("_", " ")


def rates(looks, group: str, every: int):
    """Stream starts per second of a group between every so many looks, from the beginning: as steps that end at those times."""
    times, starts = looks["time"].to_numpy(float), looks[f"{group}_starts"].to_numpy(float)
    times, starts = np.r_[2 * times[0] - times[1], times], np.r_[0, starts]
    ends = np.arange(0, len(times), every)
    values = np.diff(starts[ends]) / np.diff(times[ends])
    return times[ends], np.r_[values[:1], values]


@styled_figure
def experiments(run: Results, width: float = 9.0, limit: int = 3):
    """Stream starts a second of experiment and control, and by how many standard deviations the experiment's share of starts lies above
    the control's, from look to look; the last look says why it was over. Of the first experiments when there are many."""
    every = {name: looks.reset_index() for name, looks in run.experiments.groupby(level="name", sort=True)}
    shown = dict([(name, looks) for name, looks in every.items() if len(looks) > 1][:limit])
    if not shown:
        return None
    picture, axes = figure(width, 1.5 * 2 * len(shown), rows=2 * len(shown))
    for (name, looks), (upper, lower) in zip(shown.items(), axes.reshape(-1, 2)):
        end, why = float(looks["time"].iloc[-1]), conclusion(str(looks["conclusion"].iloc[-1]))
        step = max(1, len(looks) // POINTS)
        for group, colour in (("control", MUTED), ("experiment", BLUE)):
            upper.plot(*rates(looks, group, step), color=colour, label=group, drawstyle="steps-pre")
        upper.set_title(f"{label(name, 30)}: stream starts a second{some_of('first', len(shown), len(every))}", pad=14)
        value_axis(upper, "/s")
        upper.legend(loc="lower left", bbox_to_anchor=(-0.01, 0.99), ncol=2, borderaxespad=0, columnspacing=1.0, labelcolor=INK)
        lower.plot(looks["time"], looks["z"], color=BLUE)
        lower.set_title("Standard deviations by which the experiment's share of starts lies above the control's")
        value_axis(lower, "", zero=False)
        begin = 2 * float(looks["time"].iloc[0]) - float(looks["time"].iloc[1])
        for axis in (upper, lower):
            time_axis(axis, run, begin, end, ticks=max(3, int(width * 1.1)))
        lower.plot([end], [looks["z"].iloc[-1]], "o", markersize=4, color=BLUE if why == "passed" else RED, clip_on=False)
        lower.annotate(why, (end, looks["z"].iloc[-1]), xytext=(-6, 5), textcoords="offset points", ha="right", fontsize=7.5, color=INK)
    return picture
