"""The largest rectangle the slow way: every degree, every edge, a fine grid, growth by halving.

Shares nothing with `siteplan.land`: cells come from rasterio, growth asks `shapely.covers`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine

CELLS = 400
"""Cells on the long side of the land."""


def largest(land: shapely.Geometry, *, cells: int = CELLS, step: float = 1.0) -> float:
    """Area of the largest rectangle found in a polygon or multipolygon, m2."""
    land = shapely.transform(land, lambda xy: xy - xy.mean(axis=0))
    ends = shapely.get_coordinates(land)
    move = np.diff(ends, axis=0)
    own = np.degrees(np.arctan2(move[:, 1], move[:, 0])) % 90
    tried = np.unique(np.round(np.concatenate([np.arange(0, 90, step), own]), 9))
    return max((_at(land, float(np.radians(angle)), cells) for angle in tried), default=0.0)


def _at(land: shapely.Geometry, angle: float, cells: int) -> float:
    """Area of the largest rectangle at one angle: the best of the grid's, grown."""
    c, s = np.cos(angle), np.sin(angle)
    land = shapely.transform(land, lambda xy: xy @ np.array([[c, -s], [s, c]]))
    west, south, east, north = land.bounds
    cell = max(east - west, north - south) / cells
    shape = (int(np.ceil((north - south) / cell)), int(np.ceil((east - west) / cell)))
    to_cells = Affine(cell, 0, west, 0, cell, south)
    inside = rasterize([land], shape, transform=to_cells, dtype="uint8")
    inside &= 1 - rasterize([land.boundary], shape, transform=to_cells, all_touched=True, dtype="uint8")
    shapely.prepare(land)
    best = 0.0
    for column, width, row, height in _largest_of_cells(inside):
        box = np.array([column, row, column + width, row + height]) * cell + [west, south, west, south]
        for order in ((0, 2, 1, 3), (1, 3, 0, 2)):
            best = max(best, _grown(land, box, order, cell))
    return best


def _largest_of_cells(inside: NDArray[Any]) -> list[tuple[int, int, int, int]]:
    """The largest rectangle of cells, and the largest of those less than half and over twice as wide."""
    height = np.zeros(inside.shape, dtype=np.int32)
    height[0] = inside[0]
    for row in range(1, len(inside)):
        height[row] = (height[row - 1] + 1) * inside[row]
    found, common = [], height.copy()
    for width in range(1, inside.shape[1] + 1):
        if width > 1:
            common = np.minimum(common[:, :-1], height[:, width - 1 :])
        at = int(common.argmax())
        row, column = divmod(at, common.shape[1])
        tall = int(common[row, column])
        if not tall:
            break
        found.append((column, width, row + 1 - tall, tall))
    found.sort(key=lambda one: -one[1] * one[3])
    first = found[:1]
    narrow = [one for one in found if one[1] * 2 < first[0][1]][:1]
    wide = [one for one in found if one[1] > first[0][1] * 2][:1]
    return first + narrow + wide


def _grown(land: shapely.Geometry, box: NDArray[np.float64], order: tuple[int, ...], cell: float) -> float:
    """Area of a box grown side after side, each by halving steps while it stays inside."""
    box = box.copy()
    if not land.covers(shapely.box(*box)):
        return 0.0
    for side in order:
        step = 4 * cell
        while step > 1e-3 * cell:
            tried = box.copy()
            tried[side] += step if side > 1 else -step
            if land.covers(shapely.box(*tried)):
                box = tried
            else:
                step /= 2
    return float((box[2] - box[0]) * (box[3] - box[1]))
