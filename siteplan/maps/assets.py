"""Third-party scripts and styles, read from the packages they were installed with.

Nothing of Leaflet or jQuery is copied into this repository; the dependencies XStatic-Leaflet and
XStatic-jQuery hold the files, in the versions folium names.
"""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path

from siteplan.errors import OutputError

_URL = re.compile(r"url\(\s*['\"]?([^)'\"]+)['\"]?\s*\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_BEHAVIOUR = re.compile(r"^\s*behavior:.*$", re.MULTILINE)  # Internet Explorer's, asks for a file
_TYPES = {".png": "image/png"}


def leaflet_script() -> str:
    """Return Leaflet itself."""
    return _script("leaflet", "leaflet.js")


def jquery_script() -> str:
    """Return jQuery, which folium's popups need."""
    return _script("jquery", "jquery.min.js")


@cache
def leaflet_style() -> str:
    """Return Leaflet's style sheet with its images inside."""
    style = _BEHAVIOUR.sub("", _read("leaflet", "leaflet.css").decode())
    return _URL.sub(lambda match: f"url({_inline('leaflet', match[1])})", style).replace("\r\n", "\n")


@cache
def marker_script() -> str:
    """Return a script that gives Leaflet's default marker its images, which it would fetch."""
    images = {
        "iconUrl": _inline("leaflet", "images/marker-icon.png"),
        "iconRetinaUrl": _inline("leaflet", "images/marker-icon-2x.png"),
        "shadowUrl": _inline("leaflet", "images/marker-shadow.png"),
    }
    return f'L.Icon.Default.imagePath = "";\nL.Icon.Default.mergeOptions({json.dumps(images)});\n'


@cache
def _script(package: str, name: str) -> str:
    return _SOURCE_MAP.sub("", _read(package, name).decode()).replace("\r\n", "\n").strip() + "\n"


def _inline(package: str, name: str) -> str:
    """A file as a data: address."""
    kind = _TYPES.get(Path(name).suffix)
    if kind is None:
        raise OutputError(f"{package}: {name} is no image that the page could carry inside")
    return f"data:{kind};base64,{base64.b64encode(_read(package, name)).decode()}"


def _read(package: str, name: str) -> bytes:
    try:
        folder = Path(import_module(f"xstatic.pkg.{package}").BASE_DIR)
        return (folder / name).read_bytes()
    except (ImportError, OSError) as missing:
        raise OutputError(
            f"the map needs {name} from XStatic-{package}, which cannot be read ({missing}); "
            f"install it again: pip install --force-reinstall XStatic-{package}"
        ) from missing
