"""What zones leave of plots where every consent is given: the lean ways, where nobody asks for causes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.land import casting, outside
from siteplan.land.attribution import written
from siteplan.land.reach import THREADS, Field, way_for
from siteplan.land.uncut import without_dust
from siteplan.nearest import Way
from siteplan.shapes import Shapes


def net_area(
    plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, threads: int = THREADS, way: Way | None = None
) -> pd.Series:
    """Net area of each plot where every consent is given, m2; the lean way where nobody asks for causes.

    Parameters, errors and the result are those of `net.net`; areas agree with its `net_m2` to a share of
    1e-9 of the plot, and the compiled way calls less than `uncut.DUST_M2` none.

    Parameters
    ----------
    plots, zones, threads
        As for `net.net`.
    way
        "plain" makes the shapes that are left, "compiled" makes none; whichever is faster for so many
        plots if not given.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> zones = gpd.GeoDataFrame(
    ...     {
    ...         "cause": "gas",
    ...         "title": "",
    ...         "severity": "exclusion",
    ...         "layer": "",
    ...         "feature": "",
    ...         "metres": 20.0,
    ...     },
    ...     geometry=[shapely.LineString([(-50, 0), (150, 0)])],
    ...     index=[0],
    ... )
    >>> net_area(plots, zones).tolist()
    [8000.0]
    """
    if (way or way_for(len(plots))) == "plain":
        shapes, cast = _read(plots, zones, threads)
        areas = _left(shapes, cast, threads, shapely.area, np.empty(len(shapes)))
    else:
        areas = _compiled(plots, zones, threads)
    return pd.Series(areas, index=plots.index, name="net_m2")


def remaining(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, threads: int = THREADS) -> gpd.GeoSeries:
    """Net land of each plot where every consent is given: the shapes behind `net_area`.

    Parameters and errors are those of `net.net`; the shapes are its `shapes`, but for rounding.
    """
    shapes, cast = _read(plots, zones, threads)
    rest = _left(shapes, cast, threads, without_dust, shapes.copy())
    return gpd.GeoSeries(rest, index=plots.index, crs=plots.crs)


def _read(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, threads: int) -> tuple[Shapes, casting.Cast]:
    """Shapes of the plots, and the exclusions."""
    with ThreadPoolExecutor(threads) as pool:
        shapes, cast = pool.submit(casting.grounds, plots, zones), casting.excluded(zones)
        return shapes.result(), cast


def _compiled(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, threads: int) -> NDArray[np.float64]:
    """Areas by kernels; by shapes where too many zones lie on top of each other."""

    def taken_apart() -> tuple[Shapes, outside.Grounds]:
        shapes = casting.grounds(plots, zones)
        return shapes, outside.Grounds.of(shapes)

    with ThreadPoolExecutor(threads) as pool:
        grounds = pool.submit(taken_apart)
        cast = casting.excluded(zones)
        ready = outside.Zones.of(cast.shapes, cast.metres, lambda: grounds.result()[1].boxes)
        shapes = grounds.result()[0]
    areas = outside.areas(grounds.result()[1], ready, threads)
    crowded = np.isnan(areas)
    if crowded.any():
        some = shapes[crowded]
        areas[crowded] = _left(some, cast.near(some), threads, shapely.area, np.empty(len(some)))
    return areas


def _left(
    shapes: Shapes, cast: casting.Cast, threads: int, of: Callable[[Shapes], NDArray[Any]], out: NDArray[Any]
) -> NDArray[Any]:
    """Write something of what zones leave of plots."""
    return written(shapes, Field.of(cast.shapes, cast.metres, way_for(len(shapes))), threads, of, out)
