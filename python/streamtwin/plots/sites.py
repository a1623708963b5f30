"""The sites of appliances on a map drawn from their coordinates: area by appliances, colour by utilisation, dead ones
crossed out. There are no coastlines; the graticule and the metros carry the geography."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter
from matplotlib.transforms import Bbox

from ..quantities import percent
from ..results import Results
from .style import GRID, INK, MUTED, PAPER, RED, figure, label, styled_figure

#: Utilisation from idle to full: upper bound of each class and its colour.
CLASSES = ((0.25, "#a9d3e2"), (0.5, "#62abc9"), (0.75, "#257fab"), (0.9, "#d99a1c"), (math.inf, "#d2601f"))


@styled_figure
def site_map(run: Results, width: float = 9.0):
    """The map, cropped to where the sites are."""
    sites = run.sites.dropna(subset=["latitude", "longitude"])
    sites = sites[sites["latitude"].abs().le(90) & sites["longitude"].abs().le(180)]
    regions, sites = sites[sites["kind"] == "region"], sites[sites["kind"] != "region"]
    if sites.empty:
        return None
    west, east, south, north = _extent(sites)
    stretch = math.cos(math.radians((south + north) / 2))
    tallest = 0.62 if width >= 6 else 1.2
    if north - south > tallest * (east - west) * stretch:  # room at the sides rather than a page-long map
        middle, half = (west + east) / 2, (north - south) / tallest / stretch / 2
        west, east = max(-180.0, middle - half), min(180.0, middle + half)
    aspect = (north - south) / ((east - west) * stretch)
    picture, axes = figure(width, width * max(aspect, 0.35) + 0.5)
    axis = axes[0]
    axis.set_aspect(1 / max(stretch, 0.1))
    axis.set_xlim(west, east)
    axis.set_ylim(south, north)
    _graticule(axis, west, east, south, north)
    _regions(axis, regions, west, east, south, north)
    _dots(axis, sites, width)
    _names(picture, axis, sites, width)
    _legend(axis, sites)
    return picture


def _extent(sites: pd.DataFrame) -> tuple[float, float, float, float]:
    west, east = sites["longitude"].min(), sites["longitude"].max()
    south, north = sites["latitude"].min(), sites["latitude"].max()
    across, up = max(east - west, 4.0), max(north - south, 3.0)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return (max(-180.0, middle_x - across * 0.56), min(180.0, middle_x + across * 0.56),
            max(-85.0, middle_y - up * 0.58), min(85.0, middle_y + up * 0.58))


def _graticule(axis, west, east, south, north) -> None:
    step = next(s for s in (1, 2, 5, 10, 15, 30, 60) if (east - west) / s <= 8)
    axis.xaxis.set_major_locator(FixedLocator(np.arange(math.ceil(west / step) * step, east + 1e-9, step)))
    axis.yaxis.set_major_locator(FixedLocator(np.arange(math.ceil(south / step) * step, north + 1e-9, step)))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda v, _: _degrees(v, "E", "W")))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _degrees(v, "N", "S")))
    axis.grid(True, axis="both", color=GRID)
    axis.spines["bottom"].set_visible(False)
    axis.tick_params(length=0, labelsize=7)


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):.0f}°{positive if value > 0 else negative if value < 0 else ''}"


def _area(appliances, width: float):
    return np.clip(appliances, 1, None) * (4.0 if width >= 6 else 2.0) + 10


def colour_of(utilisation: float) -> str:
    return MUTED if math.isnan(utilisation) else next(colour for bound, colour in CLASSES if utilisation < bound)


def _dots(axis, sites: pd.DataFrame, width: float) -> None:
    order = sites.sort_values("appliances", ascending=False, kind="stable")
    living, dead = order[order["alive"]], order[~order["alive"]]
    axis.scatter(living["longitude"], living["latitude"], s=_area(living["appliances"], width),
                 c=[colour_of(u) for u in living["utilisation"]], edgecolors=PAPER, linewidths=0.7, alpha=0.92, zorder=3)
    axis.scatter(dead["longitude"], dead["latitude"], s=_area(dead["appliances"], width), facecolors="none",
                 edgecolors=RED, linewidths=1.2, zorder=4)
    axis.scatter(dead["longitude"], dead["latitude"], s=22, marker="x", color=RED, linewidths=1.4, zorder=5)


def _regions(axis, regions: pd.DataFrame, west, east, south, north) -> None:
    """Cloud regions that lie on the map, as open squares."""
    for _, region in regions.iterrows():
        if west <= region["longitude"] <= east and south <= region["latitude"] <= north:
            axis.plot(region["longitude"], region["latitude"], "s", markersize=9, markerfacecolor="none",
                      markeredgecolor=INK if region["alive"] else RED, markeredgewidth=0.9, zorder=2)
            axis.annotate(label(region["name"], 24), (region["longitude"], region["latitude"]), xytext=(0, -12),
                          textcoords="offset points", fontsize=7, color=MUTED, ha="center", va="center", zorder=2)


def _names(picture, axis, sites: pd.DataFrame, width: float) -> None:
    """Names the largest and the dead metros where there is room; a name that would touch another is left out."""
    metros = sites.sort_values(["alive", "appliances"], ascending=[True, False], kind="stable").drop_duplicates("metro")
    metros = metros[metros["metro"].astype(bool)]
    picture.canvas.draw()
    renderer = picture.canvas.get_renderer()
    points = axis.transData.transform(sites[["longitude", "latitude"]].to_numpy())
    radii = np.sqrt(_area(sites["appliances"].to_numpy(), width) / math.pi) * picture.dpi / 72
    taken = [Bbox.from_bounds(x - r, y - r, 2 * r, 2 * r) for (x, y), r in zip(points, radii)]
    for _, site in metros.head(40).iterrows():
        radius = math.sqrt(_area(site["appliances"], width) / math.pi)
        for dx, dy, horizontal, vertical in ((1, 0, "left", "center"), (-1, 0, "right", "center"),
                                             (0, 1, "center", "bottom"), (0, -1, "center", "top")):
            text = axis.annotate(label(site["metro"], 24), (site["longitude"], site["latitude"]),
                                 xytext=(dx * (radius + 2.5), dy * (radius + 1.5)), textcoords="offset points",
                                 fontsize=7.5, color=INK if site["alive"] else RED, ha=horizontal, va=vertical, zorder=6)
            box = text.get_window_extent(renderer)
            if axis.bbox.contains(box.x0, box.y0) and axis.bbox.contains(box.x1, box.y1) and not any(
                    box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()


def _legend(axis, sites: pd.DataFrame) -> None:
    handles, below = [], 0.0
    for bound, colour in CLASSES:
        text = f"{below * 100:.0f}–{percent(bound)}" if math.isfinite(bound) else f"over {percent(below)}"
        handles.append(Line2D([], [], marker="o", linestyle="", color=colour, markersize=5, label=text))
        below = bound
    if (~sites["alive"]).any():
        handles.append(Line2D([], [], marker="x", linestyle="", color=RED, markersize=5, markeredgewidth=1.4,
                              label="dead"))
    narrow = axis.figure.get_figwidth() < 6
    axis.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.06), ncol=3 if narrow else len(handles),
                borderaxespad=0, handletextpad=0.2, columnspacing=1.0)
