"""Neighbouring polygons of one owner united."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.shapes import Shapes

_ORIGIN_M = 1000.0
_AWAY_M = 2.0**20
"""A power of two: whole and half metres come back as they were."""


def together(shapes: Shapes, of: NDArray[np.intp]) -> tuple[NDArray[np.intp], Shapes]:
    """Unite neighbouring polygons of the same owner.

    Parameters
    ----------
    shapes
        Polygons.
    of
        Number of each one's owner, never decreasing.

    Returns
    -------
    owners, unions
        One for each owner; a shape alone is its own union.
    """
    owners, first, count = np.unique(of, return_index=True, return_counts=True)
    unions = shapes[first]
    several = count > 1
    if several.any():
        some = np.repeat(several, count)
        number = np.repeat(np.arange(several.sum()), count[several])
        heaps = np.asarray(shapely.geometrycollections(shapes[some], indices=number))
        unions[several] = _united(heaps)
    return owners, unions


def _united(heaps: Shapes) -> Shapes:
    """Unite the polygons of each heap.

    GEOS 3.14 loses whole pieces of a union whose coordinates lie within some metres of (0, 0), where
    numbers are much finer than its tolerances: it is made elsewhere and brought back.
    """
    low, high = np.split(shapely.bounds(heaps), 2, axis=1)
    near = ((low < _ORIGIN_M) & (high > -_ORIGIN_M)).all(axis=1)
    if near.any():
        heaps = heaps.copy()
        heaps[near] = shapely.transform(heaps[near], lambda spots: spots + _AWAY_M)
    made = np.asarray(shapely.union_all(heaps[:, None], axis=1))
    made[near] = shapely.transform(made[near], lambda spots: spots - _AWAY_M)
    return made
