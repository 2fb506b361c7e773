"""How sure it is that a cause takes land of a plot: as sure as the least sure zone that reaches it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

STATUSES = ("registered", "calculated", "assumed", "unknown")
"""From the surest: drawn by the cadastre, of a known class, with an assumed width, with none known."""


def statuses(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, losses: pd.DataFrame) -> pd.Series:
    """Say how sure each loss is, on the index of the losses; empty for a cause that casts no zones.

    Parameters
    ----------
    plots
        Polygons in a metric CRS.
    zones
        As `siteplan.land.zones` makes them.
    losses
        `plot` and `cause` of every loss.
    """
    known = zones["certain"].to_numpy(dtype=bool)
    code = zones["status"].map({status: place for place, status in enumerate(STATUSES)})
    code = code.where(known, STATUSES.index("unknown")).astype(int)
    of_cause = code.groupby(zones["cause"].to_numpy()).agg(["min", "max"])
    worst = losses["cause"].map(of_cause["max"])
    mixed = of_cause.index[of_cause["min"] < of_cause["max"]]
    rows = losses[losses["cause"].isin(mixed)]
    if len(rows):
        some = zones["cause"].isin(mixed).to_numpy()
        near = plots[plots.index.isin(rows["plot"])]
        zone, plot = shapely.STRtree(near.geometry.to_numpy()).query(
            zones.geometry.to_numpy()[some],
            predicate="dwithin",
            distance=zones["metres"].to_numpy(dtype=float)[some],
        )
        reached = pd.DataFrame(
            {
                "plot": near.index.take(plot),
                "cause": zones["cause"].to_numpy()[some][zone],
                "code": code.to_numpy()[some][zone],
            }
        )
        found = reached.groupby(["plot", "cause"])["code"].max()
        own = found.reindex(pd.MultiIndex.from_frame(rows[["plot", "cause"]])).to_numpy()
        worst[rows.index] = np.where(np.isnan(own), worst[rows.index], own)
    said = worst.map(dict(enumerate(STATUSES)))
    return said.fillna("").astype("str")
