"""What a worker needs, loaded by being imported: workers of this machine are copies of a process that did.

Loading compiled kernels takes a second or two, which every worker would spend again.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from siteplan.batch import work
from siteplan.land.casting import SEVERITIES
from siteplan.land.ready import Exclusions
from siteplan.nearest import LayerIndex, PackedPlots

_LINE = shapely.LineString([(-50, 0), (150, 0)])
_ZONE = {"cause": "", "title": "", "severity": SEVERITIES[0], "layer": "", "feature": "", "metres": 20.0}


def _load() -> None:
    """Call the kernels of both lanes once."""
    plot = np.array([shapely.box(0, 0, 100, 100)])
    LayerIndex.of(np.array([_LINE])).nearest(PackedPlots.of(plot), counts=np.array([True]), way="compiled")
    Exclusions.of(gpd.GeoDataFrame(_ZONE, geometry=[_LINE], index=[0]), "compiled").net_area(plot)


_load()

__all__ = ["work"]
