"""The call graph of the services: entries on the left, what they call to the right of them, load and trouble in colour."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.collections import LineCollection

from ..quantities import quantity
from ..results import Results
from .sites import CLASSES, colour_of
from .style import GRID, INK, MUTED, RED, figure, label, styled_figure

LABELS = 14  # names of the services that are asked most often


@styled_figure
def call_graph(run: Results, width: float = 9.0):
    """A column for each depth of the longest chain of calls that leads to a service (caches and stores among them); the
    diameter grows with the requests' fourth root, the colour says the utilisation, a red ring that more than one request
    in a hundred failed."""
    calls = run.calls
    if calls.empty:
        return None
    column = _depths(calls)
    row = _rows(calls, column)
    place = {service: (column[service], row[service]) for service in column}
    tallest = max(np.bincount(list(column.values())))
    picture, axes = figure(width, min(7.5, 1.6 + 0.16 * tallest) if width >= 6 else min(6.0, 1.6 + 0.12 * tallest))
    axis = axes[0]
    lines = [(place[caller], place[callee]) for caller, callee in zip(calls["caller"], calls["callee"])]
    axis.add_collection(LineCollection(lines, colors=GRID if len(lines) > 200 else MUTED, linewidths=0.5, alpha=0.8, zorder=1))
    _dots(axis, run, place, width)
    _names(axis, run, place)
    depth = max(column.values())
    axis.set_xlim(-0.4, depth + 0.9)
    axis.set_ylim(-0.06, 1.08)
    axis.yaxis.set_visible(False)
    axis.grid(False)
    axis.spines["bottom"].set_visible(False)
    axis.set_xticks(range(depth + 1))
    axis.set_xticklabels(["entry", *map(str, range(1, depth + 1))])
    axis.tick_params(length=0)
    axis.set_title(f"{len(place)} services by the longest chain of calls that leads to them" + _unnamed(len(place)))
    _legend(axis)
    return picture


def _depths(calls) -> dict[str, int]:
    """By service, how many calls the longest chain to it has. A call that would close a circle is passed over."""
    callees: dict[str, list[str]] = {}
    callers: dict[str, int] = {}
    for caller, callee in zip(calls["caller"], calls["callee"]):
        callees.setdefault(caller, []).append(callee)
        callers.setdefault(caller, 0)
        callers[callee] = callers.get(callee, 0) + 1
    return _longest_chains(callees, callers)


def _longest_chains(callees: dict[str, list[str]], callers: dict[str, int]) -> dict[str, int]:
    depth = {service: 0 for service in callers}
    order = [service for service, count in callers.items() if count == 0]
    for service in order:
        for callee in callees.get(service, ()):
            depth[callee] = max(depth[callee], depth[service] + 1)
            callers[callee] -= 1
            if callers[callee] == 0:
                order.append(callee)
    return depth


def _rows(calls, column: dict[str, int]) -> dict[str, float]:
    """A height between 0 and 1: each service near the mean of its callers, so that few lines cross."""
    callers: dict[str, list[str]] = {}
    for caller, callee in zip(calls["caller"], calls["callee"]):
        callers.setdefault(callee, []).append(caller)
    row: dict[str, float] = {}
    for depth in range(max(column.values()) + 1):
        services = [service for service in column if column[service] == depth]
        wish = {service: np.mean([row[c] for c in callers.get(service, ()) if c in row] or [0.5]) for service in services}
        services.sort(key=lambda service: (wish[service], service))
        for i, service in enumerate(services):
            row[service] = (i + 0.5) / len(services)
    return row


def _of(run: Results, service: str, what: str) -> float:
    return float(run.tiers.loc[service, what]) if service in run.tiers.index else math.nan


def _dots(axis, run: Results, place, width: float) -> None:
    services = list(place)
    rates = np.nan_to_num([_of(run, service, "rps") for service in services])
    most = max(float(np.max(rates)), 1e-9)
    area = (10 if width >= 6 else 5) + (150 if width >= 6 else 60) * np.sqrt(np.maximum(rates, 0) / most)
    x, y = np.transpose([place[service] for service in services])
    failing = [(_of(run, service, "errors") or 0) > 0.01 for service in services]
    axis.scatter(x, y, s=area, c=[colour_of(_of(run, service, "utilisation")) for service in services],
                 edgecolors=[RED if bad else "none" for bad in failing], linewidths=1.2, zorder=3)


def _unnamed(services: int) -> str:
    return f"; the {LABELS} that are asked most are named" if services > LABELS else ""


def _names(axis, run: Results, place) -> None:
    rates = {service: np.nan_to_num(_of(run, service, "rps")) for service in place}
    for service in sorted(place, key=lambda service: (-rates[service], service))[:LABELS]:
        axis.annotate(label(service, 24), place[service], xytext=(6, 3), textcoords="offset points", fontsize=7, color=INK, zorder=4)


def _legend(axis) -> None:
    lower = 0.0
    for upper, colour in CLASSES:
        text = f"{quantity(lower, 'fraction')} to {quantity(upper, 'fraction')}" if math.isfinite(upper) else f"over {quantity(lower, 'fraction')}"
        axis.scatter([], [], s=30, color=colour, label=text)
        lower = upper
    axis.legend(loc="upper left", bbox_to_anchor=(-0.01, -0.06), ncol=len(CLASSES), borderaxespad=0, columnspacing=1.0,
                handletextpad=0.2, title="Utilisation", title_fontsize=7.5, alignment="left")
