"""The way along roads, and the straight stretches that it begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.connect.network import Network
from siteplan.connect.travel import travel
from siteplan.connect.ways import Amounts, Reached, Rows, Searched, without_use
from siteplan.findings import Finding
from siteplan.words import Saying, said

_WHY_NOT = ("disconnected", "too_far", "no_target", "no_road")


@dataclass(frozen=True)
class AlongRoads(Searched):
    """Along a network, with straight stretches from the plot to it and from it to the tie-in.

    Attributes
    ----------
    network
        The roads.
    longest
        Metres that a straight stretch may have, at either end.
    name
        How findings call this way.

    Notes
    -----
    Whoever is there already needs no road, and whoever has to leave the roads anyway needs none for
    less: the straight line to the nearest tie-in is taken where it has 0 m, or is no longer than the
    straight stretches from plot and tie-in to their roads together, and than `longest`.

    Roads that are not joined are more likely a gap in the data than in the land: whether such a plot
    can be reached is not known.
    """

    network: Network
    longest: float
    name: str

    @cached_property
    def off_road(self) -> Amounts:
        """Metres from each tie-in to the nearest road; inf where there is none."""
        metres = np.full(len(self.offers), np.inf)
        (tie_in, _), near = self.network.tree.query_nearest(
            self.offers.geometry.to_numpy(), return_distance=True, all_matches=False
        )
        metres[tie_in] = near
        return metres

    def _found(self, rows: Rows, able: Rows) -> Reached:
        """The shortest ways of some plots to some tie-ins."""
        near = able[self.off_road[able] <= self.longest]
        by_road = self._by_road(rows, near)
        counts = np.zeros(len(self.offers), dtype=bool)
        counts[able] = True
        straight = self.direct.reach(rows, counts, None)
        beside = by_road.snap + self.off_road[straight.tie_in]
        short = np.isfinite(beside) & (straight.metres <= np.minimum(beside, self.longest))
        there = np.flatnonzero(short | (straight.metres == 0))
        by_road.put(there, straight.take(there))
        by_road.snap[there], by_road.target_snap[there] = straight.metres[there], 0.0
        return by_road

    def _by_road(self, rows: Rows, able: Rows) -> Reached:
        targets = self.offers.iloc[able].rename(columns={"feature_name": "name"})
        reach = self.longest if np.isfinite(self.longest) else None
        went = travel(self.network, self.plots.iloc[rows], targets, by="distance", reach=reach, routes=True)
        there = (went["status"] == "reached").to_numpy()
        route = np.asarray(went.geometry.to_numpy(), dtype=object)
        metres = np.where(there, went["metres"], np.inf)
        last = shapely.get_point(route, -1)
        # A way of no length has no line, only the place where plot and tie-in meet.
        here = there & shapely.is_missing(last)
        last[here] = shapely.points(went[["tie_in_x", "tie_in_y"]].to_numpy()[here])
        return replace(
            Reached.nothing(len(rows)),
            # The tie-ins are numbered, so that the feature reached is a position.
            tie_in=np.where(there, pd.to_numeric(went["feature"]), -1).astype(np.intp),
            metres=metres,
            billed=metres,
            cost=metres,
            x=shapely.get_x(last),
            y=shapely.get_y(last),
            route=route,
            snap=went["snap_m"].to_numpy(dtype=float, copy=True),
            target_snap=np.where(there, went["target_snap_m"], np.nan),
            barrier=_each(went["status"], {name: said(f"reason.{name}") for name in _WHY_NOT}),
            open_fact=_each(went["status"], {"disconnected": said("fact.joined")}),
        )

    @property
    def findings(self) -> Sequence[Finding]:
        """See `Way`."""
        far = self.offers[(self.off_road > self.longest) & (self.offers["availability"] != "no").to_numpy()]
        reason = f"farther from every road than the {self.longest:g} m of the network's reach"
        return [
            without_use(self.name, far[(far["layer"] == layer).to_numpy()], reason)
            for layer in far["layer"].unique()
        ]


def _each(status: pd.Series, sayings: Mapping[str, Saying]) -> NDArray[np.object_]:
    """What is said of each status; empty where nothing is."""
    told = np.full(len(status), "", dtype=object)
    for name, saying in sayings.items():
        told[(status == name).to_numpy()] = saying
    return told
