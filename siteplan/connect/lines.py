"""Shapes taken apart into straight pieces, and the pieces laid over a grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.kernels import straight
from siteplan.shapes import Shapes


@dataclass(frozen=True, eq=False)
class Pieces:
    """Points and two-point lines of many shapes; polygons give their borders.

    Attributes
    ----------
    ends
        (pieces, 4): ax, ay, bx, by; a point is a piece of no length.
    owner
        Position of the shape that each piece belongs to, ascending.
    """

    ends: NDArray[np.float64]
    owner: NDArray[np.int64]

    def shapes(self, which: NDArray[np.int64]) -> Shapes:
        """Return pieces as points and lines."""
        ends = self.ends[which].reshape(-1, 2, 2)
        made: Shapes = np.empty(len(ends), dtype=object)
        points = (ends[:, 0] == ends[:, 1]).all(axis=1)
        made[points] = shapely.points(ends[points, 0])
        made[~points] = shapely.linestrings(ends[~points])
        return made


def pieces(shapes: Shapes) -> Pieces:
    """Take shapes apart; one that is missing or empty has no piece.

    Examples
    --------
    >>> taken = pieces(np.array([shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 0), (1, 1)])]))
    >>> taken.ends.tolist(), taken.owner.tolist()
    ([[1.0, 2.0, 1.0, 2.0], [0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 1.0, 1.0]], [0, 1, 1])
    """
    taken = segments.runs(shapes)
    first, second, run = segments.pieces(taken)
    ends = np.column_stack([taken.x[first], taken.y[first], taken.x[second], taken.y[second]])
    return Pieces(ends, taken.row[run].astype(np.int64))


@dataclass(frozen=True)
class Grid:
    """Square cells over a piece of the metric CRS; row 0 is the northernmost.

    Attributes
    ----------
    west, north
        The corner where row 0 and column 0 begin, metres.
    cell
        Side of a cell, metres.
    rows, columns
        Size.
    """

    west: float
    north: float
    cell: float
    rows: int
    columns: int

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], cell: float) -> Grid:
        """Return the grid that covers bounds; corners lie on multiples of the cell.

        Two grids of one cell fit onto each other, so a window sees what the whole sees.

        Examples
        --------
        >>> Grid.over((3.0, -1.0, 29.0, 19.0), 10.0)
        Grid(west=0.0, north=20.0, cell=10.0, rows=3, columns=3)
        """
        west, south = np.floor(np.array(bounds[:2]) / cell)
        east, north = np.maximum(np.ceil(np.array(bounds[2:]) / cell), np.array([west, south]) + 1)
        return cls(float(west * cell), float(north * cell), cell, int(north - south), int(east - west))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, metres."""
        south, east = self.north - self.rows * self.cell, self.west + self.columns * self.cell
        return self.west, south, east, self.north

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    def inward(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (..., 2) metres as columns and rows."""
        return np.asarray(np.stack([xy[..., 0] - self.west, self.north - xy[..., 1]], axis=-1) / self.cell)

    def outward(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (..., 2) columns and rows as metres."""
        return np.stack([self.west + xy[..., 0] * self.cell, self.north - xy[..., 1] * self.cell], axis=-1)

    def centres(self, flat: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the centres of cells in columns and rows, (cells, 2)."""
        return np.stack([flat % self.columns + 0.5, flat // self.columns + 0.5], axis=-1)

    def boxes(self, flat: NDArray[np.int64]) -> Shapes:
        """Return cells as squares in metres."""
        x, y = self.outward(self.centres(flat)).T
        half = self.cell / 2
        return np.asarray(shapely.box(x - half, y - half, x + half, y + half), dtype=object)

    def touched(self, taken: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return the cells that pieces pass: position of the piece, flat cell, metres inside it."""
        ends = self.inward(taken.ends.reshape(-1, 2, 2)).reshape(-1, 4)
        piece, flat, length = straight.cells(np.ascontiguousarray(ends), self.rows, self.columns)
        return piece, flat, length * self.cell
