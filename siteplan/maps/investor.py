"""The map an investor gets: a folium map whose page is ours."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import folium
import numpy as np
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.template import Template

from siteplan.errors import OutputError
from siteplan.maps import document
from siteplan.words import words
from siteplan.writing import atomic_text

_SUPPLIED = {"leaflet", "leaflet_css", "jquery"}
_REMOTE_LAYER = re.compile(r"L\.(?:tileLayer(?:\.wms)?|imageOverlay|videoOverlay)\(\s*[\"'](https?:[^\"']+)")
_AWESOME = "L.AwesomeMarkers.icon("
_RANDOM_ID = re.compile(r"(?<=_)[0-9a-f]{32}\b")


class InvestorMap(folium.Map):
    """A folium map that saves as one HTML file, drawn without tiles and without a network.

    Parameters
    ----------
    data
        What `siteplan.maps.payload.payload` returns.

    Notes
    -----
    Folium layers, markers and popups can be added as to any folium map. What would need a remote
    file is refused when the map is saved, with the address it asks for.
    """

    # The page builds the Leaflet map itself; folium's own layers find it under the name they expect.
    _template = Template(
        "{% macro script(this, kwargs) %}var {{ this.get_name() }} = siteplan.map;"
        "{% for layer in this.objects_to_stay_in_front %}{{ layer.get_name() }}.bringToFront();"
        "{% endfor %}{% endmacro %}"
    )

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(location=_centre(data), tiles=None)
        self.data = data
        self._id = "siteplan"
        self.default_js = []  # on the instance: folium keeps one list for the whole process
        self.default_css = []
        Page(self)

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Fill the figure with the scripts of what was added; the map itself is the page's."""
        super(folium.Map, self).render(**kwargs)  # type: ignore[no-untyped-call]

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:
        """Write the page; a file that exists is replaced whole or not at all.

        Raises
        ------
        OutputError
            If something was added that needs a remote file.
        """
        if not isinstance(outfile, str | Path):
            super().save(outfile, close_file=close_file, **kwargs)
            return
        atomic_text(Path(outfile), self.get_root().render())

    def _repr_html_(self, **kwargs: Any) -> str:
        return str(self.get_root()._repr_html_(**kwargs))  # type: ignore[attr-defined]


class Page(Figure):
    """The figure around an `InvestorMap`: renders its page, the same bytes every time."""

    def __init__(self, m: InvestorMap) -> None:
        super().__init__()
        self._id = "siteplan"
        self.data = m.data
        self.add_child(m)

    def render(self, **kwargs: Any) -> str:
        """Return the page as HTML text."""
        for child in self._children.values():
            child.render(**kwargs)
        header = _markup(self.header, self._links())
        added = document.Added(header, _markup(self.html), _markup(self.script))
        _refuse_remote(added.script)
        return document.document(self.data, _without_chance(added))

    def _repr_html_(self, **kwargs: Any) -> str:
        """Show the page in a notebook, in a frame that may run its scripts and reach nothing else."""
        said = words(self.data["language"])
        return (
            f'<iframe srcdoc="{html.escape(self.render(**kwargs))}" sandbox="allow-scripts allow-popups" '
            f'width="100%" height="640" style="border:0" title="{html.escape(said.say("map.map"))}"></iframe>'
        )

    def _links(self) -> set[str]:
        """Names of the header's parts that the page supplies; refuses a link that it cannot."""
        for name, child in self.header._children.items():
            if isinstance(child, JavascriptLink | CssLink) and name not in _SUPPLIED:
                raise _needs_network(child.url)
        return {"meta_http", *_SUPPLIED}


def _markup(parts: Element, without: set[str] | None = None) -> str:
    """What folium rendered into one part of the figure."""
    shown = [child.render() for name, child in parts._children.items() if name not in (without or ())]
    return "\n".join(shown)


def _refuse_remote(script: str) -> None:
    if _AWESOME in script:
        raise OutputError(
            "folium.Icon needs Leaflet.awesome-markers and Font Awesome from remote addresses, and the page "
            "must open without a network; use folium.DivIcon, folium.CircleMarker or a marker without an icon"
        )
    if layer := _REMOTE_LAYER.search(script):
        raise _needs_network(layer[1])


def _needs_network(address: str) -> OutputError:
    return OutputError(
        f"something on the map loads {address}, and the page must open without a network; "
        "leave it out, or add the plots to a folium map of your own: draw_map(card, park, m=folium.Map(...))"
    )


def _without_chance(added: document.Added) -> document.Added:
    """Number folium's random ids in order of appearance, so that equal maps are equal files."""
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"{len(numbers) + 1}")

    script, header, body = (_RANDOM_ID.sub(number, text) for text in (added.script, added.header, added.html))
    return document.Added(header, body, script)


def _centre(data: dict[str, Any]) -> list[float]:
    """The middle of the plots, latitude first, for callers who ask the map."""
    points = data["plots"].at
    points = points[~np.isnan(points).any(axis=1)]
    if not len(points):
        return [0.0, 0.0]
    longitude, latitude = (points.min(axis=0) + points.max(axis=0)) / 2
    return [float(latitude), float(longitude)]
