"""Shapes in, amounts out: distance, overlap, length, count, area, attribute.

Plots and layers are in one metric CRS. Every function takes the plots first and returns its result
on their index. Distances are exact: plot edge to the nearest point of the nearest feature.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan import cells
from siteplan.amounts import Attribute, Plain
from siteplan.shapes import Shapes

COLUMNS = ("amount", "unit", "category", "feature", "feature_name", "tie_in_x", "tie_in_y")
"""Columns of every measured table."""


def measure(plots: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], what: Plain) -> pd.DataFrame:
    """Measure one amount for every plot.

    Parameters
    ----------
    plots, layers
        Checked tables in one metric CRS.
    what
        The measure of a criterion or a constraint.

    Returns
    -------
    measured
        On the index of `plots`: `amount` (NaN unknown, inf where the layer is known to have no
        feature) with its `unit` (empty where a column's unit is not known), `category` (text of a
        text attribute, else missing), and for a distance the `feature` reached with its
        `feature_name` and the tie-in point in the metric CRS.
    """
    if isinstance(what, Attribute):
        unit = plots.attrs.get("units", {}).get(what.column, "")
        return table(plots.index, unit=unit, **attribute(plots, what.column))
    if what.kind == "area":
        return table(plots.index, unit="ha", amount=area(plots))
    layer = layers[what.layer]
    if what.kind == "distance":
        return distance(plots, layer)
    amounts, unit = _INSIDE[what.kind]
    return table(plots.index, unit=unit, amount=amounts(plots, layer))


def table(index: pd.Index, **given: object) -> pd.DataFrame:
    """Return a measured table: what is given, in the columns of `COLUMNS`; the rest missing."""
    empty = dict(zip(COLUMNS, (np.nan, "", None, "", "", np.nan, np.nan), strict=True))
    measured = pd.DataFrame({**empty, **given}, index=index)
    return measured.astype({"amount": float, "category": "str", "feature": "str", "feature_name": "str"})


def area(plots: gpd.GeoDataFrame) -> pd.Series:
    """Area of each plot, hectares.

    Examples
    --------
    >>> square = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> area(square).tolist()
    [1.0]
    """
    return plots.geometry.area / 1e4


def attribute(plots: gpd.GeoDataFrame, column: str) -> dict[str, pd.Series]:
    """Values of a column of the plots: numbers as amounts, anything else as categories."""
    given = plots[column]
    if pd.api.types.is_bool_dtype(given):
        return {"category": given.map({True: "true", False: "false"}).astype("str")}
    if pd.api.types.is_numeric_dtype(given):
        return {"amount": given.astype(float)}
    return {"category": pd.Series([cells.text(cell) for cell in given], index=plots.index, dtype="str")}


def distance(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """Straight line from each plot's edge to the nearest point of the nearest feature, metres.

    0 where they touch, overlap, or the plot lies inside the feature. Of several features at
    exactly the same distance the first in the layer is taken. In a layer without features the
    distance is infinite.

    Parameters
    ----------
    plots
        Polygons in metres.
    layer
        Points, lines or polygons in metres, indexed by identifier, with their `name`.

    Returns
    -------
    measured
        Amount in metres, the feature with its name, and the tie-in point on it.

    Notes
    -----
    Lines and outlines are split into segments before they are indexed: the bounding box of a long
    pipeline tells an index nothing, and whole lines cost 7 to 20 times the time.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> road = gpd.GeoDataFrame(
    ...     {"name": ["Road"]}, geometry=[shapely.LineString([(400, -900), (400, 900)])], index=["r1"]
    ... )
    >>> distance(plots, road)[["amount", "feature", "tie_in_x"]].to_dict("records")
    [{'amount': 300.0, 'feature': 'r1', 'tie_in_x': 400.0}]
    """
    shapes = plots.geometry.to_numpy()
    if not len(layer) or not len(plots):
        return table(plots.index, unit="m", amount=np.inf)
    parts, owner = _segments(layer.geometry.to_numpy())
    (rows, hits), metres = shapely.STRtree(parts).query_nearest(
        shapes, return_distance=True, all_matches=True
    )
    nearest = pd.DataFrame({"row": rows, "owner": owner[hits], "hit": hits, "metres": metres})
    vertices, inside = _inside(shapes, layer.geometry.to_numpy())
    nearest = pd.concat([nearest, inside]).sort_values(["row", "metres", "owner", "hit"], kind="stable")
    first = nearest.drop_duplicates("row").set_index("row").reindex(range(len(plots)))
    hit = first["hit"].to_numpy().astype(int)
    ends = np.where(
        (hit >= 0)[:, None], _ends(shapes, parts[np.maximum(hit, 0)]), vertices[-1 - hit.clip(max=-1)]
    )
    features = first["owner"].to_numpy().astype(int)
    return table(
        plots.index,
        unit="m",
        amount=first["metres"].to_numpy(),
        feature=layer.index.to_numpy()[features],
        feature_name=layer["name"].to_numpy()[features],
        tie_in_x=ends[:, 0],
        tie_in_y=ends[:, 1],
    )


def _segments(shapes: Shapes) -> tuple[Shapes, NDArray[np.intp]]:
    """Split shapes into points and two-point segments, each with the position of its feature."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    dimension = shapely.get_dimensions(parts)
    rings, ring_owner = shapely.get_rings(parts[dimension == 2], return_index=True)
    lines = np.concatenate([parts[dimension == 1], rings])
    line_owner = np.concatenate([owner[dimension == 1], owner[dimension == 2][ring_owner]])
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    joined = line[:-1] == line[1:]
    pairs = np.stack([coordinates[:-1][joined], coordinates[1:][joined]], axis=1)
    segments = shapely.linestrings(pairs) if len(pairs) else np.empty(0, dtype=object)
    points = dimension == 0
    return (
        np.concatenate([parts[points], segments]),
        np.concatenate([owner[points], line_owner[line[:-1][joined]]]),
    )


