"""Patches on which a planner knows better, as a layer of the park holds them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan import cells
from siteplan.buildable import Overrides
from siteplan.land.net import Net
from siteplan.land.table import no_overrides

_WORDS = ("effect", "author", "date", "reason")


def patches(layer: gpd.GeoDataFrame, given: Overrides) -> gpd.GeoDataFrame:
    """Return the patches of a layer by identifier: `effect`, `author`, `date`, `reason` and their shapes."""
    said = {name: [cells.text(cell) or "" for cell in layer[getattr(given, name)]] for name in _WORDS}
    return gpd.GeoDataFrame(said, geometry=layer.geometry.to_numpy(), index=layer.index, crs=layer.crs)


def on_plots(plots: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame | None, found: Net) -> gpd.GeoDataFrame:
    """Return every patch on every plot, in the columns of `no_overrides`.

    Parameters
    ----------
    plots
        Polygons in a metric CRS.
    drawn
        What `patches` gave; none where the plan has no overrides.
    found
        The net land that came of them.
    """
    if drawn is None:
        return gpd.GeoDataFrame(no_overrides(), crs=None).set_geometry([], crs=plots.crs)
    shapes, over = plots.geometry.to_numpy(), drawn.geometry.to_numpy()
    plot, patch = shapely.STRtree(over).query(shapes, predicate="intersects")
    common = shapely.intersection(shapes[plot], over[patch])
    solid = shapely.area(common) > 0
    plot, patch, common = plot[solid], patch[solid], common[solid]
    table = drawn[list(_WORDS)].iloc[patch].reset_index(drop=True)
    ids = pd.DataFrame({"plot": plots.index[plot], "patch": drawn.index[patch].astype("str")})
    area, lost = shapely.area(common) / 1e4, (table["effect"] == "lost").to_numpy()
    back = found.given_back.astype({"patch": "str"}).set_index(["plot", "patch"])[["net_m2", "asked_m2"]]
    given = back.reindex(pd.MultiIndex.from_frame(ids), fill_value=0.0).to_numpy(dtype=float) / 1e4
    changed, refused = np.where(lost[:, None], -area[:, None], given).T
    return gpd.GeoDataFrame(
        pd.concat([ids, table], axis=1).assign(area_ha=area, changed_ha=changed, changed_refused_ha=refused),
        geometry=common,
        crs=plots.crs,
    )
