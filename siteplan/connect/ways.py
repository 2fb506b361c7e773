"""Ways from plots to tie-ins: one interface, straight lines, and what all searched ways share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.findings import Finding
from siteplan.nearest import LayerIndex, PackedPlots
from siteplan.shapes import Shapes
from siteplan.words import Saying

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
    metres, billed, cost
        Length of the route, the length it is billed for (missing where that is not known), and what it
        was chosen by; inf where there is none.
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
    no_slope
        Metres of the route on ground whose slope counts but is not known.
    snap, target_snap
        Metres of straight stretches beside the roads, at the plot and at the tie-in; missing where
        no roads are gone along.
    barrier
        What keeps a plot from every tie-in; empty where nothing does.
    open_fact
        Where no tie-in is reached, what would have to be known to say that none can be; empty where
        all of it is.
    """

    tie_in: Rows
    metres: Amounts
    billed: Amounts
    cost: Amounts
    x: Amounts
    y: Amounts
    route: Shapes
    error: Amounts
    excess: Amounts
    given_up: NDArray[np.object_]
    no_slope: Amounts
    snap: Amounts
    target_snap: Amounts
    barrier: NDArray[np.object_]
    open_fact: NDArray[np.object_]

    @classmethod
    def nothing(cls, count: int) -> Reached:
        """Return the state of plots that have not been looked at."""
        endless, nowhere = np.full(count, np.inf), np.full(count, np.nan)
        empty = np.full(count, "", dtype=object)
        return cls(
            tie_in=np.full(count, -1, dtype=np.intp),
            metres=endless,
            billed=endless.copy(),
            cost=endless.copy(),
            x=nowhere,
            y=nowhere.copy(),
            route=np.full(count, None, dtype=object),
            error=np.zeros(count),
            excess=np.zeros(count),
            given_up=empty,
            no_slope=np.zeros(count),
            snap=nowhere.copy(),
            target_snap=nowhere.copy(),
            barrier=empty.copy(),
            open_fact=empty.copy(),
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
            cost=near.metres,
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
    """A way that is searched from many plots to many tie-ins at once."""

    plots: gpd.GeoDataFrame
    offers: gpd.GeoDataFrame
    direct: Straight

    def reach(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> Reached:
        """See `Way`.

        The first search is for the least that any plot asks for. It answers every plot that it leads
        to a tie-in with enough for itself; the others are searched for again, so that there are at
        most as many searches as there are amounts to be had.
        """
        if at_least is None:
            return self._found(rows, np.flatnonzero(counts))
        found, free = Reached.nothing(len(rows)), self.direct.free
        waiting = np.flatnonzero(at_least <= free[counts].max(initial=-np.inf, where=~np.isnan(free[counts])))
        while len(waiting):
            able = np.flatnonzero(counts & (free >= at_least[waiting].min()))
            reached = self._found(rows[waiting], able)
            # Where none of many tie-ins is reached, none of some of them is.
            done = (reached.tie_in < 0) | (free[reached.tie_in] >= at_least[waiting])
            found.put(waiting[done], reached.take(done))
            waiting = waiting[~done]
        return found

    def straight(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> Reached:
        """See `Way`."""
        return self.direct.reach(rows, counts, at_least)

    @property
    def findings(self) -> Sequence[Finding]:
        """See `Way`."""
        return ()

    @abstractmethod
    def _found(self, rows: Rows, able: Rows) -> Reached:
        """The best ways of some plots to some tie-ins; there is at least one of each."""


def length(metres: float, limit: float) -> Saying:
    """Return a length in whole metres, or in as many digits as tell it from a limit.

    Examples
    --------
    >>> length(494.23, 400.0), length(400.2, 400.0)
    ('494 m', '400.2 m')
    """
    whole = float(round(metres))
    return Saying.of("amount", whole if whole != limit else float(metres), "m", limit)


_SHOWN = 5


def without_use(where: str, offers: gpd.GeoDataFrame, reason: str) -> Finding:
    """Return a warning of tie-ins in one layer that a way cannot use, for one reason."""
    names = ", ".join(offers["feature_name"][:_SHOWN])
    more = f" and {len(offers) - _SHOWN} more" if len(offers) > _SHOWN else ""
    place = f"{where}, layer {offers['layer'].iat[0]!r}"
    return Finding("warning", place, f"cannot serve: {names}{more}; {reason}", rows=tuple(offers["feature"]))
