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

from siteplan import cells, crs, features
from siteplan.amounts import Attribute, Plain
from siteplan.errors import DataError
from siteplan.nearest import LayerIndex, PackedPlots
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
        return distance(plots, layer, where=dict(what.where))
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


def distance(
    plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, *, where: Mapping[str, object] | None = None
) -> pd.DataFrame:
    """Straight line from each plot's edge to the nearest point of the nearest feature, metres.

    0 where they touch, overlap, or one lies inside the other. Of several features at exactly the
    same distance the first in the layer is taken. Where no feature counts the distance is infinite.
    With `where` this is the distance a grid operator asks for: from the plot's boundary to the
    nearest object of the requested voltage class, existing or planned.

    Parameters
    ----------
    plots
        Polygons in a projected CRS in metres.
    layer
        Points, lines or polygons in the same CRS, indexed by identifier, with their `name`.
    where
        Which features count: an allowed value, or several, by column.

    Returns
    -------
    measured
        On the index of `plots`: `amount` in metres, the `feature` with its `feature_name`, and the
        tie-in point on it.

    Raises
    ------
    DataError
        If the layer has no such column, a shape is missing or empty, or the tables are in two CRS.
    CrsError
        If the CRS cannot measure: degrees, or Mercator.

    References
    ----------
    The grid operator's definition is that of a Russian network operator's answers (zlatenergo.ru).

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> lines = gpd.GeoDataFrame(
    ...     {"name": ["Line 10 kV", "Line 110 kV"], "voltage": [10, 110]},
    ...     geometry=[shapely.LineString([(x, -900), (x, 900)]) for x in (400, 200)],
    ...     index=["l1", "l2"],
    ... )
    >>> distance(plots, lines)[["amount", "feature", "tie_in_x"]].to_dict("records")
    [{'amount': 100.0, 'feature': 'l2', 'tie_in_x': 200.0}]
    >>> distance(plots, lines, where={"voltage": 10})["amount"].tolist()
    [300.0]
    """
    _measurable(plots, layer)
    counts = features.chosen(layer, features.pairs(where or {}), "layer")
    shapes = layer.geometry.to_numpy()
    found = LayerIndex.of(shapes, layer.index).nearest(
        PackedPlots.of(plots.geometry.to_numpy(), plots.index), counts=counts
    )
    names = layer["name"] if "name" in layer.columns else layer.index.to_series()
    return table(
        plots.index,
        unit="m",
        amount=found.metres,
        feature=named(layer.index, found.feature),
        feature_name=named(names, found.feature),
        tie_in_x=found.x,
        tie_in_y=found.y,
    )


def named(names: pd.Index | pd.Series, feature: NDArray[np.intp]) -> pd.api.extensions.ExtensionArray:
    """Return the names of the features reached as text, empty where none is (position -1)."""
    texts = pd.array(names.to_numpy(), dtype="str")
    return texts.take(feature, allow_fill=True, fill_value="")


def _measurable(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> None:
    """Refuse two tables between which no distance can be measured; tables without a CRS are in metres."""
    if plots.crs != layer.crs:
        raise DataError(
            f"plots are in {crs.name_of(plots)}, the layer is in {crs.name_of(layer)}; "
            "bring both into one metric CRS"
        )
    if plots.crs is not None:
        crs.for_measuring(plots.crs.to_wkt())


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
