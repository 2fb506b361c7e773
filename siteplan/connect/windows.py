"""The surface around plots and their tie-ins: in one piece, or in windows where memory is short."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from siteplan import rasters
from siteplan.connect.lines import Grid
from siteplan.connect.surface import Bounds, Surface, laid, refuse
from siteplan.errors import PlanError
from siteplan.rasters import Raster
from siteplan.surfaces import MOST_CELLS, Ground

# A plot is about ten cells wide, so that a route leaves it where it should, within what can be told
# apart on the ground and what a surface of a whole district can hold.
_CELLS_ACROSS = 10
_FINEST, _COARSEST = 5.0, 50.0


@dataclass(frozen=True, eq=False)
class Windows:
    """A surface too large for memory, cut into windows that are made one after the other.

    Attributes
    ----------
    ground
        What the planner says.
    whole
        The grid of the whole surface; it is never made.
    grids
        The windows: parts of `whole`, each around some plots.
    rows
        For each window the positions of its plots.
    """

    ground: Ground
    whole: Grid
    grids: tuple[Grid, ...]
    rows: tuple[NDArray[np.intp], ...]
    _layers: Mapping[str, gpd.GeoDataFrame]
    _slope: Raster | None
    _crs: str

    def only(self, plots: NDArray[np.intp]) -> Windows:
        """Return the same windows for some of the plots, numbered as they are given; empty ones left out."""
        place = {int(plot): row for row, plot in enumerate(plots)}
        kept = [
            np.array([place[one] for one in rows.tolist() if one in place], np.intp) for rows in self.rows
        ]
        some = [(grid, rows) for grid, rows in zip(self.grids, kept, strict=True) if len(rows)]
        return replace(self, grids=tuple(grid for grid, _ in some), rows=tuple(rows for _, rows in some))

    def __iter__(self) -> Iterator[tuple[Surface, NDArray[np.intp]]]:
        for grid, rows in zip(self.grids, self.rows, strict=True):
            yield laid(self.ground, self._layers, grid, self._slope, self._crs), rows


def around(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    ground: Ground,
    *,
    tie_ins: gpd.GeoDataFrame | None = None,
    dem: Raster | None = None,
) -> Surface | Windows:
    """Return the surface around plots and their tie-ins, in one piece or in windows.

    Parameters
    ----------
    plots
        Polygons in the metric CRS of the layers.
    layers, ground, dem
        As for `build`.
    tie_ins
        Features that a route may end at; the surface reaches around them too. All that will be
        asked for with this surface, in one table.

    Returns
    -------
    surface
        In one piece where `ground.most_cells` allows it, else windows of at most that many cells,
        each with at least a quarter of its side around its plots where the whole is that large.

    Raises
    ------
    PlanError
        If `ground` names a layer or column that is not there, or `most_cells` is too small for a
        window around a single plot.

    Notes
    -----
    Where the planner states no cell, a tenth of the median plot's width (the root of its area) is
    taken, between 5 and 50 m, coarsened to at most a quarter of the width if then one piece is enough.
    """
    refuse(ground, layers)
    bounds = _bounds(plots, tie_ins, ground.margin)
    cell = ground.cell or _cell(plots, bounds, ground.most_cells)
    whole = Grid.over(bounds, cell)
    slope = rasters.slope(dem) if dem is not None and ground.slope else None
    crs = plots.crs.to_wkt() if plots.crs is not None else ""
    if whole.rows * whole.columns <= ground.most_cells:
        return laid(ground, layers, whole, slope, crs)
    grids, rows = _tiles(plots, whole, ground)
    return Windows(ground, whole, grids, rows, layers, slope, crs)


def _bounds(plots: gpd.GeoDataFrame, tie_ins: gpd.GeoDataFrame | None, margin: float) -> Bounds:
    corners = np.array(
        [plots.total_bounds]
        if tie_ins is None or not len(tie_ins)
        else [plots.total_bounds, tie_ins.total_bounds]
    )
    west, south = corners[:, :2].min(axis=0) - margin
    east, north = corners[:, 2:].max(axis=0) + margin
    return float(west), float(south), float(east), float(north)


def _cell(plots: gpd.GeoDataFrame, bounds: Bounds, most_cells: int) -> float:
    width = float(np.median(np.sqrt(plots.geometry.area.to_numpy())))
    fine = min(max(round(width / _CELLS_ACROSS), _FINEST), _COARSEST)
    coarse = max(fine, width * 2.5 / _CELLS_ACROSS)
    area = (bounds[2] - bounds[0] + 2 * coarse) * (bounds[3] - bounds[1] + 2 * coarse)
    enough = float(np.ceil(np.sqrt(area / most_cells)))
    return max(fine, enough) if enough <= coarse else fine


def _tiles(
    plots: gpd.GeoDataFrame, whole: Grid, ground: Ground
) -> tuple[tuple[Grid, ...], tuple[NDArray[np.intp], ...]]:
    """Windows around the plots of each tile; a tile is half a window wide."""
    side = int(np.sqrt(ground.most_cells))
    rows = min(whole.rows, max(side, ground.most_cells // whole.columns))
    columns = min(whole.columns, ground.most_cells // rows)
    edges = plots.geometry.bounds.to_numpy()
    low = np.floor(whole.inward(edges[:, [0, 3]])).astype(int)
    high = np.floor(whole.inward(edges[:, [2, 1]])).astype(int)
    size = np.array([columns, rows])
    large = np.flatnonzero((high - low >= size // 2).any(axis=1))
    if large.size:
        across = int((high - low)[large].max() + 1)
        coarse = whole.cell * (across + 1) / (side // 2 - 1)
        step = 10.0 ** (math.floor(math.log10(coarse)) - 1)
        advice = f"give a cell of {math.ceil(coarse / step) * step:g} m or more"
        if (need := (2 * across) ** 2) <= MOST_CELLS:
            advice += f", or most_cells of {need:,}"
        raise PlanError(
            f"most_cells {ground.most_cells:,} is too small for a window around a plot",
            [f"plot {plots.index[row]!r} is too large; {advice}" for row in large.tolist()],
        )
    tile = ((low + high) // 2) // np.maximum(size // 2, 1)
    _, first, group = np.unique(tile, axis=0, return_index=True, return_inverse=True)
    members = [np.flatnonzero(group.ravel() == one) for one in range(len(first))]
    return tuple(_window(whole, low[one], high[one], size) for one in members), tuple(members)


def _window(whole: Grid, low: NDArray[np.int_], high: NDArray[np.int_], size: NDArray[np.int_]) -> Grid:
    """The window of a given size around cells, pushed back where it would leave the whole."""
    middle = (low.min(axis=0) + high.max(axis=0) + 1) // 2
    corner = np.clip(middle - size // 2, 0, np.array([whole.columns, whole.rows]) - size)
    return Grid(
        whole.west + int(corner[0]) * whole.cell,
        whole.north - int(corner[1]) * whole.cell,
        whole.cell,
        int(size[1]),
        int(size[0]),
    )
