"""Zones made ready once, to take the net area of plots that come piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.findings import Finding
from siteplan.land import casting
from siteplan.land.attribution import written
from siteplan.land.holding import SAME_M2
from siteplan.land.reach import THREADS, Field
from siteplan.land.uncut import without_dust
from siteplan.nearest import Way
from siteplan.shapes import Shapes

if TYPE_CHECKING:
    from siteplan.land.outside import Zones

_ROUNDING_M2 = 1.0
"""More than rounding ever makes of an area, and no more than few plots truly lose."""


@dataclass(frozen=True, eq=False)
class Exclusions:
    """What takes land where every consent is given, to be asked often: see `remaining.net_area`.

    Attributes
    ----------
    shapes, metres
        Exclusions, as `widening.pieces` takes them.
    zones
        The same as compiled kernels take them; None for the plain way.
    findings
        What was found about all zones.
    """

    shapes: Shapes
    metres: NDArray[np.float64]
    zones: Zones | None
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, zones: gpd.GeoDataFrame, way: Way) -> Exclusions:
        """Take zones as `siteplan.land.net.net` does.

        Raises
        ------
        DataError
            If the table is not what it must be.
        """
        cast = casting.excluded(zones)
        if way == "plain":
            return cls(cast.shapes, cast.metres, None, cast.findings)
        from siteplan.land import outside  # noqa: PLC0415 (numba is heavy)

        made = outside.Zones.of(cast.shapes, cast.metres)
        return cls(cast.shapes, cast.metres, made, cast.findings)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Send shapes in one piece; one by one would take as long as to make all of it again."""
        return _arrived, (shapely.to_wkb(self.shapes), self.metres, self.zones, self.findings)

    @cached_property
    def field(self) -> Field:
        """The exclusions indexed as shapes; the compiled way hardly ever needs them."""
        return Field.of(self.shapes, self.metres)

    def net_area(self, plots: Shapes) -> NDArray[np.float64]:
        """Return what is left of valid, flat polygons, m2."""
        if self.zones is None:
            return self.plain(plots)
        from siteplan.land import outside  # noqa: PLC0415 (numba is heavy)

        areas = outside.areas(outside.Grounds.of(plots), self.zones, THREADS)
        crowded = np.isnan(areas)
        if crowded.any():
            areas[crowded] = self.plain(plots[crowded])
        return areas

    def plain(self, plots: Shapes) -> NDArray[np.float64]:
        """Do the same as `net_area` by the shapes that are left, as `siteplan.land.net.net` does."""
        return written(plots, self.field, THREADS, _area_without_dust, np.empty(len(plots)))


def _area_without_dust(shapes: Shapes) -> NDArray[np.float64]:
    return np.asarray(shapely.area(without_dust(shapes)))


def _arrived(
    wkb: NDArray[np.object_], metres: NDArray[np.float64], zones: Zones | None, findings: tuple[Finding, ...]
) -> Exclusions:
    return Exclusions(np.asarray(shapely.from_wkb(wkb)), metres, zones, findings)


@dataclass(frozen=True, eq=False)
class NetLand:
    """Net area where every consent is given, also beside zones of which nobody knows how wide they are.

    Attributes
    ----------
    low, high
        All zones, and only those that are certain; the same where all are.
    """

    low: Exclusions
    high: Exclusions

    @classmethod
    def of(cls, zones: gpd.GeoDataFrame, way: Way) -> NetLand:
        """Take zones as `siteplan.land.zones` makes them.

        Raises
        ------
        DataError
            If the table is not what it must be.
        """
        certain = zones["certain"].to_numpy(dtype=bool)
        low = Exclusions.of(zones, way)
        return cls(low, low if certain.all() else Exclusions.of(zones[certain], way))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found about all zones."""
        return self.low.findings

    def asked(self, plots: Shapes) -> dict[str, NDArray[np.float64]]:
        """Return `amount`, hectares, and where that is not known, `least` and `most` of it."""
        low = self.low.net_area(plots)
        if self.high is self.low:
            return {"amount": low / 1e4}
        high = self.high.net_area(plots)
        # What compiled areas differ by may be rounding; shapes that nothing reaches differ by nothing.
        near = np.flatnonzero((low != high) & (np.abs(high - low) < _ROUNDING_M2))
        low[near], high[near] = self.low.plain(plots[near]), self.high.plain(plots[near])
        known = np.isclose(low, high, rtol=0, atol=SAME_M2)
        least, most = np.minimum(low, high) / 1e4, np.maximum(low, high) / 1e4
        return {"amount": np.where(known, low / 1e4, np.nan), "least": least, "most": most}
