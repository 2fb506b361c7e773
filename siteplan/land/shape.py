"""How land is shaped: one number for each row, on the index it came with.

Land is polygons, single or multiple, in one CRS in metres; a plot, or what is left of one. Several
pieces of one row are taken together, as one shape. Land that is missing or empty has no shape, and
every index of it is NaN; its pieces are counted all the same: none where it is empty, NaN where it
is missing, for nothing left is known and missing is not.

References
----------
The indices are those that momepy publishes for buildings and plots (Fleischmann 2019,
doi:10.21105/joss.01807); each names who proposed it.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.shapes import Shapes

Land = gpd.GeoSeries | gpd.GeoDataFrame

PIECE_M2 = 1.0
"""Square metres from which a piece of land counts as one, unless somebody says otherwise."""


def parts(land: Land, *, at_least: float = PIECE_M2) -> pd.Series:
    """Count the separate pieces of land; pieces that touch in a point only are separate.

    Parameters
    ----------
    land
        Valid polygons in metres.
    at_least
        The least area that counts as a piece, m2: what is smaller is dust, or nothing to anybody.

    Returns
    -------
    parts
        Number of pieces; 0 for empty land, NaN for missing.

    Examples
    --------
    >>> two = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(200, 0, 202, 100)])
    >>> land = gpd.GeoSeries([two, shapely.Polygon(), None], index=["a", "b", "c"])
    >>> parts(land).tolist(), parts(land, at_least=500).tolist()
    ([2.0, 0.0, nan], [1.0, 0.0, nan])
    """
    shapes = _shapes(land)
    pieces, row = shapely.get_parts(shapes, return_index=True)
    areas = shapely.area(pieces)
    counted = np.bincount(row[(areas > 0) & (areas >= at_least)], minlength=len(shapes)).astype(float)
    counted[shapely.is_missing(shapes)] = np.nan
    return pd.Series(counted, index=land.index, name="parts")


def largest_piece(land: Land) -> pd.Series:
    """Area of the largest piece of land, m2; 0 for empty land, NaN for missing.

    Its shape is that of `in_one_piece`.

    Examples
    --------
    >>> two = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(200, 0, 202, 100)])
    >>> largest_piece(gpd.GeoSeries([two, shapely.Polygon(), None])).tolist()
    [10000.0, 0.0, nan]
    """
    areas = shapely.area(_shapes(in_one_piece(land)))
    return pd.Series(areas, index=land.index, name="largest_piece")


def in_one_piece(land: Land) -> gpd.GeoSeries:
    """Return the largest piece of each row as a shape; the first of those that are equally large.

    Examples
    --------
    >>> two = shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 50, 10)])
    >>> in_one_piece(gpd.GeoSeries([two])).area.tolist()
    [300.0]
    """
    shapes = _shapes(land)
    pieces, row = shapely.get_parts(shapes, return_index=True)
    # Stable sorts keep the first of equals first.
    order = np.lexsort([-shapely.area(pieces), row])
    rows, first = np.unique(row[order], return_index=True)
    largest = shapes.copy()
    largest[rows] = pieces[order[first]]
    return gpd.GeoSeries(largest, index=land.index, crs=land.crs)


def circular_compactness(land: Land) -> pd.Series:
    """Share of the smallest circle around land that it fills; 1 for a disc.

    Area / area of the minimum bounding circle (Reock 1961, after Dibble et al. 2017).

    Examples
    --------
    >>> circular_compactness(gpd.GeoSeries([shapely.box(0, 0, 100, 100)])).round(6).tolist()  # 2 / pi
    [0.63662]
    """
    shapes = _shapes(land)
    circle = np.pi * shapely.minimum_bounding_radius(shapes) ** 2
    return _index(land, "circular_compactness", shapely.area(shapes), circle)


def equivalent_rectangular_index(land: Land) -> pd.Series:
    """How near land comes to its smallest rectangle, in area and outline together; 1 for a rectangle.

    sqrt(area / area of the rectangle) x perimeter of the rectangle / perimeter (Basaraner & Cetinkaya
    2017). Perimeters count holes. Unlike `rectangularity` it tells a frayed outline from a straight one.
    Land in several pieces may have less outline than its rectangle, and then more than 1: ask it of
    `in_one_piece(land)`.

    Examples
    --------
    >>> bay = shapely.box(0, 0, 50, 20).difference(shapely.box(10, 10, 40, 20))
    >>> equivalent_rectangular_index(gpd.GeoSeries([bay, shapely.box(0, 0, 9, 4)])).round(4).tolist()
    [0.7321, 1.0]
    """
    shapes = _shapes(land)
    around = shapely.oriented_envelope(shapes)
    filled = np.sqrt(_ratio(shapely.area(shapes), shapely.area(around)))
    return _index(
        land, "equivalent_rectangular_index", filled * shapely.length(around), shapely.length(shapes)
    )


def rectangularity(land: Land) -> pd.Series:
    """Share of the smallest rectangle around land, at any angle, that it fills; 1 for a rectangle.

    Area / area of the minimum rotated rectangle (Dibble et al. 2017).

    Examples
    --------
    >>> corner = shapely.Polygon([(0, 0), (100, 0), (100, 50), (50, 50), (50, 100), (0, 100)])
    >>> rectangularity(gpd.GeoSeries([shapely.box(0, 0, 30, 10), corner])).tolist()
    [1.0, 0.75]
    """
    shapes = _shapes(land)
    return _index(
        land, "rectangularity", shapely.area(shapes), shapely.area(shapely.oriented_envelope(shapes))
    )


def elongation(land: Land) -> pd.Series:
    """Short side / long side of the smallest rectangle around land, at any angle; 1 for a square.

    The less, the longer drawn out (Gil et al. 2012).

    Examples
    --------
    >>> elongation(gpd.GeoSeries([shapely.box(0, 0, 30, 10), shapely.box(0, 0, 10, 10)])).round(4).tolist()
    [0.3333, 1.0]
    """
    around = shapely.oriented_envelope(_shapes(land))
    # With the sides a and b of a rectangle, a + b and a b are known: the longer is the larger root of
    # a quadratic, and short / long is the area / long squared.
    quarter, area = shapely.length(around) / 4, shapely.area(around)
    longer = quarter + np.sqrt(np.maximum(quarter**2 - area, 0.0))
    return _index(land, "elongation", area, longer**2)


def convexity(land: Land) -> pd.Series:
    """Share of its convex hull that land fills; 1 where nothing is dented.

    Area / area of the convex hull (Dibble et al. 2017).

    Examples
    --------
    >>> corner = shapely.Polygon([(0, 0), (100, 0), (100, 50), (50, 50), (50, 100), (0, 100)])
    >>> convexity(gpd.GeoSeries([corner])).round(4).tolist()  # 7500 of 8750 m2
    [0.8571]
    """
    shapes = _shapes(land)
    return _index(land, "convexity", shapely.area(shapes), shapely.area(shapely.convex_hull(shapes)))


def _shapes(land: Land) -> Shapes:
    shapes: Shapes = land.geometry.to_numpy()
    return shapes


def _index(land: Land, name: str, part: NDArray[np.float64], whole: NDArray[np.float64]) -> pd.Series:
    """A share on the index of the land; NaN where there is no land, or none with an area."""
    ratio = _ratio(part, whole)
    ratio[~(shapely.area(_shapes(land)) > 0)] = np.nan
    return pd.Series(ratio, index=land.index, name=name)


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = np.full(len(part), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio
