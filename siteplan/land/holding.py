"""The land of every plot once the zones have taken theirs: areas, causes, pieces, rectangles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import crs, measures
from siteplan.amounts import Footprint, Hall, LargestPiece, LargestRectangle, LossShare, OnNet
from siteplan.buildable import Land
from siteplan.densities import least_footprint
from siteplan.findings import Finding
from siteplan.land import shape, table
from siteplan.land.certainty import statuses
from siteplan.land.net import Net, net
from siteplan.land.patches import on_plots, patches
from siteplan.land.rectangles import hall, largest_rectangle
from siteplan.land.zones import Zones, no_zones, zones
from siteplan.plan import Plan
from siteplan.words import joined

SAME_M2 = 1e-6
"""Land that differs by less is the same."""

_UNITS = {"loss_share": "share"}


def built(layers: Mapping[str, gpd.GeoDataFrame], plan: Plan) -> Zones | None:
    """Build the zones of a plan's land, for any number of plots; None where it names none."""
    land = plan.land or Land()
    ruled = plan.norms if land.zones or land.registered else None
    return zones(layers, land, ruled) if ruled else None


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
    status
        How sure each loss of `low` is.
    found
        What was found while the zones were built.
    """

    low: Net
    high: Net
    zones: gpd.GeoDataFrame
    plan: Plan
    overrides: gpd.GeoDataFrame
    status: pd.Series
    found: tuple[Finding, ...]

    @classmethod
    def of(
        cls,
        plots: gpd.GeoDataFrame,
        layers: Mapping[str, gpd.GeoDataFrame],
        plan: Plan,
        ready: Zones | None = None,
    ) -> Holding:
        """Build the zones of a plan's land, where `built` has not yet, and take them off the plots."""
        land = plan.land or Land()
        made = ready or built(layers, plan) or Zones(no_zones(plots))
        own = patches(layers[land.overrides.layer], land.overrides) if land.overrides else None
        low = net(plots, made.table, overrides=own)
        certain = made.table["certain"].to_numpy(dtype=bool)
        high = low if certain.all() else net(plots, made.table[certain], overrides=own)
        status = statuses(plots, made.table, low.losses)
        return cls(low, high, made.table, plan, on_plots(plots, own, low), status, made.findings)

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
        """Return one amount of the land for every plot, in the columns of `measures.table`.

        Where the net land is not known, the amount is missing, and `least` and `most` are what it
        comes to where all land that may be lost is, and where none is.
        """
        everywhere = np.ones(len(self.index), dtype=bool)
        if isinstance(what, Hall):
            return measures.table(self.index, category=self._hall(what))
        low, unit = self._amount(what, self.low, everywhere), _UNITS.get(what.kind, "ha")
        open_ = ~self._known(what)
        if not open_.any():
            return measures.table(self.index, unit=unit, amount=low)
        high = low.copy()
        high[open_] = self._amount(what, self.high, open_)
        least, most = np.minimum(low, high), np.maximum(low, high)
        return measures.table(self.index, unit=unit, amount=low.where(~open_), least=least, most=most)

    def _amount(self, what: OnNet, side: Net, plots: NDArray[np.bool_]) -> pd.Series:
        """An amount of some plots, if that is what is left of them."""
        land = _shapes(side, what.consent, plots)
        match what:
            case LossShare():
                share: pd.Series = self._lost(what, side)[plots].clip(0, 1)
                return share
            case LargestPiece():
                found = shape.largest_piece(land)
            case LargestRectangle():
                found = largest_rectangle(land, margin=what.margin)["area_m2"]
            case Footprint():
                return self._footprint(land)
            case _:
                found = pd.Series(land.area)
        hectares: pd.Series = found / 1e4
        return hectares

    def _known(self, what: OnNet) -> NDArray[np.bool_]:
        """Whether what is asked comes to the same wherever the zones of unknown width end."""
        if isinstance(what, LossShare) and what.cause is not None:
            low, high = (self._alone(side, what.cause).to_numpy() for side in (self.low, self.high))
            return np.asarray(np.isclose(low, high, rtol=0, atol=SAME_M2))
        return self._same("net_m2" if what.consent == "given" else "asked_m2")

    def _same(self, column: str) -> NDArray[np.bool_]:
        low, high = (side.plots[column].to_numpy() for side in (self.low, self.high))
        return np.asarray(np.isclose(low, high, rtol=0, atol=SAME_M2))

    def _footprint(self, land: gpd.GeoSeries) -> pd.Series:
        densities, kind = self.plan.densities, self.plan.land.density if self.plan.land else ""
        assert densities is not None
        footprint: pd.Series = least_footprint(land.area, densities.of(kind)) / 1e4
        return footprint

    def _lost(self, what: LossShare, side: Net) -> pd.Series:
        """Share of the plot that all zones take, or one cause by itself."""
        gross = side.plots["gross_m2"]
        share: pd.Series = (
            1 - _shapes(side, what.consent, np.ones(len(gross), dtype=bool)).area / gross
            if what.cause is None
            else self._alone(side, what.cause) / gross
        )
        return share

    def _alone(self, side: Net, cause: str) -> pd.Series:
        rows = side.losses[side.losses["cause"] == cause]
        alone: pd.Series = rows.set_index("plot")["alone_m2"].reindex(self.index, fill_value=0.0)
        return alone

    def _hall(self, what: Hall) -> pd.Series:
        """Whether a hall fits: for certain, not at all, or nobody knows."""

        def fits(side: Net, plots: NDArray[np.bool_]) -> NDArray[np.bool_]:
            land = _shapes(side, what.consent, plots)
            found = hall(land, length=what.length, width=what.width, margin=what.margin)
            return np.asarray(found["fits"], dtype=bool)

        # A hall that stands on the least land stands on more; one that has no room on the most has none.
        sure = fits(self.low, np.ones(len(self.index), dtype=bool))
        open_ = ~self._known(what) & ~sure
        maybe = open_.copy()
        if open_.any():
            maybe[open_] = fits(self.high, open_)
        said = pd.Series(np.where(sure, "fits", "does not fit"), index=self.index)
        return said.where(~maybe)

    @property
    def plots(self) -> gpd.GeoDataFrame:
        """One row per plot, in the columns of `table.none`: net land with consents given, and its areas."""
        low, high, land = self.low.plots, self.high.plots, self.low.shapes
        box = largest_rectangle(land)
        rows = {
            **{f"{name}_ha": low[f"{name}_m2"] / 1e4 for name in ("gross", "net", "free", "given_back")},
            "net_high_ha": high["net_m2"] / 1e4,
            "free_high_ha": high["free_m2"] / 1e4,
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
        """Why the land of a plot is not known: the zones of unknown width that may reach it."""
        said = dict.fromkeys(self.index, "")
        open_ = ~(self._same("net_m2") & self._same("asked_m2") & self._same("free_m2"))
        rows = self.low.losses[self.low.losses["plot"].isin(self.index[open_])]
        for plot, causes in rows[self.status[rows.index] == "unknown"].groupby("plot"):
            said[plot] = joined(causes["title"], "word.comma")
        return pd.Series(said, dtype=object).reindex(self.index)

    @property
    def losses(self) -> gpd.GeoDataFrame:
        """One row per plot and cause, in the columns of `table.no_losses`."""
        rows = self.low.losses
        facts = self.zones.groupby("cause", sort=False).agg(
            act=("act", "first"),
            clause=("clause", "first"),
            as_of=("as_of", "first"),
            confidence=("confidence", "first"),
        )
        facts = facts.reindex(rows["cause"]).fillna("").reset_index(drop=True)
        gross = self.low.plots["gross_m2"].reindex(rows["plot"]).to_numpy()
        made = rows.reset_index(drop=True).assign(
            **{name: facts[name] for name in facts.columns},
            status=self.status.to_numpy(),
            taken_ha=rows["taken_m2"].to_numpy() / 1e4,
            alone_ha=rows["alone_m2"].to_numpy() / 1e4,
            share=rows["taken_m2"].to_numpy() / gross,
        )
        empty = table.no_losses()
        return gpd.GeoDataFrame(made[list(empty.columns)], crs=rows.crs)


def _shapes(side: Net, consent: str, plots: NDArray[np.bool_]) -> gpd.GeoSeries:
    """What is left of some plots."""
    return gpd.GeoSeries((side.shapes if consent == "given" else side.asked)[plots])
