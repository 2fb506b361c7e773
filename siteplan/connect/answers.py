"""Which tie-in answers each plot's demand, or which of three other answers there is.

Of the tie-ins that can take the demand the nearest along the way is the plot's own: first among
those that exist, then among those that can be built. Where none is known to suffice, the answer
says which it is: something is unknown, all are too small, or none is within reach.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.connect import headroom
from siteplan.connect.ways import Reached, Way
from siteplan.connections import Connection

STATUSES = ("served", "no_capacity", "not_reachable", "unknown")

_NEARER_M = 1e-6


@dataclass(frozen=True)
class Answers:
    """What was found for every plot of one connection.

    Attributes
    ----------
    offers
        The tie-ins, as `headroom.offers` gives them.
    demand
        What each plot wants, in the connection's unit.
    reached
        The tie-in that each plot comes to, and the way there.
    status
        One of `STATUSES` for each plot.
    reason
        Why it is not served; empty where it is.
    missing
        The facts that are not known, for each plot.
    straight
        Metres from the plot's edge to its tie-in.
    largest, largest_name
        The largest headroom within reach and whose it is, where none suffices.
    """

    offers: gpd.GeoDataFrame
    demand: NDArray[np.float64]
    reached: Reached
    status: NDArray[np.object_]
    reason: NDArray[np.object_]
    missing: list[list[str]]
    straight: NDArray[np.float64]
    largest: NDArray[np.float64]
    largest_name: NDArray[np.object_]


def answers(connection: Connection, plots: gpd.GeoDataFrame, offers: gpd.GeoDataFrame, way: Way) -> Answers:
    """Look for each plot's tie-in.

    Parameters
    ----------
    connection
        What every plot wants, and how far it may be.
    plots, offers
        Plots and tie-ins in one metric CRS.
    way
        How the tie-ins are reached from the plots.
    """
    count = len(plots)
    found = Answers(
        offers,
        headroom.demands(connection, plots).to_numpy(),
        Reached.nothing(count),
        np.full(count, "not_reachable", dtype=object),
        np.full(count, "", dtype=object),
        [[] for _ in range(count)],
        np.full(count, np.nan),
        np.full(count, np.nan),
        np.full(count, "", dtype=object),
    )
    search = _Search(connection, way, found)
    search.run()
    _measure_straight(found, plots)
    search.explain()
    return found


@dataclass(frozen=True)
class _Search:
    """One search: it fills the answers, one kind after the other."""

    connection: Connection
    way: Way
    found: Answers

    @property
    def limit(self) -> float:
        return np.inf if self.connection.reach is None else self.connection.reach

    @property
    def open(self) -> NDArray[np.intp]:
        """Plots that have no answer yet."""
        return np.flatnonzero(self.found.status == "not_reachable")

    def said(self, *availability: str) -> NDArray[np.bool_]:
        """Which tie-ins are said to be so."""
        return self.found.offers["availability"].isin(availability).to_numpy()

    @property
    def sized(self) -> NDArray[np.bool_]:
        """Which tie-ins are known to have some headroom; all, where nothing is wanted of it."""
        known = self.found.offers["free"].notna().to_numpy()
        return known if self.connection.wants else np.ones_like(known)

    @property
    def open_questions(self) -> NDArray[np.bool_]:
        """Which tie-ins may do, for all that is known."""
        return (~self.sized & ~self.said("no")) | self.said("")

    def run(self) -> None:
        """Give every plot its answer."""
        asked = ~np.isnan(self.found.demand)
        self._take("served", self.said("yes") & self.sized, asked, enough=True)
        self._take("served", self.said("can_be_built") & self.sized, asked, enough=True)
        self._take("unknown", self.open_questions, asked)
        self._take("unknown", ~self.said("no"), ~asked)
        self.found.status[self.found.reached.open_fact != ""] = "unknown"
        self._take("no_capacity", ~self.said("no", "") & self.sized, asked)
        left = self.open
        if len(left) and not self.said("no").all():
            # What is nearest all the same: the answer says how far it is, or what stands between.
            self.found.reached.put(left, self.way.reach(left, ~self.said("no"), None))

    def _take(
        self, status: str, counts: NDArray[np.bool_], among: NDArray[np.bool_], *, enough: bool = False
    ) -> None:
        """Give plots without an answer the nearest tie-in that counts, if it is within reach."""
        rows = self.open[among[self.open]]
        if not len(rows) or not counts.any():
            return
        needed = self.found.demand[rows] if enough and self.connection.wants else None
        reached = self.way.reach(rows, counts, needed)
        near = (reached.tie_in >= 0) & (reached.metres <= self.limit)
        # What may do, for all that is known of the way there, is kept unless another tie-in does.
        kept = near | ((reached.open_fact != "") & (self.found.reached.open_fact[rows] == ""))
        self.found.reached.put(rows[kept], reached.take(kept))
        self.found.status[rows[near]] = status

    def explain(self) -> None:
        """Say why plots are not served, and what is not known about those that are."""
        self._note_nearer()
        self._say_largest()
        for row in np.flatnonzero(self.found.status == "unknown").tolist():
            fact, of_way = self._open_fact(row), self.found.reached.open_fact[row]
            self.found.missing[row].append(fact)
            self.found.reason[row] = (
                str(self.found.reached.barrier[row]) if fact == of_way else f"{fact} is not known"
            )
        for row in self.open:
            self.found.reason[row] = self._why_not(row)

    def _open_fact(self, row: int) -> str:
        if np.isnan(self.found.demand[row]):
            return "demand of the plot"
        if self.found.reached.open_fact[row]:
            return str(self.found.reached.open_fact[row])
        return self._fact(self.found.reached.tie_in[row])

    def _fact(self, tie_in: int) -> str:
        offer = self.found.offers.iloc[tie_in]
        fact = "free capacity" if offer["availability"] else "availability"
        return f"{fact} of {offer['feature_name']}"

    def _why_not(self, row: int) -> str:
        reached = self.found.reached
        if reached.barrier[row]:
            return str(reached.barrier[row])
        if reached.tie_in[row] < 0:
            return "there is nothing to connect to"
        return f"the way of {reached.metres[row]:.0f} m is longer than the reach of {self.limit:g} m"

    def _note_nearer(self) -> None:
        """Name what is nearer than the tie-in that serves a plot and may do as well."""
        served, counts = np.flatnonzero(self.found.status == "served"), self.open_questions
        if not len(served) or not counts.any():
            return
        nearer = self.way.straight(served, counts, None)
        for place in np.flatnonzero(nearer.metres < self.found.straight[served] - _NEARER_M):
            self.found.missing[served[place]].append(f"{self._fact(nearer.tie_in[place])}, which is nearer")

    def _say_largest(self) -> None:
        """Find the largest headroom within reach of plots that none suffices, by halving."""
        short = np.flatnonzero(self.found.status == "no_capacity")
        if not len(short):
            return
        counts = ~self.said("no", "") & self.sized
        levels = np.unique(self.found.offers["free"].to_numpy()[counts])
        low, high = np.zeros(len(short), dtype=np.intp), np.full(len(short), len(levels) - 1)
        while (low < high).any():
            middle = (low + high + 1) // 2
            found = self.way.straight(short, counts, levels[middle])
            there = (found.tie_in >= 0) & (found.metres <= self.limit)
            low, high = np.where(there, middle, low), np.where(there, high, middle - 1)
        best = self.way.straight(short, counts, levels[low]).tie_in
        self.found.largest[short] = levels[low]
        self.found.largest_name[short] = self.found.offers["feature_name"].to_numpy()[best]
        unit = self.connection.symbol
        for row in short:
            self.found.reason[row] = (
                f"a demand of {self.found.demand[row]:g} {unit} is above every headroom within reach, the "
                f"largest is {self.found.largest[row]:g} {unit} at {self.found.largest_name[row]}"
            )


def _measure_straight(found: Answers, plots: gpd.GeoDataFrame) -> None:
    """The straight distance of each plot to the tie-in it comes to."""
    has = np.flatnonzero(found.reached.tie_in >= 0)
    tie_ins = found.offers.geometry.to_numpy()[found.reached.tie_in[has]]
    found.straight[has] = shapely.distance(plots.geometry.to_numpy()[has], tie_ins)
