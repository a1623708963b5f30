"""What a page tells of a figure under the pointer: where the lines of each panel run, and what they say there, as the figure's own axes
would write it."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ..quantities import plain

#: Points of a line that are told of: as many as can be pointed at.
MOST_POINTS = 240
#: Fewer than these are marks, not a course.
LEAST_POINTS = 3


def probes(figure, colour_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """A panel for each of a figure's axes that has lines, in the units of its SVG; the figure has been laid out."""
    panels = []
    for axis in figure.axes:
        lines = [line for line in axis.get_lines() if len(line.get_xdata()) >= LEAST_POINTS and line.get_transform() == axis.transData]
        told = [found for line in lines if (found := _line(figure, axis, line, colour_of)) is not None]
        if told:
            panels.append(_panel(figure, axis, told))
    return panels


def _panel(figure, axis, told: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    along: list[dict[str, Any]] = []
    for line, places in told:
        if places not in along:
            along.append(places)
        line["along"] = along.index(places)
    (left, bottom), (right, top) = _points(figure, axis.get_window_extent().get_points())
    return {"box": [left, top, right, bottom], "along": along, "lines": [line for line, _ in told]}


def _line(figure, axis, line, colour_of) -> tuple[dict[str, Any], dict[str, Any]] | None:
    data = np.asarray(line.get_xydata(), dtype=float)
    data = data[::max(1, -(-len(data) // MOST_POINTS))]
    data = data[np.isfinite(data[:, 0])]
    if not np.isfinite(data[:, 1]).any():
        return None
    places = _points(figure, axis.transData.transform(data))
    name = str(line.get_label())
    texts = [_text(axis.yaxis, value) for value in data[:, 1]]
    return ({"name": axis.get_title(loc="left") if name.startswith("_") else name, "colour": colour_of(line.get_color()),
             "y": [y if np.isfinite(value) else None for (_, y), value in zip(places, data[:, 1])], "values": texts},
            {"x": [x for x, _ in places], "at": [_text(axis.xaxis, value) for value in data[:, 0]]})


def _points(figure, pixels) -> list[list[float]]:
    """From the pixels of a figure to the points of its SVG, which count from the top."""
    points = np.asarray(pixels, dtype=float) * 72 / figure.dpi
    points[:, 1] = figure.get_figheight() * 72 - points[:, 1]
    return np.round(np.nan_to_num(points), 1).tolist()


def _text(axis, value: float) -> str:
    if not np.isfinite(value):
        return ""
    return axis.get_major_formatter()(value).replace("\n", " · ") or plain(value)
