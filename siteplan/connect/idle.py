"""Tie-ins that cannot serve on a surface: outside it, inside a hard barrier, or walled in by some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan.connect import walls
from siteplan.connect.crossed import named, names
from siteplan.connect.lines import Pieces, pieces
from siteplan.connect.surface import Surface
from siteplan.shapes import Shapes
from siteplan.words import said


@dataclass(frozen=True, eq=False)
class Idle:
    """For each tie-in whether a plot can come to it on a surface, and why none can.

    Attributes
    ----------
    free
        One flag per tie-in.
    why
        Why a tie-in on the surface is not free, else empty.
    """

    free: NDArray[np.bool_]
    why: NDArray[np.object_]

    @classmethod
    def nothing(cls, count: int) -> Idle:
        """Return the state of tie-ins that no surface was asked about."""
        return cls(np.zeros(count, dtype=bool), np.full(count, "", dtype=object))

    @classmethod
    def on(cls, surface: Surface, plots: Shapes, ties: Pieces, count: int) -> Idle:
        """Ask one surface.

        Parameters
        ----------
        surface
            The surface, or a window of it.
        plots
            Those that look for a tie-in here.
        ties, count
            The tie-ins as straight pieces, and how many there are.
        """
        idle = cls.nothing(count)
        piece, flat, _ = surface.grid.touched(ties)
        owner, home = ties.owner[piece], surface.grid.touched(pieces(plots))[1]
        open_, idle = np.zeros(count, dtype=bool), cls.nothing(count)
        open_[owner[~surface.standing(surface.hard).ravel()[flat]]] = True
        idle.free[owner[walls.reachable(surface, home)[flat]]] = True
        held, shut = ~open_[owner], (open_ & ~idle.free)[owner]
        around = named(surface, owner[held], flat[held], surface.hard)
        idle.say(around.drop_duplicates("route"), "inside the hard barrier {!r}".format)
        if shut.any():
            beyond = np.concatenate([home, *walls.sides(surface.grid)])
            between = walls.would_have_to_give(surface, beyond, owner[shut], flat[shut])
            idle.say(between, lambda titles: said("reason.walled_in", what=titles))
        return idle

    def say(self, barriers: pd.DataFrame, told: Callable[[str], str]) -> None:
        """Write why tie-ins are not free: `route` is the tie-in, `title` what bars it."""
        titles = barriers.drop_duplicates(["route", "title"]).groupby("route")["title"].agg(", ".join)
        self.why[titles.index.to_numpy(dtype=int)] = [told(each) for each in titles]

    def __or__(self, other: Idle) -> Idle:
        return Idle(self.free | other.free, np.where(self.why != "", self.why, other.why))

    def table(self, tie_ins: gpd.GeoDataFrame, *, windows: bool) -> pd.DataFrame:
        """Return the tie-ins that cannot serve, each with the reason."""
        away = "in no window around a plot" if windows else "outside the surface"
        idle = ~self.free
        return pd.DataFrame(
            {
                "name": names(tie_ins)[idle],
                "reason": np.where(self.why == "", away, self.why)[idle],
            },
            index=tie_ins.index[idle],
        )
