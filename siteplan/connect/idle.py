"""Tie-ins that cannot serve on a surface: those outside it, and those that a hard barrier holds."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan.connect.crossed import named, names
from siteplan.connect.lines import Pieces
from siteplan.connect.surface import Surface


@dataclass(frozen=True, eq=False)
class Idle:
    """For each tie-in whether it has a cell on a surface, whether one is free, and what bars it else.

    Attributes
    ----------
    inside, free
        One flag per tie-in.
    barred
        Title of the first hard barrier around each tie-in that has cells and no free one, else empty.
    """

    inside: NDArray[np.bool_]
    free: NDArray[np.bool_]
    barred: NDArray[np.object_]

    @classmethod
    def on(cls, surface: Surface, ties: Pieces, count: int) -> Idle:
        """Ask one surface."""
        piece, flat, _ = surface.grid.touched(ties)
        owner = ties.owner[piece]
        hard = surface.barriers.dtype.type(surface.hard)
        open_ = (surface.barriers.ravel()[flat] & hard) == 0
        inside, free = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        inside[owner] = True
        free[owner[open_]] = True
        held = inside[owner] & ~free[owner]
        entered = named(surface, owner[held], flat[held], surface.hard)
        barred = np.full(count, "", dtype=object)
        first = entered.drop_duplicates("route")
        barred[first["route"].to_numpy(dtype=int)] = first["title"].to_numpy()
        return cls(inside, free, barred)

    def __or__(self, other: Idle) -> Idle:
        return Idle(
            self.inside | other.inside,
            self.free | other.free,
            np.where(self.barred != "", self.barred, other.barred),
        )

    def table(self, tie_ins: gpd.GeoDataFrame, *, windows: bool) -> pd.DataFrame:
        """Return the tie-ins that cannot serve, each with the reason."""
        away = "in no window around a plot" if windows else "outside the surface"
        held = np.array([f"inside the hard barrier {title!r}" for title in self.barred], dtype=object)
        idle = ~self.free
        return pd.DataFrame(
            {
                "name": names(tie_ins)[idle],
                "reason": np.where(self.inside, held, away)[idle],
            },
            index=tie_ins.index[idle],
        )
