"""The land of every plot once the zones have taken theirs: areas, causes, pieces, rectangles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import crs, measures
from siteplan.amounts import Footprint, Hall, LargestPiece, LargestRectangle, LossShare, NetArea, OnNet
from siteplan.buildable import Land
from siteplan.densities import least_footprint
from siteplan.findings import Finding
from siteplan.land import shape, table
from siteplan.land.net import Net, net
from siteplan.land.patches import on_plots, patches
from siteplan.land.rectangles import hall, largest_rectangle
from siteplan.land.zones import Zones, no_zones, zones
from siteplan.plan import Plan

_SAME_M2 = 1e-6

_TAKING = {"given": ("exclusion",), "refused": ("exclusion", "consent")}


@dataclass(frozen=True, eq=False)
class Holding:
    """What is left of every plot, what took the rest, and where that is not known.

    Attributes
    ----------
    low, high
        Net land where every zone of unknown width reaches as far as its rule allows, and where
        none of them is there; the same where all widths are known.
    zones
        The zones.
    plan
        Says which kind of production buildings are for.
    overrides
        Every patch of the planner on every plot.
    found
        What was found while the zones were built.
    """

    low: Net
    high: Net
    zones: gpd.GeoDataFrame
    plan: Plan
    overrides: gpd.GeoDataFrame
    found: tuple[Finding, ...]

    @classmethod
    def of(cls, plots: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], plan: Plan) -> Holding:
        """Build the zones of a plan's land and take them off the plots."""
        land = plan.land or Land()
        ruled = plan.norms if land.zones or land.registered else None
        built = zones(layers, land, ruled) if ruled else Zones(no_zones(plots))
        own = patches(layers[land.overrides.layer], land.overrides) if land.overrides else None
        low = net(plots, built.table, overrides=own)
        certain = built.table["certain"].to_numpy(dtype=bool)
        high = low if certain.all() else net(plots, built.table[certain], overrides=own)
        return cls(low, high, built.table, plan, on_plots(plots, own, low), built.findings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the reader should know."""
        return (*self.found, *self.low.findings)

    @property
    def index(self) -> pd.Index:
        """The plots."""
        index: pd.Index = self.low.plots.index
        return index

    def asked(self, what: OnNet) -> pd.DataFrame:
        """Return one amount of the land for every plot; missing where the net land is not known."""
        match what:
            case NetArea():
                amount, unit = self._shapes(what.consent).area / 1e4, "ha"
            case LossShare():
                return self._share(what)
            case LargestPiece():
                amount, unit = shape.largest_piece(self._shapes(what.consent)) / 1e4, "ha"
            case LargestRectangle():
                found = largest_rectangle(self._shapes(what.consent), margin=what.margin)
                amount, unit = found["area_m2"] / 1e4, "ha"
            case Hall():
                return self._hall(what)
            case Footprint():
                amount, unit = self._footprint(self._shapes(what.consent)), "ha"
        return measures.table(self.index, unit=unit, amount=amount.where(self._known(what.consent)))

    def _shapes(self, consent: str) -> gpd.GeoSeries:
        return self.low.shapes if consent == "given" else self.low.asked

    def _known(self, consent: str) -> NDArray[np.bool_]:
        column = "net_m2" if consent == "given" else "asked_m2"
        low, high = (side.plots[column].to_numpy() for side in (self.low, self.high))
        return np.asarray(np.isclose(low, high, rtol=0, atol=_SAME_M2))

    def _footprint(self, land: gpd.GeoSeries) -> pd.Series:
        densities, kind = self.plan.densities, self.plan.land.density if self.plan.land else ""
        assert densities is not None
        footprint: pd.Series = least_footprint(land.area, densities.of(kind)) / 1e4
        return footprint

    def _share(self, what: LossShare) -> pd.DataFrame:
        """Share of the plot that all zones take, or one cause by itself."""
        known, gross = self._known(what.consent), self.low.plots["gross_m2"]
        if what.cause is None:
            amount = 1 - self._shapes(what.consent).area / gross
        else:
            low, high = (self._alone(side, what.cause) for side in (self.low, self.high))
            amount, known = low / gross, np.isclose(low, high, rtol=0, atol=_SAME_M2)
        return measures.table(self.index, unit="share", amount=amount.clip(0, 1).where(known))

    def _alone(self, side: Net, cause: str) -> pd.Series:
        rows = side.losses[side.losses["cause"] == cause]
        alone: pd.Series = rows.set_index("plot")["alone_m2"].reindex(self.index, fill_value=0.0)
        return alone

    def _hall(self, what: Hall) -> pd.DataFrame:
        """Whether a hall fits: for certain, not at all, or nobody knows."""
        found = hall(self._shapes(what.consent), length=what.length, width=what.width, margin=what.margin)
        said = pd.Series(np.where(found["fits"], "fits", "does not fit"), index=self.index)
        # A hall that stands on the least land stands on more; one that does not may still.
        known = self._known(what.consent) | found["fits"].to_numpy(dtype=bool)
        return measures.table(self.index, category=said.where(known))

    @property
    def plots(self) -> gpd.GeoDataFrame:
        """One row per plot, in the columns of `table.none`: net land with consents given, and its areas."""
        low, high, land = self.low.plots, self.high.plots, self.low.shapes
        box = largest_rectangle(land)
        rows = {
            **{f"{name}_ha": low[f"{name}_m2"] / 1e4 for name in ("gross", "net", "free", "given_back")},
            "net_high_ha": high["net_m2"] / 1e4,
            "net_refused_ha": low["asked_m2"] / 1e4,
            "net_refused_high_ha": high["asked_m2"] / 1e4,
            "parts": shape.parts(land).astype(float),
            "largest_piece_ha": shape.largest_piece(land) / 1e4,
            "rectangle_ha": box["area_m2"] / 1e4,
            "rectangle_length_m": box["length_m"],
            "rectangle_width_m": box["width_m"],
            "rectangle_angle_deg": box["angle_deg"],
            **self._middles(box.geometry),
            "footprint_ha": self._footprint(land) if self.plan.densities and self._kind else np.nan,
            "unknown": self._unknown(),
        }
        made = gpd.GeoDataFrame(rows, geometry=land, crs=land.crs, index=self.index)
        return made[list(table.none().columns)]

    def _middles(self, boxes: gpd.GeoSeries) -> dict[str, NDArray[np.float64]]:
        """Where the rectangles lie, degrees."""
        middles = boxes.centroid
        x, y = (np.asarray(axis, dtype=np.float64) for axis in (middles.x, middles.y))
        lon, lat = crs.points_to_degrees(x, y, crs.CRS(boxes.crs))
        return {"rectangle_lon": lon, "rectangle_lat": lat}

    @property
    def _kind(self) -> str:
        return self.plan.land.density if self.plan.land else ""

    def _unknown(self) -> pd.Series:
        """Why the net land of a plot is not known: the zones of unknown width that may reach it."""
        said = dict.fromkeys(self.index, "")
        open_ = ~(self._known("given") & self._known("refused"))
        rows = self.low.losses[self.low.losses["plot"].isin(self.index[open_])]
        doubtful = self.zones.loc[~self.zones["certain"].astype(bool), ["cause", "title"]].drop_duplicates()
        for plot, causes in rows[rows["cause"].isin(doubtful["cause"])].groupby("plot"):
            said[plot] = ", ".join(causes["title"])
        return pd.Series(said, dtype="str").reindex(self.index)

    @property
    def losses(self) -> gpd.GeoDataFrame:
        """One row per plot and cause, in the columns of `table.no_losses`."""
        rows = self.low.losses
        facts = self.zones.groupby("cause", sort=False).agg(
            act=("act", "first"),
            clause=("clause", "first"),
            as_of=("as_of", "first"),
            confidence=("confidence", "first"),
            status=("status", _worst),
        )
        facts = facts.reindex(rows["cause"]).fillna("").reset_index(drop=True)
        gross = self.low.plots["gross_m2"].reindex(rows["plot"]).to_numpy()
        made = rows.reset_index(drop=True).assign(
            **{name: facts[name] for name in facts.columns},
            taken_ha=rows["taken_m2"].to_numpy() / 1e4,
            alone_ha=rows["alone_m2"].to_numpy() / 1e4,
            share=rows["taken_m2"].to_numpy() / gross,
        )
        empty = table.no_losses()
        return gpd.GeoDataFrame(made[list(empty.columns)], crs=rows.crs)


def _worst(status: pd.Series) -> str:
    """The least certain of several statuses."""
    return str(max(status, key=("registered", "calculated", "assumed").index))
