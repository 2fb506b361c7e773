"""How the small map of a passport is drawn: pale land, one hue per utility, the plot in black."""

from __future__ import annotations

from collections.abc import Mapping

LAND = "#fbfaf6"
PLANNED = {"planned", "project", "design", "construction", "under construction", "proposed"}

_HUES = {
    "power": "#c77700", "gas": "#9a8200", "water": "#2474b5", "sewer": "#7a5230", "heat": "#c0392b",
    "telecom": "#7b4fa3", "rail": "#3a3a3a", "road": "#9aa0a3", "hub": "#3a3a3a", "plant": "#6f665a",
}  # fmt: skip

_AREAS = {
    "surface_water": ("#cfe2ee", "#8db6d0"),
    "wetland": ("#e0eadf", "#b9cdb7"),
    "flood": ("#e3edf6", "#a9c4dd"),
    "forest": ("#e4eedd", "#c6d8ba"),
    "land_cover": ("#f2efe6", "#ddd6c5"),
    "plant": ("#e6e0d5", "#6f665a"),
}

# From the bottom upwards; zones of support cover everything and would hide it.
_ORDER = (
    "land_cover", "forest", "wetland", "flood", "surface_water", "plant", "border", "zone", "other", "place",
    "road", "rail", "water", "sewer", "heat", "telecom", "gas", "power", "hub", "regime",
)  # fmt: skip

NEIGHBOUR = {"fill": "#ffffff", "fill-opacity": "0.75", "stroke": "#8a9295", "stroke-width": "0.2"}
CHOSEN_FILL = {"fill": "#ffffff", "stroke": "none"}
CHOSEN = {"fill": "none", "stroke": "#000000", "stroke-width": "0.7", "stroke-linejoin": "round"}
LOST = {
    "exclusion": {"fill": "#a33c1f", "fill-opacity": "0.45", "stroke": "none"},
    "consent": {"fill": "#a33c1f", "fill-opacity": "0.2", "stroke": "none"},
}
"""What zones take of the plot, by severity."""

HALO = {"stroke": "#ffffff", "stroke-width": "1.6", "stroke-linejoin": "round"}
TIE_IN = {"stroke": "#000000", "point": "0.9"}


def order(role: str) -> int:
    """Return how far up a layer is drawn."""
    return _ORDER.index(role)


def look(role: str) -> Mapping[str, str]:
    """Return how a layer is drawn: areas filled, lines and points in the hue of their role.

    Examples
    --------
    >>> look("gas")["stroke"]
    '#9a8200'
    """
    if role == "border":
        return {"fill": "none", "stroke": "#56666c", "stroke-width": "0.35", "stroke-dasharray": "2 1"}
    if role in _AREAS:
        fill, stroke = _AREAS[role]
        return {"fill": fill, "stroke": stroke, "stroke-width": "0.25"}
    if role in ("zone", "regime"):
        return {"fill": "none", "stroke": "#a99", "stroke-width": "0.2", "stroke-dasharray": "0.8 0.8"}
    wide = {"road": "0.8", "rail": "0.5"}.get(role, "0.4")
    return {"fill": "none", "stroke": _HUES.get(role, "#9aa0a3"), "stroke-width": wide, "point": "0.8"}


def route(utility: str) -> Mapping[str, str]:
    """Return how the route to a tie-in is drawn."""
    return {"stroke": _HUES.get(utility, "#17262b"), "stroke-width": "1", "stroke-linejoin": "round"}


def swatch(role: str, *, point: bool = False) -> str:
    """Return a sample of a layer for the legend, 5 x 2 mm."""
    style = "".join(f' {name}="{value}"' for name, value in look(role).items() if name != "point")
    if point:
        hue = look(role)["stroke"]
        shape = f'<circle cx="2.5" cy="1" r="0.8" fill="{hue}"/>'
        return _sample(shape)
    shape = (
        f'<rect x="0.3" y="0.2" width="4.4" height="1.6"{style}/>'
        if role in _AREAS
        else f'<path d="M0 1H5"{style}/>'
    )
    return _sample(shape)


def _sample(shape: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 2" width="5mm" height="2mm">{shape}</svg>'
