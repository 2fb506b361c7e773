"""Land with buildable patches, never cut along their edges; and land without the dust that rounding leaves.

Where a patch gives land back, the zones are cut, not the plot: land = plot - (zones - patches). Put
together from what lies inside a patch and what lies outside, land would keep a crack along the edge,
for the same edge computed twice differs in the last digit; no hall stands across a crack.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.land.casting import Cast
from siteplan.land.overrides import Patches
from siteplan.land.reach import Field
from siteplan.land.uniting import together
from siteplan.shapes import Shapes

DUST_M2 = 1e-3
"""Pieces smaller than this are what rounding leaves: a crack of 1e-9 m, hundreds of metres long."""

_AROUND_M = 1.0


def uncut(plots: Shapes, zones: Cast, drawn: Patches, before: int) -> Shapes:
    """Take zones off plots, but for what lies in buildable patches; lost patches are taken whole.

    Parameters
    ----------
    plots
        Polygons.
    zones
        All of them, the lost patches first.
    drawn
        The planner's patches.
    before
        Place in the order of causes before which zones take land.
    """
    field = Field.of(*zones.between(1, before))
    found = field.reached(plots)
    cut = ~found.covered
    owner = np.concatenate([found.plot[cut], np.unique(found.plot[~cut])])
    west, south, east, north = shapely.bounds(plots[owner[cut.sum() :]]).T
    around = shapely.box(west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
    claimed = np.concatenate([field.made(found.stretch[cut]), around])
    order = np.argsort(owner, kind="stable")
    some, claims = together(claimed[order], owner[order])
    left = _without(plots, drawn.lost)
    left[some] = shapely.difference(left[some], without_dust(_without(claims, drawn.given)))
    return left


def _without(shapes: Shapes, others: Shapes) -> Shapes:
    """Shapes less all that others cover of them."""
    row, other = shapely.STRtree(others).query(shapes, predicate="intersects")
    some, covered = together(others[other], row)
    less = shapes.copy()
    less[some] = shapely.difference(shapes[some], covered)
    return less


def without_dust(shapes: Shapes) -> Shapes:
    """Only the pieces of polygons that are larger than `DUST_M2`.

    Examples
    --------
    >>> land = shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(20, 0, 20.00001, 9)])
    >>> print(without_dust(np.array([land]))[0])
    POLYGON ((9 0, 9 9, 0 9, 0 0, 9 0))
    """
    whole = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    size = shapely.area(shapes)
    dust = whole & (size < DUST_M2) & ~shapely.is_empty(shapes)
    # Most shapes are of one piece, and taking others to pieces is dear.
    several = np.flatnonzero(~whole)
    pieces, of = shapely.get_parts(shapes[several], return_index=True)
    large: NDArray[np.bool_] = shapely.area(pieces) >= DUST_M2
    dusty = np.bincount(of[~large], minlength=len(several)) > 0
    if not (dust.any() or dusty.any()):
        return shapes
    made = shapes.copy()
    made[dust] = made[several[dusty]] = shapely.Polygon()
    kept = large & dusty[of]
    single = (np.bincount(of[kept], minlength=len(several)) == 1)[of]
    made[several[of[kept & single]]] = pieces[kept & single]
    some = kept & ~single
    shapely.multipolygons(pieces[some], indices=several[of[some]], out=made)
    return made
