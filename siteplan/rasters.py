"""A grid of numbers that lies somewhere: heights, for example, and how steep they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Transform = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, eq=False)
class Raster:
    """Numbers on a grid of north-up cells in a projected CRS.

    Attributes
    ----------
    values
        (rows, columns), the northernmost row first; NaN where nothing is known.
    transform
        a, b, c, d, e, f: x = a column + b row + c, y = d column + e row + f, at the corners of cells.
    crs
        The CRS as WKT or a code, in metres.
    name
        Where it comes from, for messages.

    Examples
    --------
    >>> Raster(np.zeros((2, 3)), (30.0, 0.0, 500000.0, 0.0, -30.0, 5700000.0), "EPSG:32652").cell
    (30.0, 30.0)
    """

    values: NDArray[np.float64]
    transform: Transform
    crs: str
    name: str = "heights"

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell, metres."""
        return abs(self.transform[0]), abs(self.transform[4])


def slope(heights: Raster) -> Raster:
    """Slope of the steepest way, percent, from heights in metres.

    Central differences; NaN beside a cell without height, because half a difference is no slope.

    Examples
    --------
    >>> ramp = np.tile(np.arange(4.0), (3, 1))  # 1 m up for every 10 m east
    >>> slope(Raster(ramp, (10.0, 0.0, 0.0, 0.0, -10.0, 30.0), "EPSG:32652")).values[1].tolist()
    [10.0, 10.0, 10.0, 10.0]
    """
    if min(heights.values.shape) < 2:
        return Raster(np.full(heights.values.shape, np.nan), heights.transform, heights.crs, heights.name)
    width, height = heights.cell
    south, east = np.gradient(heights.values.astype(float), height, width)
    return Raster(100.0 * np.hypot(south, east), heights.transform, heights.crs, heights.name)
