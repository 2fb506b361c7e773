"""The plots in order of rank: what each scores, why, and what else is known about it.

Columns, because fifty thousand plots as fifty thousand dictionaries take longer to make than to score.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import crs
from siteplan.maps.connections import connections, costs
from siteplan.maps.land import land, nets
from siteplan.maps.lines import line_of
from siteplan.maps.outlines import insides, shape
from siteplan.maps.sentences import Sentences, places, sentences, told
from siteplan.maps.sums import EXACT, Sums, sums
from siteplan.maps.values import attributes, number, text, texts
from siteplan.maps.wording import Speaker
from siteplan.rounding import shown_parts

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

OWN = {"name", "synthetic", "regimes", "status", "geometry"}
"""Columns that the page shows in a place of their own."""

_COLOURED = {
    "power",
    "gas",
    "water",
    "sewer",
    "heat",
    "telecom",
    "rail",
    "road",
    "flood",
    "wetland",
    "forest",
}


@dataclass(frozen=True)
class Offer:
    """Plots from best to worst, those without a rank last; equal ranks in the order given.

    Every column has one value per plot; numbers are missing where the scorecard has none.
    """

    ids: list[str]
    names: list[str]
    area: NDArray[np.float64]
    synthetic: NDArray[np.bool_]
    status: list[str]
    regimes: list[str]
    rank: NDArray[np.int64]
    """0 where there is none."""
    score: NDArray[np.float64]
    high: NDArray[np.float64]
    complete: NDArray[np.float64]
    excluded: list[str]
    unchecked: list[str]
    sums: Sums
    shapes: NDArray[np.object_]
    net: NDArray[np.float64]
    """Hectares that can be built on, all consents given; missing where the plan has no land."""
    nets: NDArray[np.object_]
    """Net land in degrees, None where it is the whole plot or not known."""
    at: NDArray[np.float64]
    """Longitude and latitude of a point inside, missing where there is no outline."""
    attributes: pd.DataFrame
    connections: list[list[dict[str, Any]]]
    cost: NDArray[np.float64]
    """Of all connections together; missing where one has none, or none was computed."""
    land: list[dict[str, Any] | None]
    places: list[list[int]]
    """Thousandths of the draws by groups of places, where draws were made."""
    said: dict[str, list[Sentences]]
    """What is said of each plot, by language, the one that the map is drawn in first."""

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[plot] for plot in range(len(self)))

    @property
    def tenths(self) -> NDArray[np.float64]:
        """Scores as they are shown: whole tenths of a point of 100."""
        return np.rint(self.score * 1000)

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Whether an amount or a constraint of the plot is not known."""
        unchecked = np.array([bool(one) for one in self.unchecked], dtype=bool)
        missing: NDArray[np.bool_] = np.isnan(self.sums.worth).any(axis=1) | unchecked
        return missing

    def best(self, most: int) -> list[dict[str, Any]]:
        """Return what the table says of the first plots."""
        return [
            {
                "id": self.ids[plot],
                "short": _short(self.ids[plot]),
                "name": self.names[plot],
                "status": self.status[plot],
                "area": number(self.area[plot], 4),
                "rank": int(self.rank[plot]) or None,
                "score": _whole(self.score[plot]),
                "high": _whole(self.high[plot]),
                "excluded": self.excluded[plot],
            }
            for plot in range(min(most, len(self)))
        ]

    def __getitem__(self, plot: int) -> dict[str, Any]:
        """Return everything about one plot as plain data."""
        name = self.ids[plot]
        return {
            "id": name,
            "short": _short(name),
            "name": self.names[plot],
            "area": number(self.area[plot], 4),
            "net": number(self.net[plot], 4),
            "synthetic": bool(self.synthetic[plot]),
            "status": self.status[plot],
            "regimes": self.regimes[plot].split(),
            "attributes": attributes(self.attributes.iloc[plot].to_dict(), self.attributes.columns),
            **self._scored(plot),
            **told(
                {"connections": self.connections[plot], "land": self.land[plot]},
                next(iter(self.said.values()))[plot],
            ),
            "places": self.places[plot],
            "shape": shape(self.shapes[plot]),
            "at": None if np.isnan(self.at[plot]).any() else self.at[plot].tolist(),
        }

    def _scored(self, plot: int) -> dict[str, Any]:
        """What a plot scores, rounded so that the printed parts add up to the printed sum."""
        parts = self.sums.parts(plot)
        known = [part for part in parts if part["worth"] is not None]
        exact = [value for part in parts if (value := part.pop("exact")) is not None]
        score = number(self.score[plot], EXACT)
        shown = shown_parts(exact, math.fsum(exact) if score is None else score)
        for part, points in zip(known, shown, strict=True):
            part["points"] = points
        return {
            "rank": int(self.rank[plot]) or None,
            "score": _whole(self.score[plot]),
            "high": _whole(self.high[plot]),
            "sum": sum(shown),
            "complete": number(self.complete[plot]),
            "excluded": self.excluded[plot],
            "unchecked": self.unchecked[plot],
            "unknown": len(known) < len(parts) or bool(self.unchecked[plot]),
            "parts": parts,
        }


