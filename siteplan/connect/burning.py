"""Features laid onto a grid: which of a layer are meant, how wide they are, which cells they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize

from siteplan.connect.lines import Grid, Pieces, pieces
from siteplan.features import chosen, pairs, unmatched
from siteplan.models import near
from siteplan.shapes import Shapes
from siteplan.surfaces import Barrier, Crossing, Ground, Land

Entry = Land | Crossing | Barrier

# A polygon narrower than this many cells is burned like a line: its two banks fall into the same cells.
_NARROW = 1.0


@dataclass(frozen=True, eq=False)
class Drawn:
    """The features of one entry that reach into a grid, as wide as they are meant.

    Attributes
    ----------
    place
        The entry's place in the document, for example "barriers[2]".
    entry
        What the planner says.
    features
        The features, indexed by identifier, with their `name` where the layer has one.
    shapes
        Their shapes in metres, widened.
    selected
        How many features `where` lets through, in the grid or not.
    """

    place: str
    entry: Entry
    features: gpd.GeoDataFrame
    shapes: Shapes
    selected: int


def problems(ground: Ground, layers: Mapping[str, gpd.GeoDataFrame]) -> list[str]:
    """Return what stands against drawing a surface from these layers, one line each."""
    found = []
    for place, entry in ground.entries.items():
        if entry.layer not in layers:
            found.append(f"{place}.layer: there is no layer {entry.layer!r}{near(entry.layer, layers)}")
            continue
        found += unmatched(layers[entry.layer], pairs(entry.where), f"{place}.where: layer {entry.layer!r}")
    return found


def draw(ground: Ground, layers: Mapping[str, gpd.GeoDataFrame], grid: Grid) -> list[Drawn]:
    """Return the features of every entry that reach into the grid, from inside or outside it."""
    window = shapely.box(*grid.bounds)
    drawn = []
    for place, entry in ground.entries.items():
        layer = layers[entry.layer]
        meant = chosen(layer, pairs(entry.where), place)
        shapes = layer.geometry.to_numpy()
        reach = _reach(entry, shapely.get_dimensions(shapes))
        rows = np.flatnonzero(meant & _near(shapes, reach, grid.bounds))
        wide = _widened(shapes[rows], reach[rows])
        inside = shapely.intersects(wide, window)
        drawn.append(Drawn(place, entry, layer.iloc[rows[inside]], wide[inside], int(meant.sum())))
    return drawn


def _reach(entry: Entry, dimensions: NDArray[np.int32]) -> NDArray[np.float64]:
    """Metres by which each feature is widened on every side."""
    margin = entry.margin if isinstance(entry, Barrier) else 0.0
    return np.where(dimensions < 2, entry.width / 2, 0.0) + margin


def _near(
    shapes: Shapes, reach: NDArray[np.float64], bounds: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    west, south, east, north = bounds
    left, bottom, right, top = shapely.bounds(shapes).T
    return np.asarray(
        (left - reach <= east) & (right + reach >= west) & (bottom - reach <= north) & (top + reach >= south)
    )


def _widened(shapes: Shapes, reach: NDArray[np.float64]) -> Shapes:
    wide = shapes.copy()
    some = reach > 0
    wide[some] = shapely.buffer(shapes[some], reach[some])
    return wide


def burned(drawn: Drawn, grid: Grid) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the cells an entry takes, ascending, each once, and the weight of each (at most 1).

    Points and lines take every cell they touch: cells connected by sides, which no route of king's
    moves slips through. Polygons of land take the cells whose centre they cover, and widened
    lines the cells of the line as well, so that nothing narrow vanishes. Barriers take every cell
    they touch. A polygon to be crossed takes the cells of its border at half weight, because a route
    enters and leaves; one narrower than a cell takes every cell it touches.
    """
    if not len(drawn.shapes):
        return np.empty(0, dtype=np.int64), np.empty(0)
    shapes = drawn.shapes
    areas = shapely.get_dimensions(shapes) == 2
    weights = np.zeros(grid.shape, dtype=np.float32)
    if isinstance(drawn.entry, Crossing):
        narrow = areas & (2 * shapely.area(shapes) < _NARROW * grid.cell * shapely.length(shapes))
        _along(weights, grid, pieces(shapes[areas & ~narrow]), 0.5)
        _fill(weights, grid, shapes[narrow], touched=True)
    else:
        _fill(weights, grid, shapes[areas], touched=isinstance(drawn.entry, Barrier))
        _along(weights, grid, pieces(drawn.features.geometry.to_numpy()[areas & _lines(drawn)]), 1.0)
    _along(weights, grid, pieces(shapes[~areas]), 1.0)
    flat = np.flatnonzero(weights)
    return flat, weights.ravel()[flat].astype(float)


def _lines(drawn: Drawn) -> NDArray[np.bool_]:
    return np.asarray(shapely.get_dimensions(drawn.features.geometry.to_numpy()) < 2)


def _along(weights: NDArray[np.float32], grid: Grid, taken: Pieces, weight: float) -> None:
    if len(taken.ends):
        flat = grid.touched(taken)[1]
        weights.ravel()[flat] = np.maximum(weights.ravel()[flat], weight)


def _fill(weights: NDArray[np.float32], grid: Grid, shapes: Shapes, *, touched: bool) -> None:
    if not len(shapes):
        return
    cut = shapely.clip_by_rect(shapes, *_outside(grid))
    cut = cut[~shapely.is_empty(cut)]
    if len(cut):
        transform = (grid.cell, 0.0, grid.west, 0.0, -grid.cell, grid.north)
        rasterize(
            ((shape, 1.0) for shape in cut),
            out=weights,
            transform=transform,
            all_touched=touched,
        )
        if touched:
            _along(weights, grid, pieces(cut), 1.0)


def _outside(grid: Grid) -> tuple[float, float, float, float]:
    """A little more than the grid, so that the edges of a cut fall outside it."""
    west, south, east, north = grid.bounds
    return west - grid.cell, south - grid.cell, east + grid.cell, north + grid.cell
