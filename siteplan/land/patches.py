"""Patches on which a planner knows better, as a layer holds them; what stands against reading them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan import cells
from siteplan.buildable import Overrides
from siteplan.features import missing_columns

EFFECTS = ("buildable", "lost")


def patches(layer: gpd.GeoDataFrame, given: Overrides) -> gpd.GeoDataFrame:
    """Return the patches of a layer: `patch`, `effect`, `author`, `date`, `reason`, and their shapes.

    Parameters
    ----------
    layer
        Checked polygons in a metric CRS, indexed by identifier.
    given
        Names the layer's columns.
    """
    columns = {name: getattr(given, name) for name in ("effect", "author", "date", "reason")}
    said = {name: [cells.text(cell) or "" for cell in layer[column]] for name, column in columns.items()}
    table = pd.DataFrame({"patch": layer.index.astype("str"), **said})
    return gpd.GeoDataFrame(table, geometry=layer.geometry.to_numpy(), crs=layer.crs)


def problems(layer: gpd.GeoDataFrame, given: Overrides) -> list[str]:
    """Return everything that stands against a layer of patches, each with its rows."""
    where = f"layer {given.layer!r}, wanted by land.overrides"
    columns = [given.effect, given.author, given.date, given.reason]
    if absent := missing_columns(layer, columns, where):
        return absent
    table = patches(layer, given)
    unknown = ~table["effect"].isin(EFFECTS)
    said = ", ".join(repr(effect) for effect in table["effect"][unknown].unique()[:3])
    flat = np.asarray(shapely.get_dimensions(table.geometry.to_numpy()) != 2)
    faults = [
        (unknown.to_numpy(), f"effect is {said}; give buildable or lost"),
        (flat, "is no polygon; draw the patch"),
        *(
            ((table[name] == "").to_numpy(), f"has no {name}; an override without one is nobody's decision")
            for name in ("author", "date", "reason")
        ),
    ]
    return [
        f"{where}, row {', '.join(table['patch'][rows])}: {words}" for rows, words in faults if rows.any()
    ]
