"""What a planner looks for in OpenStreetMap: layers, the tags that make them, the tags they keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siteplan.park import Role


@dataclass(frozen=True)
class Theme:
    """What makes an element of OpenStreetMap a feature of a layer.

    Attributes
    ----------
    role
        The role a catalogue gives the layer.
    tags
        By key, the values that count; an empty tuple takes any.
    tables
        Which of GDAL's tables hold such features.
    columns
        Keys kept as text columns, beside `osm_id`, `name` and `operator`.
    """

    role: Role
    tags: Mapping[str, tuple[str, ...]]
    tables: tuple[str, ...]
    columns: tuple[str, ...]

    def holds(self, tags: Mapping[str, str]) -> bool:
        """Return whether an element with these tags belongs here."""
        return any(key in tags and (not any_of or tags[key] in any_of) for key, any_of in self.tags.items())


_ROADS = ("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential")
_SITE = ("points", "lines", "multipolygons")

THEMES: Mapping[str, Theme] = {
    "power_lines": Theme(
        "power",
        {"power": ("line", "minor_line", "cable")},
        ("lines",),
        ("power", "voltage", "cables", "circuits"),
    ),
    "substations": Theme(
        "power", {"power": ("substation",)}, _SITE, ("power", "voltage", "substation", "ref")
    ),
    "power_plants": Theme(
        "power",
        {"power": ("plant",)},
        _SITE,
        ("power", "voltage", "plant_source", "plant_output_electricity"),
    ),
    "pipelines": Theme(
        "gas", {"man_made": ("pipeline",)}, ("lines",), ("substance", "diameter", "pressure", "location")
    ),
    "railways": Theme(
        "rail",
        {"railway": ("rail", "narrow_gauge", "light_rail")},
        ("lines",),
        ("railway", "usage", "service", "gauge", "electrified"),
    ),
    "roads": Theme(
        "road",
        {"highway": (*_ROADS, *(f"{road}_link" for road in _ROADS[:5]), "service", "track")},
        ("lines",),
        ("highway", "ref", "surface", "lanes", "maxweight", "service"),
    ),
    "water": Theme(
        "surface_water",
        {
            "natural": ("water",),
            "waterway": ("river", "stream", "canal", "ditch", "drain", "riverbank"),
            "landuse": ("reservoir",),
        },
        ("lines", "multipolygons"),
        ("natural", "water", "waterway"),
    ),
    "land_use": Theme("land_cover", {"landuse": ()}, ("multipolygons",), ("landuse",)),
}
"""The layers, by name. Pipelines carry anything: `substance` says what."""
