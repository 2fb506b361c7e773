"""Which tie-in answers each plot's demand, or which of three other answers there is.

Of the tie-ins that can take the demand the nearest along the way is the plot's own: first among
those that exist, then among those that can be built. Where none is known to suffice, the answer
says which it is: something is unknown, all are too small, or none is within reach. What is unknown
is taken at its best: a tie-in whose most would not do is too small, whatever else is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.amounts import STATUSES as KNOWN
from siteplan.connect import headroom
from siteplan.connect.ways import Reached, Way, length
from siteplan.connections import Connection
from siteplan.words import Saying, listed, said

STATUSES = (*KNOWN, "unknown")

_FACTS = ("fact.availability", "fact.free", "fact.class")

_NEARER_M = 1e-6
# Exactly enough stays enough when units are converted: 1.001 MW for 1001 kW.
_ENOUGH = 1 - 1e-9


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
    largest
        Where none suffices, the tie-in within reach that has the most, and the way there.
    """

    offers: gpd.GeoDataFrame
    demand: NDArray[np.float64]
    reached: Reached
    status: NDArray[np.object_]
    reason: NDArray[np.object_]
    missing: list[list[str]]
    straight: NDArray[np.float64]
    largest: Reached


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
        Reached.nothing(count),
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

    @cached_property
    def unknown(self) -> NDArray[np.bool_]:
        """Which facts of each tie-in are not known: a column for each of `_FACTS`."""
        offers = self.found.offers
        free = offers["free"].isna().to_numpy() & self.connection.wants
        flags = ((offers["availability"] == "").to_numpy(), free, offers["class_unknown"].to_numpy())
        return np.stack(flags, axis=1).astype(bool)

    @cached_property
    def facts(self) -> NDArray[np.object_]:
        """What is not known of each tie-in, in words; empty where all that matters is."""
        facts = np.full(len(self.unknown), "", dtype=object)
        names = self.found.offers["feature_name"].tolist()
        for row in np.flatnonzero(self.unknown.any(axis=1)).tolist():
            open_ = [said(key) for key, one in zip(_FACTS, self.unknown[row], strict=True) if one]
            facts[row] = said("fact.of", facts=listed(open_), name=names[row])
        return facts

    @property
    def certain(self) -> NDArray[np.bool_]:
        """Which tie-ins leave no question open."""
        return np.asarray(self.facts == "", dtype=bool)

    def needed(self, rows: NDArray[np.intp]) -> NDArray[np.float64] | None:
        """What tie-ins must have for some plots; nothing where nothing is wanted of them."""
        return self.found.demand[rows] * _ENOUGH if self.connection.wants else None

    def run(self) -> None:
        """Give every plot its answer."""
        asked, there = ~np.isnan(self.found.demand), ~self.said("no")
        self._take("served", self.said("yes") & self.certain, asked, enough=True)
        self._take("served", self.said("can_be_built") & self.certain, asked, enough=True)
        self._take("unknown", there & ~self.certain, asked, enough=True)
        self._take("unknown", there, ~asked)
        self.found.status[self.found.reached.open_fact != ""] = "unknown"
        self._take("no_capacity", there, asked)
        left = self.open
        if len(left) and there.any():
            # What is nearest all the same: the answer says how far it is, or what stands between.
            self.found.reached.put(left, self.way.reach(left, there, None))

    def _take(
        self, status: str, counts: NDArray[np.bool_], among: NDArray[np.bool_], *, enough: bool = False
    ) -> None:
        """Give plots without an answer the nearest tie-in that counts, if it is within reach."""
        rows = self.open[among[self.open]]
        if not len(rows) or not counts.any():
            return
        reached = self.way.reach(rows, counts, self.needed(rows) if enough else None)
        near = self._near(reached)
        # What may do, for all that is known of the way there, is kept unless another tie-in does.
        kept = near | ((reached.open_fact != "") & (self.found.reached.open_fact[rows] == ""))
        self.found.reached.put(rows[kept], reached.take(kept))
        self.found.status[rows[near]] = status

    def _near(self, reached: Reached) -> NDArray[np.bool_]:
        return np.asarray((reached.tie_in >= 0) & (reached.metres <= self.limit))

    def explain(self) -> None:
        """Say why plots are not served, and what is not known about those that are."""
        self._note_nearer()
        self._say_largest()
        found, facts = self.found, self.facts.tolist()
        unknown = np.flatnonzero(found.status == "unknown")
        of = zip(unknown.tolist(), found.reached.tie_in[unknown].tolist(), strict=True)
        for row, tie_in in of:
            of_way = found.reached.open_fact[row]
            of_plot = said("fact.demand") if np.isnan(found.demand[row]) else ""
            found.missing[row].append(of_plot or of_way or facts[tie_in])
            if of_way and not of_plot:
                found.reason[row] = found.reached.barrier[row]
                continue
            many = 1 if of_plot else int(self.unknown[tie_in].sum())
            found.reason[row] = Saying.of("count", "reason.unknown_fact", many, fact=of_plot or facts[tie_in])
        for row in self.open.tolist():
            found.reason[row] = self._why_not(row)

    def _why_not(self, row: int) -> str:
        reached, tie_ins = self.found.reached, len(self.found.offers)
        if reached.barrier[row]:
            barrier: str = reached.barrier[row]
            return barrier
        if reached.tie_in[row] >= 0:
            way = length(reached.metres[row], self.limit)
            return said("reason.too_long", length=way, reach=Saying.of("amount", self.limit, "m"))
        return Saying.of("count", "reason.not_available", tie_ins) if tie_ins else said("reason.nothing")

    def _note_nearer(self) -> None:
        """Name what is nearer than the tie-in that serves a plot and may do as well."""
        served, counts = np.flatnonzero(self.found.status == "served"), ~self.said("no") & ~self.certain
        if not len(served) or not counts.any():
            return
        nearer = self.way.straight(served, counts, self.needed(served))
        words = [said("fact.nearer", fact=fact) for fact in self.facts]
        places = np.flatnonzero(nearer.metres < self.found.straight[served] - _NEARER_M)
        for row, tie_in in zip(served[places].tolist(), nearer.tie_in[places].tolist(), strict=True):
            self.found.missing[row].append(words[tie_in])

    def _say_largest(self) -> None:
        """Find the largest headroom within reach of plots that none suffices, and say what it is."""
        short = np.flatnonzero(self.found.status == "no_capacity")
        if not len(short):
            return
        found, unit = self.found, self.connection.symbol
        found.largest.put(short, self._largest(short))
        best = found.largest.tie_in[short].tolist()
        offers, facts = found.offers, self.facts.tolist()
        most, names = offers["most"].tolist(), offers["feature_name"].tolist()
        unsure = offers["free"].isna().tolist()
        for row, tie_in, demand in zip(short.tolist(), best, found.demand[short].tolist(), strict=True):
            found.missing[row] += filter(None, [facts[tie_in]])
            largest = Saying.of("amount", most[tie_in], unit, demand)
            found.reason[row] = said(
                "reason.no_capacity",
                demand=Saying.of("amount", demand, unit),
                largest=said("reason.at_most", amount=largest) if unsure[tie_in] else largest,
                name=names[tie_in],
            )

    def _largest(self, rows: NDArray[np.intp]) -> Reached:
        """Search by halving: first by straight line, which no way is shorter than, then by the way itself."""
        counts, most = ~self.said("no"), self.found.offers["most"].to_numpy()
        levels = np.unique(most[counts])
        best = self.found.reached.take(rows)
        high = np.searchsorted(levels, self.found.demand[rows] * _ENOUGH) - 1
        for look in (self.way.straight, self.way.reach):
            low, asked = np.searchsorted(levels, most[best.tie_in]), high  # the bound is often the answer
            while len(left := np.flatnonzero(low < high)):
                reached = look(rows[left], counts, levels[asked[left]])
                there = self._near(reached)
                low[left[there]] = asked[left[there]]
                high = np.where(low < asked, np.minimum(high, asked - 1), high)
                if look == self.way.reach:
                    best.put(left[there], reached.take(there))
                asked = (low + high + 1) // 2
            high = low
        return best


def _measure_straight(found: Answers, plots: gpd.GeoDataFrame) -> None:
    """The straight distance of each plot to the tie-in it comes to."""
    has = np.flatnonzero(found.reached.tie_in >= 0)
    tie_ins = found.offers.geometry.to_numpy()[found.reached.tie_in[has]]
    found.straight[has] = shapely.distance(plots.geometry.to_numpy()[has], tie_ins)
