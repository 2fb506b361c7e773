"""Rules and zones whose every metre is read by eye: plots of 100 m, lines along whole coordinates."""

from __future__ import annotations

import copy
from typing import Any

import geopandas as gpd
import shapely

from siteplan.buildable import Land
from siteplan.norms import Norms

STATED: dict[str, Any] = {"source": "read by eye", "as_of": "2026-11-25", "confidence": "low"}

LINE: dict[str, Any] = {
    "name": "line_zone",
    "title": "Zone of a power line",
    "object": "power_line",
    "severity": "consent",
    "measured_from": "outer_wire",
    "units": {"voltage": "kV"},
    "half_width": 3,
    "widths": [
        {"when": {"voltage": {"up_to": 20}}, "metres": 10},
        {"when": {"voltage": {"above": 20, "up_to": 110}}, "metres": 20},
    ],
    "act": "Resolution 160",
    "clause": "annex",
    "status": "official",
    **STATED,
}

MAIN: dict[str, Any] = {
    "name": "main_distance",
    "title": "Distance from a gas main",
    "object": "gas_main",
    "zone": "minimum distance",
    "severity": "exclusion",
    "measured_from": "axis",
    "units": {"diameter": "mm", "pressure": "MPa"},
    "without_class": "unknown",
    "widths": [
        {"when": {"pressure": {"above": 2.5}, "diameter": {"up_to": 300}}, "metres": 100},
        {"when": {"pressure": {"above": 2.5}, "diameter": {"above": 300}}, "metres": 150},
        {"when": {"pressure": {"above": 1.2, "up_to": 2.5}}, "metres": 75},
    ],
    "act": "SP 36",
    "status": "official",
    **STATED,
}

PLANT: dict[str, Any] = {
    "name": "sanitary_zone",
    "title": "Sanitary zone",
    "object": "plant",
    "severity": "information",
    "measured_from": "boundary",
    "widths": [
        {"when": {"hazard_class": ["I"]}, "metres": 1000},
        {"when": {"hazard_class": ["II", "III"]}, "metres": 500},
    ],
    "act": "SanPiN",
    "status": "official",
    **STATED,
}


def norms(*rules: dict[str, Any]) -> Norms:
    """A table of rules: line, main and plant unless others are given."""
    return Norms.from_dict(
        {"title": "Rules by eye", "rules": copy.deepcopy(list(rules or (LINE, MAIN, PLANT)))}
    )


def land(*zones: dict[str, Any], **more: Any) -> Land:
    """What a plan says about land."""
    return Land.model_validate({"zones": list(zones), **more})


def layer(
    units: dict[str, str] | None = None, **features: tuple[shapely.Geometry, dict[str, Any]]
) -> gpd.GeoDataFrame:
    """A layer of named features, each a shape with its cells."""
    table = gpd.GeoDataFrame(
        [{"name": name.upper(), **cells} for name, (_, cells) in features.items()],
        geometry=[shape for shape, _ in features.values()],
        index=list(features),
        crs="EPSG:32652",
    )
    table.attrs["units"] = units or {}
    return table


def along(y: float, *, start: float = -500, end: float = 500) -> shapely.LineString:
    """A line from west to east."""
    return shapely.LineString([(start, y), (end, y)])
