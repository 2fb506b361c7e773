"""The largest rectangle in a piece of land, at any angle, and whether a hall fits.

Plain numpy, many plots at once, nothing to compile: 36 plots take 0.2 s of a processor, 10 000
about 40 s, shared by two threads.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.errors import DataError, PlanError
from siteplan.land.boxes import Floats, Worth
from siteplan.land.climbing import Places, search
from siteplan.shapes import Shapes

Land = gpd.GeoSeries | gpd.GeoDataFrame

_DRAWN_IN = (0.0, 1e-6, 1e-5, 1e-4, 1e-3)
"""Metres by which the sides are drawn in, the first that makes the rectangle lie inside in spite of
rounding; 1e-6 has been enough for everything the tests know."""

_EXACT = 2e-6
"""Metres that a hall may lack and still fits: rounding, not land."""


def largest_rectangle(land: Land, *, margin: float = 0.0, min_side: float = 0.0) -> gpd.GeoDataFrame:
    """Largest rectangle that lies inside each piece of land, at any angle.

    Parameters
    ----------
    land
        Polygons and multipolygons with holes, valid, in a metric CRS. Lines and points have no
        area; a shape without area, empty or missing has no rectangle. A rectangle never reaches
        across the gap between two parts.
    margin
        Metres kept free on every side of the rectangle, corners included: the rectangle *and* a
        strip of this width around it lie inside.
    min_side
        Metres that the shorter side must have.

    Returns
    -------
    rectangles
        On the index of `land`: `area_m2`, `length_m` (the longer side), `width_m`, `angle_deg` of
        the longer side, counter-clockwise from east, 0 <= angle < 180, and the rectangle as
        `geometry`. Where there is none: zeros, an angle of NaN, and an empty polygon.

    Raises
    ------
    DataError
        If a shape is invalid or not finite; all of them at once.
    PlanError
        If a number of metres is negative or not finite.

    Notes
    -----
    Every rectangle is inside: shapely has said so of the very polygon that is returned. That it is
    the *largest* is the result of a search, not a proof. On 100 plots with strips and notches cut
    out it had at least 99.5 % of what an exhaustive search over every degree and a grid of 400
    cells found, and 100.3 % in the mean (`make bench ONLY=rectangles` asks again).

    Examples
    --------
    >>> halves = gpd.GeoSeries([shapely.Polygon([(0, 0), (300, 0), (0, 160)])], index=["triangle"])
    >>> largest_rectangle(halves).area_m2.round().tolist()
    [12000.0]
    >>> field = gpd.GeoSeries([shapely.box(0, 0, 400, 200)], index=["a"])
    >>> largest_rectangle(field, margin=25).drop(columns="geometry").round(3)
       area_m2  length_m  width_m  angle_deg
    a  52500.0     350.0    150.0        0.0
    """
    _refuse(margin=margin, min_side=min_side)
    shapes = _shapes(land)
    found = search(shapes, _roomy(margin, min_side))
    sides = found.sides - 2 * margin
    wanted = (sides[:, 1] > 0) & (sides[:, 1] >= min_side - _EXACT)
    drawn, inside = _drawn_in(shapes, found, found.sides, wanted)
    sides = np.where(inside[:, None], sides - 2 * drawn[:, None], 0.0)
    return gpd.GeoDataFrame(
        {
            "area_m2": sides.prod(axis=1),
            "length_m": sides[:, 0],
            "width_m": sides[:, 1],
            "angle_deg": np.where(inside, found.angle, np.nan),
        },
        geometry=found.outlines(sides, inside),
        index=land.index,
        crs=land.crs,
    )


def hall(land: Land, *, length: float, width: float, margin: float = 0.0) -> gpd.GeoDataFrame:
    """Whether a hall of given length and width fits into each piece of land, and where.

    Parameters
    ----------
    land
        As for `largest_rectangle`.
    length, width
        Metres, in either order. The hall stands at any angle.
    margin
        Metres kept free around the hall, corners included.

    Returns
    -------
    halls
        On the index of `land`: `fits`, `spare_m`, `angle_deg` of the longer side,
        counter-clockwise from east, 0 <= angle < 180, and the hall as `geometry`, without its
        margin, in the middle of the roomiest place found. `spare_m` is by how much both length and
        width could grow there; where the hall does not fit it is negative, what the roomiest place
        lacks, and NaN without land. Where it does not fit the angle is NaN and the geometry empty.

    Raises
    ------
    DataError, PlanError
        As for `largest_rectangle`.

    Notes
    -----
    A hall that fits is shown, inside. That one does not fit is the result of a search, not a proof.

    Examples
    --------
    >>> land = gpd.GeoSeries([shapely.box(0, 0, 400, 200), shapely.box(0, 0, 290, 290)], index=["a", "b"])
    >>> found = hall(land, length=300, width=150, margin=10)
    >>> found.fits.tolist(), found.spare_m.round(3).tolist()
    ([True, False], [30.0, -30.0])
    """
    _refuse(positive=("length", "width"), length=length, width=width, margin=margin)
    shapes = _shapes(land)
    sides = np.array([max(length, width), min(length, width)])
    needed = sides + 2 * margin
    found = _roomiest(shapes, needed)
    spare = (found.sides - needed).min(axis=1)
    _, inside = _drawn_in(shapes, found, np.minimum(found.sides, needed), spare >= -_EXACT)
    return gpd.GeoDataFrame(
        {
            "fits": inside,
            "spare_m": np.where(inside, np.maximum(spare, 0.0), spare),
            "angle_deg": np.where(inside, found.angle, np.nan),
        },
        geometry=found.outlines(np.broadcast_to(sides, found.sides.shape), inside),
        index=land.index,
        crs=land.crs,
    )


def _roomiest(shapes: Shapes, needed: Floats) -> Places:
    """Where the most is to spare; what seems too small is searched again for the largest share of the hall.

    Where both sides lack something, no small move may help both, and the first search stops; the
    share of the hall rises with either.
    """
    first = search(shapes, _spare(*needed))
    lacks = (first.sides - needed).min(axis=1)
    again = np.flatnonzero((lacks < -_EXACT) & (shapely.area(shapes) >= needed.prod()))
    second = search(shapes[again], _share(*needed))
    better = (second.sides - needed).min(axis=1) > lacks[again]
    rows = again[better]
    first.angle[rows], first.sides[rows], first.middle[rows] = (
        one[better] for one in (second.angle, second.sides, second.middle)
    )
    return first


def _drawn_in(
    shapes: Shapes, found: Places, sides: Floats, wanted: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """How far each rectangle must be drawn in to lie inside by shapely's word, and whether it does."""
    drawn = np.zeros(len(shapes))
    inside = np.zeros(len(shapes), dtype=bool)
    for metres in _DRAWN_IN:
        left = np.flatnonzero(wanted & ~inside & (sides[:, 1] > 2 * metres))
        outlines = found.outlines(sides - 2 * metres, np.isin(np.arange(len(shapes)), left))
        inside[left] = shapely.covers(shapes[left], outlines[left])
        drawn[left] = metres
    return drawn, inside


