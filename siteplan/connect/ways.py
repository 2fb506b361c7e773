"""Ways from plots to tie-ins: one interface, and the two whose length is that of a drawn line."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.connect.network import Network
from siteplan.connect.travel import travel
from siteplan.findings import Finding
from siteplan.nearest import LayerIndex, PackedPlots
from siteplan.shapes import Shapes

Rows = NDArray[np.intp]
Counts = NDArray[np.bool_]
Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Reached:
    """Where each of some plots ends up.

    Attributes
    ----------
    tie_in
        Position among the offers; -1 where none is reached.
    metres, billed
        Length of the route, and the length it is billed for; inf where there is none.
    x, y
        The tie-in point.
    route
        The line from the plot's edge to the tie-in point; None where there is none.
    error
        Metres that the grid may have added to the length; 0 where there is no grid.
    excess
        Share of the best way's cost by which this one may be dearer than it: 0 where it is proven
        best, missing where that cannot be said.
    given_up
        Soft barriers that had to give; empty where none had to.
    barrier
        What keeps a plot from every tie-in; empty where nothing does.
    """

    tie_in: Rows
    metres: Amounts
    billed: Amounts
    x: Amounts
    y: Amounts
    route: Shapes
    error: Amounts
    excess: Amounts
    given_up: NDArray[np.object_]
    barrier: NDArray[np.object_]

    @classmethod
    def nothing(cls, count: int) -> Reached:
        """Return the state of plots that have not been looked at."""
        endless, nowhere = np.full(count, np.inf), np.full(count, np.nan)
        empty = np.full(count, "", dtype=object)
        return cls(
            np.full(count, -1, dtype=np.intp),
            endless,
            endless.copy(),
            nowhere,
            nowhere.copy(),
            np.full(count, None, dtype=object),
            np.zeros(count),
            np.zeros(count),
            empty,
            empty.copy(),
        )

    def put(self, rows: Rows, found: Reached) -> None:
        """Write what was found for some plots into their places."""
        for column in fields(self):
            getattr(self, column.name)[rows] = getattr(found, column.name)

    def take(self, rows: Rows | Counts) -> Reached:
        """Return the state of some plots."""
        return Reached(*(getattr(self, column.name)[rows] for column in fields(self)))


class Way(Protocol):
    """A way of reaching tie-ins from plots, both fixed when it was made."""

    def reach(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> Reached:
        """Return where plots end up.

        Parameters
        ----------
        rows
            Positions of the plots that are asked about.
        counts
            Which tie-ins count.
        at_least
            For each of these plots the `most` that a tie-in must have; None asks for none.
        """
        ...

    def straight(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> Reached:
        """Return the nearest tie-ins by straight line, whatever the way."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """What a reader should know of the ways that were asked for."""
        ...


@dataclass(frozen=True)
class Straight:
    """Straight from the plot's edge to the nearest point of the tie-in."""

    plots: Shapes
    packed: PackedPlots
    index: LayerIndex
    free: Amounts

    @classmethod
    def between(cls, plots: gpd.GeoDataFrame, offers: gpd.GeoDataFrame) -> Straight:
        """Return the straight way between plots and the tie-ins on offer, in one metric CRS."""
        shapes = plots.geometry.to_numpy()
        index = LayerIndex.of(offers.geometry.to_numpy())
        return cls(shapes, PackedPlots.of(shapes), index, offers["most"].to_numpy(dtype=float))

    def reach(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> Reached:
        """See `Way`."""
        whole = len(rows) == len(self.plots)
        packed = self.packed if whole else PackedPlots.of(self.plots[rows])
        near = self.index.nearest(
            packed, counts=counts, level=None if at_least is None else self.free, at_least=at_least
        )
        there = near.feature >= 0
        pairs = np.stack(
            [np.stack([near.start_x, near.start_y], axis=1), np.stack([near.x, near.y], axis=1)], axis=1
        )
        route = np.full(len(rows), None, dtype=object)
        route[there] = shapely.linestrings(pairs[there])
        return replace(
            Reached.nothing(len(rows)),
            tie_in=near.feature,
            metres=near.metres,
            billed=near.metres,
            x=near.x,
            y=near.y,
            route=route,
        )

    def straight(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> Reached:
        """See `Way`."""
        return self.reach(rows, counts, at_least)

    @property
    def findings(self) -> Sequence[Finding]:
        """See `Way`."""
        return ()


@dataclass(frozen=True)
class Searched(ABC):
    """A way that is searched once for every set of tie-ins that can take some plots."""

    plots: gpd.GeoDataFrame
    offers: gpd.GeoDataFrame
    direct: Straight

    def reach(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> Reached:
        """See `Way`."""
        found = Reached.nothing(len(rows))
        for group, able in _groups(counts, self.direct.free, at_least, len(rows)):
            found.put(group, self._found(self.plots.iloc[rows[group]], np.flatnonzero(able)))
        return found

    def straight(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> Reached:
        """See `Way`."""
        return self.direct.reach(rows, counts, at_least)

    @property
    def findings(self) -> Sequence[Finding]:
        """See `Way`."""
        return ()

    @abstractmethod
    def _found(self, plots: gpd.GeoDataFrame, able: Rows) -> Reached:
        """The best ways of some plots to some tie-ins."""


@dataclass(frozen=True)
class AlongRoads(Searched):
    """Along a network, with straight stretches from the plot to it and from it to the tie-in."""

    network: Network
    reach_of_road: float | None

    def _found(self, plots: gpd.GeoDataFrame, able: Rows) -> Reached:
        """The shortest ways of some plots to some tie-ins."""
        targets = self.offers.iloc[able].rename(columns={"feature_name": "name"})
        went = travel(self.network, plots, targets, by="distance", reach=self.reach_of_road, routes=True)
        there = (went["status"] == "reached").to_numpy()
        found = Reached.nothing(len(plots))
        # The tie-ins are numbered, so that the feature reached is a position.
        tie_in = np.where(there, pd.to_numeric(went["feature"]), -1).astype(np.intp)
        route = np.asarray(went.geometry.to_numpy(), dtype=object)
        metres = np.where(there, went["metres"], np.inf)
        last = shapely.get_point(route, -1)
        # A plot that touches its tie-in has no route, only the place where they meet.
        here = there & shapely.is_missing(last)
        last[here] = shapely.points(went[["tie_in_x", "tie_in_y"]].to_numpy()[here])
        barrier = went["status"].map(_WHY_NOT).fillna("").to_numpy(dtype=object)
        return replace(
            found,
            tie_in=tie_in,
            metres=metres,
            billed=metres,
            x=shapely.get_x(last),
            y=shapely.get_y(last),
            route=route,
            barrier=barrier,
        )


_WHY_NOT = {
    "disconnected": "the road at the plot is not joined to any that leads to a tie-in",
    "too_far": "no road is near enough to the plot",
    "no_road": "there is no road",
}


def _groups(
    counts: Counts, free: Amounts, at_least: Amounts | None, number: int
) -> Iterator[tuple[Rows, Counts]]:
    """The plots by the set of tie-ins that can take them; there are at most as many sets as tie-ins."""
    if at_least is None:
        yield np.arange(number), counts
        return
    levels = np.unique(free[counts])
    needed = np.searchsorted(levels, at_least, side="left")
    for one in np.unique(needed):
        able = counts & (free >= levels[one]) if one < len(levels) else np.zeros_like(counts)
        yield np.flatnonzero(needed == one), able
