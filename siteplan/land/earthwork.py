"""Earth to be moved: planes laid into ground, what stands above them and what lies below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siteplan.land.centres import Cells

Floats = NDArray[np.float64]

_STEPS = 30
_LEVEL = 1e-9


def gradients(moments: Floats, tilts: Floats, steepest: float) -> Floats:
    """Return the gradients of the planes that fit best among those no steeper than allowed.

    Parameters
    ----------
    moments
        (planes, 2, 2) mean of the products of x and y, both from their means.
    tilts
        (planes, 2) mean of the products of x and of y with height, from the means.
    steepest
        Rise per metre that no plane exceeds; 0 for level ones.

    Returns
    -------
    gradients
        (planes, 2) rise per metre eastwards and northwards. Least squares: where the plane that fits
        best is too steep, the best of those that are just allowed, which may turn aside from it.

    References
    ----------
    A least-squares problem with a bounded norm: the gradient is (moments + k)^-1 tilts with the k at
    which it is as steep as allowed, found by Newton's steps on 1 / |gradient| (Moré & Sorensen 1983,
    doi:10.1137/0904038), which come from below and never pass it.

    Examples
    --------
    >>> square = np.array([[[100.0, 0.0], [0.0, 100.0]]])
    >>> gradients(square, np.array([[3.0, 4.0]]), 0.1).round(6).tolist()
    [[0.03, 0.04]]
    >>> gradients(square, np.array([[3.0, 4.0]]), 0.02).round(6).tolist()
    [[0.012, 0.016]]
    """
    if steepest < _LEVEL:
        return np.zeros_like(tilts)
    wide, axes = np.linalg.eigh(moments)
    along = np.einsum("nij,ni->nj", axes, tilts)
    # Cells in one line leave the tilt across it open; it is kept level.
    open_tilt = wide <= 1e-12 * wide.max(axis=1, initial=0.0, keepdims=True)
    along, wide = np.where(open_tilt, 0.0, along), np.where(open_tilt, 1.0, wide)
    extra = np.zeros((len(wide), 1))
    for _ in range(_STEPS):
        tilt = along / (wide + extra)
        steep = np.hypot(*tilt.T)[:, None]
        slack = (tilt**2 / (wide + extra)).sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = steep**2 / slack * (steep - steepest) / steepest
        extra += np.where(steep > steepest, step, 0.0)
    tilt = along / (wide + extra)
    too_steep = np.maximum(np.hypot(*tilt.T)[:, None] / steepest, 1.0)
    return np.asarray(np.einsum("nij,nj->ni", axes, tilt / too_steep), dtype=float)


def mean(owner: NDArray[np.intp], values: Floats, plots: int) -> Floats:
    """Return the mean of the known values of each plot; NaN where none is known."""
    known = ~np.isnan(values)
    total = np.bincount(owner[known], weights=values[known], minlength=plots)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / np.bincount(owner[known], minlength=plots), dtype=float)


@dataclass(frozen=True, eq=False)
class Ground:
    """Cells with heights by their plots, measured from the plot's mean.

    Attributes
    ----------
    owner
        Position of each cell's plot.
    east, north, above
        Of each cell's centre, metres from the mean of its plot's cells.
    height, hectares
        Mean height of each plot's cells, metres, and their area; NaN and 0 where it has none.
    cell_area
        m2.
    """

    owner: NDArray[np.intp]
    east: Floats
    north: Floats
    above: Floats
    height: Floats
    hectares: Floats
    cell_area: float

    @classmethod
    def of(cls, cells: Cells, height: Floats, plots: int, cell: tuple[float, float]) -> Ground:
        """Take the heights of cells of a size, of so many plots; cells without a height are left out."""
        known = ~np.isnan(height)
        owner, area = cells.owner[known], cell[0] * cell[1]
        metres = np.column_stack([cells.column * cell[0], cells.row * -cell[1], height])[known]
        middle = np.column_stack([mean(owner, each, plots) for each in metres.T])
        east, north, above = (metres - middle[owner]).T
        hectares = np.bincount(owner, minlength=plots) * (area / 1e4)
        return cls(owner, east, north, above, middle[:, 2], np.asarray(hectares, dtype=float), area)

    def _product(self, one: Floats, other: Floats) -> Floats:
        return np.nan_to_num(mean(self.owner, one * other, len(self.height)))

    @property
    def moments(self) -> Floats:
        """(plots, 2, 2) means of the products of east and north."""
        across = self._product(self.east, self.north)
        rows = (
            (self._product(self.east, self.east), across),
            (across, self._product(self.north, self.north)),
        )
        return np.moveaxis(np.array(rows), 2, 0)

    @property
    def tilts(self) -> Floats:
        """(plots, 2) means of the products of east and of north with height."""
        return np.column_stack([self._product(each, self.above) for each in (self.east, self.north)])

    def earthwork(self, gradients: Floats) -> tuple[Floats, Floats, Floats]:
        """Cut and fill, m3, and cut per hectare, to planes of given gradients through the means."""
        east, north = gradients[self.owner].T
        left = self.above - east * self.east - north * self.north
        cut, fill = self._volume(left), self._volume(-left)
        with np.errstate(invalid="ignore"):
            return cut, fill, np.asarray(cut / self.hectares, dtype=float)

    def _volume(self, above: Floats) -> Floats:
        """Volume that stands above 0 on each plot, m3."""
        total = np.bincount(self.owner, weights=np.maximum(above, 0.0), minlength=len(self.height))
        return np.asarray(total * self.cell_area, dtype=float)