def _refuse(positive: Sequence[str] = (), **metres: float) -> None:
    problems = [
        f"{name}: {value:g} m; give {'more than 0' if name in positive else '0 or more'}"
        for name, value in metres.items()
        if not (np.isfinite(value) and value >= 0) or (name in positive and value == 0)
    ]
    if problems:
        raise PlanError("a rectangle of this size cannot be meant", problems)


def _shapes(land: Land) -> Shapes:
    """The polygons of a column of shapes, None where there is none; invalid ones are refused."""
    shapes = land.geometry.to_numpy().copy()
    solid = shapely.get_dimensions(shapes) == 2
    bad = solid & ~shapely.is_valid(shapes)
    if bad.any():
        reasons = shapely.is_valid_reason(shapes[bad])
        problems = [
            f"land {name}: {reason}; give a valid polygon"
            for name, reason in zip(land.index[bad], reasons, strict=True)
        ]
        raise DataError("no rectangle can be drawn in land that is no valid polygon", problems)
    shapes[~solid] = None
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for row in mixed:
        parts = shapely.get_parts(shapes[row])
        shapes[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return shapes


def _roomy(margin: float, min_side: float) -> Worth:
    """Area without the margin; where a side is too short what it lacks, below every area."""

    def worth(one: Floats, other: Floats) -> Floats:
        short, long = np.minimum(one, other) - 2 * margin, np.maximum(one, other) - 2 * margin
        enough = (short >= min_side - _EXACT) & (short > 0)
        return np.where(enough, short * long, short - min_side - _EXACT)

    return worth


def _spare(longer: float, shorter: float) -> Worth:
    """By how much both sides of a hall could grow; negative is what a side lacks."""

    def worth(one: Floats, other: Floats) -> Floats:
        return np.minimum(np.maximum(one, other) - longer, np.minimum(one, other) - shorter)

    return worth


def _share(longer: float, shorter: float) -> Worth:
    """Area of the part of a hall that there is room for."""

    def worth(one: Floats, other: Floats) -> Floats:
        long, short = np.maximum(one, other), np.minimum(one, other)
        return np.minimum(long, longer) * np.minimum(short, shorter)

    return worth
