"""Land drawn for terrain: 10 m cells, plots and tie-ins in metres of the drawing."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import world

from siteplan.connect import surface, terrain
from siteplan.connect.surface import Surface
from siteplan.connect.terrain import Routes
from siteplan.surfaces import Ground

BOUNDS = (-200.0, -200.0, 1200.0, 600.0)


def frame(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    """Features by identifier, each named like "The gate"."""
    return world.table(shapes, name=[f"The {key}" for key in shapes])


def line(*points: tuple[float, float]) -> shapely.LineString:
    """A line through points of the drawing."""
    return shapely.LineString(points)


def placed(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Bounds of the drawing, put where the world lies."""
    west, south, east, north = bounds
    return west + world.EAST, south + world.NORTH, east + world.EAST, north + world.NORTH


def laid(
    layers: dict[str, gpd.GeoDataFrame] | None = None,
    bounds: tuple[float, float, float, float] = BOUNDS,
    dem: Any = None,
    **says: Any,
) -> Surface:
    """A surface of what the planner says, 10 m cells unless he says otherwise."""
    return surface.build(Ground.from_dict({"cell": 10, **says}), layers or {}, placed(bounds), dem=dem)


def route(on: Surface, plot: shapely.Geometry, tie_in: shapely.Geometry) -> pd.Series:
    """The one route of one plot to one tie-in."""
    return routes(on, plot, tie_in).table.iloc[0]


def routes(on: Surface, plot: shapely.Geometry, tie_in: shapely.Geometry) -> Routes:
    """All that is said about one plot and one tie-in."""
    return terrain.routes(on, frame(p=plot), frame(gate=tie_in))


def passes(found: pd.Series) -> np.ndarray:
    """The vertices of a route in the metres of the drawing."""
    return shapely.get_coordinates(found.geometry) - [world.EAST, world.NORTH]


PLOT = world.square(0, 0)
GATE = shapely.Point(805, 55)
"""705 m straight east of the plot."""
