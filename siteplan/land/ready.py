"""Zones made ready once, to take the net area of plots that come piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.findings import Finding
from siteplan.land import casting
from siteplan.land.attribution import left
from siteplan.land.reach import THREADS, Field, in_chunks
from siteplan.nearest import Way
from siteplan.shapes import Shapes

if TYPE_CHECKING:
    from siteplan.land.outside import Zones


@dataclass(frozen=True, eq=False)
class Exclusions:
    """What takes land where every consent is given, to be asked often; see `siteplan.land.net.net_area`.

    Attributes
    ----------
    field
        Exclusions as shapes.
    zones
        The same as compiled kernels take them; None for the plain way.
    findings
        What was found about all zones.

    Examples
    --------
    >>> zones = gpd.GeoDataFrame(
    ...     {
    ...         "cause": "gas",
    ...         "title": "",
    ...         "severity": "exclusion",
    ...         "layer": "",
    ...         "feature": "",
    ...         "metres": 20.0,
    ...     },
    ...     geometry=[shapely.LineString([(-50, 0), (150, 0)])],
    ...     index=[0],
    ... )
    >>> Exclusions.of(zones, "plain").net_area(np.array([shapely.box(0, 0, 100, 100)])).tolist()
    [8000.0]
    """

    field: Field
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
        every = casting.cast(zones)
        cast = every.before(every.first("consent"))
        field = Field.of(cast.shapes, cast.metres)
        if way == "plain":
            return cls(field, None, every.findings)
        from siteplan.land import outside  # noqa: PLC0415 (numba is heavy)

        return cls(field, outside.Zones.of(cast.shapes, cast.metres), every.findings)

    def net_area(self, plots: Shapes) -> NDArray[np.float64]:
        """Return what is left of valid, flat polygons, m2."""
        if self.zones is None:
            return self._plain(plots)
        from siteplan.land import outside  # noqa: PLC0415 (numba is heavy)

        areas = outside.areas_among(plots, self.zones, THREADS)
        crowded = np.isnan(areas)
        if crowded.any():
            areas[crowded] = self._plain(plots[crowded])
        return areas

    def _plain(self, plots: Shapes) -> NDArray[np.float64]:
        areas = np.empty(len(plots))

        def work(rows: NDArray[np.intp]) -> None:
            mine = plots[rows]
            areas[rows] = shapely.area(left(mine, self.field, self.field.reached(mine)))

        for _ in in_chunks(plots, work, THREADS):
            pass
        return areas
