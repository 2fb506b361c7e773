"""One HTML file from its parts: our page, Leaflet, the data, and what folium added.

A Content-Security-Policy lists the digest of every script the page may run. The digests are taken
from the scripts before any data are inserted, so nothing that arrives with the data is among them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from siteplan.errors import OutputError
from siteplan.maps import assets, wording
from siteplan.maps.columns import packed_plots
from siteplan.maps.outlines import stepped
from siteplan.maps.payload import summary
from siteplan.maps.table import rows
from siteplan.maps.wording import Speaker
from siteplan.safe import entities, script_json
from siteplan.words import Words, words

SHOWN_ROWS = 200
"""Rows of the plots table that stand in the file; a script replaces them by those that are in sight."""

_STYLES = ("base.css", "panel.css", "map.css", "tools.css", "print.css")
_SCRIPTS = ("dom.js", "language.js", "format.js", "styles.js", "draw.js", "unpack.js", "outlines.js",
            "grid.js", "record.js", "store.js", "looks.js", "canvas.js", "colours.js", "layers.js",
            "labels.js", "furniture.js", "legend.js", "rows.js", "table.js", "tabs.js", "selection.js",
            "ondemand.js", "passport.js", "land.js", "card.js", "fields.js", "conditions.js", "find.js",
            "sorting.js", "rerank.js", "weigh.js", "export.js", "compare.js", "shortlist.js", "drawer.js",
            "actions.js", "state.js", "tools.js", "about.js", "panel.js", "print.js", "main.js")  # fmt: skip
_PLACE = re.compile(r"<!--([a-z_. ]+)-->")
_SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Added:
    """What folium rendered for layers that were added to the map: markup and one script."""

    header: str = ""
    html: str = ""
    script: str = ""


def document(data: dict[str, Any], added: Added) -> str:
    """Return the whole page.

    Parameters
    ----------
    data
        What `siteplan.maps.payload.payload` returns.
    added
        What folium rendered. It is trusted: it comes from the caller's own code.

    Raises
    ------
    OutputError
        If an added script would have to be loaded from elsewhere.
    """
    plots = data["plots"]
    head, block = packed_plots(plots, [criterion["line"] for criterion in data["criteria"]])
    extra, markup = _taken_apart(added)
    styles = [assets.leaflet_style(), "".join(wording.part(name) for name in _STYLES)]
    first = wording.part("first.js")
    scripts = [assets.leaflet_script(), *_helpers(added), _own_script(), *extra, _inert(added.script)]
    speaker = Speaker(words(data["language"]), data["glossary"])
    parts = {
        f"word {key}": entities(text) for key, text in speaker.words.texts.items() if isinstance(text, str)
    }
    parts |= {
        "language": speaker.words.language,
        "policy": _policy([first, *scripts], styles, added),
        "title": entities(speaker.named(data["park"]["title"])),
        "plan": entities(speaker.named(data["plan"]["title"] or data["plan"]["name"])),
        "summary": entities(summary(data["counts"], speaker.words)),
        "notice": entities(speaker.named(data["park"]["notice"])),
        "rows": rows(plots.best(SHOWN_ROWS), speaker),
        "shown": entities(_shown(len(plots), speaker.words)),
        "styles": "".join(f"<style>{style}</style>\n" for style in styles),
        "first": f"<script>{first}</script>\n",
        "data": script_json({**data, "plots": head, "layers": [_written(layer) for layer in data["layers"]]}),
        "block": block,
        "added": markup,
        "scripts": "".join(f"<script>{script}</script>\n" for script in scripts),
    }
    # One pass: what is inserted is not looked at again.
    return _PLACE.sub(lambda place: parts[place[1]], wording.part("page.html"))


def _shown(plots: int, words: Words) -> str:
    """What a reader without scripts must know of a table that ends early; nothing where it does not."""
    if plots <= SHOWN_ROWS:
        return ""
    return words.say("map.noscript_first", shown=words.figure(SHOWN_ROWS), n=words.figure(plots))


def _written(layer: dict[str, Any]) -> dict[str, Any]:
    features = [{**feature, "shape": stepped(feature["shape"])} for feature in layer["features"]]
    return {**layer, "features": features}


def _own_script() -> str:
    """Our modules in one scope of their own, without comments and indents: no text of theirs spans lines."""
    lines = (line.strip() for name in _SCRIPTS for line in wording.part(name).splitlines())
    body = "\n".join(line for line in lines if line and not line.startswith("//"))
    return f'var siteplan = (() => {{\n"use strict";\n{body}\nreturn start();\n}})();\n'


def _helpers(added: Added) -> Iterable[str]:
    """Third-party scripts that only folium's own layers need."""
    if "$(" in added.script or "jQuery" in added.script:
        yield assets.jquery_script()
    if "L.marker(" in added.script:
        yield assets.marker_script()


def _taken_apart(added: Added) -> tuple[list[str], str]:
    """Scripts of the added markup, and the markup without them."""
    markup = f"{added.header}\n{added.html}".strip()
    found = _SCRIPT.findall(markup)
    for attributes, _ in found:
        if "src" in attributes:
            raise OutputError(
                f"an added script would be loaded from elsewhere: <script{attributes}>; leave it out"
            )
    return [_inert(script) for _, script in found], _SCRIPT.sub("", markup)


def _inert(script: str) -> str:
    """A script in which no text can end the script element or hide its end."""
    return script.replace("\r\n", "\n").replace("</script", r"<\/script").replace("<!--", r"<\!--")


def _policy(scripts: Iterable[str], styles: Iterable[str], added: Added) -> str:
    # Folium writes style attributes into its popups and icons, which no digest can allow.
    foreign = added.html or added.header or _does_something(added.script)
    allowed = "'unsafe-inline'" if foreign else " ".join(_digest(style) for style in styles)
    return (
        f"default-src 'none'; script-src {' '.join(_digest(script) for script in scripts)}; "
        f"style-src {allowed}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _does_something(script: str) -> bool:
    """Whether a script holds more than the map's name."""
    return script.count(";") > 1


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