def _inside(plots: Shapes, shapes: Shapes) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """Plots with a vertex in a polygon of the layer; one vertex of each part of a plot is asked.

    That is enough: a part that is neither wholly inside nor wholly outside crosses the outline, and
    that is found among the segments. Returns the vertices, and the hits as -1 - the vertex's position.
    """
    polygons = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    parts, row = shapely.get_parts(plots, return_index=True)
    vertices = shapely.get_point(shapely.get_exterior_ring(parts), 0)
    polygon, vertex = shapely.STRtree(vertices).query(shapes[polygons], predicate="intersects")
    hits = pd.DataFrame({"row": row[vertex], "owner": polygons[polygon], "hit": -1 - vertex, "metres": 0.0})
    return shapely.get_coordinates(vertices), hits


def _ends(plots: Shapes, parts: Shapes) -> NDArray[np.float64]:
    """The point of each part that is nearest to its plot."""
    lines = shapely.shortest_line(plots, parts)
    return shapely.get_coordinates(shapely.get_point(lines, 1))


def overlap(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> pd.Series:
    """Share of each plot that the layer's polygons cover together, 0-1.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> wet = gpd.GeoDataFrame(geometry=[shapely.box(-50, 0, 25, 100), shapely.box(0, 0, 25, 50)])
    >>> overlap(plots, wet).tolist()
    [0.25]
    """
    rows, pieces = _pieces(plots, layer, dimension=2)
    together = pd.Series(pieces, dtype=object).groupby(rows).agg(lambda group: _union_area(group.to_numpy()))
    covered = together.reindex(range(len(plots)), fill_value=0.0).to_numpy(dtype=float)
    whole = plots.geometry.area.to_numpy()
    return pd.Series(np.minimum(covered / whole, 1.0), index=plots.index)


def _union_area(pieces: Shapes) -> float:
    return float(shapely.area(pieces[0] if len(pieces) == 1 else shapely.union_all(pieces)))


def length(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> pd.Series:
    """Length of the layer's lines inside each plot, metres; a line along a border counts.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> pipe = gpd.GeoDataFrame(geometry=[shapely.LineString([(40, -60), (40, 60)])])
    >>> length(plots, pipe).tolist()
    [60.0]
    """
    rows, pieces = _pieces(plots, layer, dimension=1)
    total = np.bincount(rows, weights=shapely.length(pieces), minlength=len(plots))
    return pd.Series(total.astype(float), index=plots.index)


def count(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> pd.Series:
    """Number of features that touch or overlap each plot."""
    rows, _ = shapely.STRtree(layer.geometry.to_numpy()).query(
        plots.geometry.to_numpy(), predicate="intersects"
    )
    return pd.Series(np.bincount(rows, minlength=len(plots)).astype(float), index=plots.index)


def _pieces(
    plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, *, dimension: int
) -> tuple[NDArray[np.intp], Shapes]:
    """Parts of one dimension of the layer inside the plots, each with its plot's position."""
    parts = shapely.get_parts(layer.geometry.to_numpy())
    parts = parts[shapely.get_dimensions(parts) == dimension]
    shapes = plots.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    hits, rows = tree.query(parts, predicate="intersects")
    pieces = shapes[rows]
    # Cutting with a shape of many thousand vertices is dear, asking whether it covers is cheap:
    # a plot that lies wholly inside is its own piece.
    pairs = hits * len(shapes) + rows
    inside, within = tree.query(parts, predicate="covers")
    cut = ~np.isin(pairs, inside * len(shapes) + within)
    pieces[cut] = shapely.intersection(shapes[rows[cut]], parts[hits[cut]])
    return rows, pieces


_INSIDE = {"overlap": (overlap, "share"), "length": (length, "m"), "count": (count, "1")}

DIMENSION = {"overlap": (2, "polygons"), "length": (1, "lines")}
"""What a layer must hold for a measure to mean anything."""