def criteria(card: Scorecard, park: Park) -> dict[str, dict[str, Any]]:
    """Return the criteria in the plan's order, by name."""
    first = card.contributions.drop_duplicates("criterion").to_dict("records")
    values = {criterion.name: criterion.value for criterion in card.plan.criteria}
    return {
        row["criterion"]: {
            "name": text(row["criterion"]),
            "label": text(row["label"]),
            "measure": text(row["measure"]),
            "layer": text(row["layer"]),
            "role": _role(row["layer"], row["criterion"], park),
            "unit": text(row["unit"]),
            "weight": number(row["weight"], 17) or 0.0,
            "line": line_of(values.get(row["criterion"])),
        }
        for row in first
    }


def offer(card: Scorecard, park: Park, names: list[str], speakers: Sequence[Speaker]) -> Offer:
    """Return the plots in order of rank.

    Parameters
    ----------
    card, park
        What was scored; what else the plots table says.
    names
        Columns of the plots table to show.
    speakers
        The languages in which sentences are told, the one that the map is drawn in first.

    Raises
    ------
    OutputError
        If a plot's contributions do not add up to its score.
    """
    rank = card.plots["rank"].fillna(0).to_numpy(np.int64)
    order = np.argsort(np.where(rank == 0, len(rank) + 1, rank), kind="stable")
    ordered = card.plots.iloc[order]
    shapes = crs.to_degrees(ordered).geometry.to_numpy()
    said = _said(park.plots, card.plots.index, order)
    sure = places(card.robustness)
    connected, left, keys = connections(card), land(card), ordered.index.to_list()
    nothing: list[Any] = []  # one for all: a hundred thousand lists keep the collector busy
    return Offer(
        ids=texts(ordered.index),
        names=texts(ordered["name"]),
        area=ordered["area_ha"].to_numpy(float),
        synthetic=_flags(said, "synthetic"),
        status=_column(said, "status"),
        regimes=_column(said, "regimes"),
        rank=ordered["rank"].fillna(0).to_numpy(np.int64),
        score=_shares(ordered["score"]),
        high=_shares(ordered["score_high"]),
        complete=ordered["completeness"].to_numpy(float),
        excluded=texts(ordered["excluded_by"]),
        unchecked=texts(ordered["unchecked"]),
        sums=sums(card, order),
        shapes=shapes,
        **_buildable(card, ordered.index),
        at=insides(shapes),
        attributes=_plain(said)[names],
        connections=[connected.get(plot, nothing) for plot in keys] if connected else [nothing] * len(keys),
        cost=costs(card).reindex(keys).to_numpy(float) if connected else np.full(len(keys), np.nan),
        land=[left.get(plot) for plot in keys] if left else [None] * len(keys),
        places=[sure.get(plot, nothing) for plot in keys] if sure else [nothing] * len(keys),
        said={speaker.words.language: sentences(card, keys, speaker) for speaker in speakers},
    )


def _role(layer: Any, criterion: str, park: Park) -> str:
    """The role whose colour a criterion has: its layer's, or the one its name speaks of."""
    entry = park.catalogue.layers.get(layer)
    if entry:
        return entry.role
    return next((word for word in criterion.split("_") if word in _COLOURED), "")


def _plain(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.drop(columns="geometry"))


def _said(frame: gpd.GeoDataFrame, plots: pd.Index, order: NDArray[np.intp]) -> gpd.GeoDataFrame:
    """The rows of the plots table in order; of a number that it has twice the last."""
    if frame.index.equals(plots):
        return frame.iloc[order]
    return frame[~frame.index.duplicated(keep="last")].reindex(plots[order])


def _buildable(card: Scorecard, plots: pd.Index) -> dict[str, NDArray[Any]]:
    """The net land of plots, in their order."""
    if not len(card.land):
        return {"net": np.full(len(plots), np.nan), "nets": np.full(len(plots), None)}
    found = pd.Series(nets(card), card.land.index, dtype=object).reindex(plots)
    return {
        "net": card.land["net_ha"].reindex(plots).to_numpy(float),
        "nets": found.where(found.notna(), None).to_numpy(object),
    }


def _short(name: str) -> str:
    """The last part of a cadastral number."""
    return name.rsplit(":", 1)[-1] or name


def _whole(share: float) -> int | None:
    """Whole tenths of a point of 100."""
    return None if math.isnan(share) else round(share * 1000)


def _shares(score: pd.Series) -> NDArray[np.float64]:
    return score.to_numpy(float).round(EXACT)


def _column(frame: gpd.GeoDataFrame, name: str) -> list[str]:
    """A column as text; empty where there is none."""
    return texts(frame[name]) if name in frame.columns else [""] * len(frame)


def _flags(frame: gpd.GeoDataFrame, name: str) -> NDArray[np.bool_]:
    """Where a column says yes; a missing cell does not."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return frame[name].where(frame[name].notna(), other=False).astype(bool).to_numpy()
