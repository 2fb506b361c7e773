"""Which registry documents are read: by the name and the namespace of the root element."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from siteplan.errors import SourceError
from siteplan.reading.rosreestr.hardened import LIMITS, Handler, Limits, stream

_VERSION = re.compile(r"urn://x-artefacts-rosreestr-ru/outgoing/(\w+)/(\d+)(?:\.\d+)*", re.IGNORECASE)

# Root -> the version that its namespace must name; newer extracts have no namespace.
_ROOTS = {
    "kpt": "10",
    "kvzu": "7",
    "extract_cadastral_plan_territory": "",
    "extract_about_property_land": "",
}

_READ = (
    "KPT version 10, KVZU version 7, extract_cadastral_plan_territory (KPT version 11) and "
    "extract_about_property_land"
)


class _FoundError(Exception):
    """The root element has been seen; the rest is not needed."""


class _First(Handler):
    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.name, self.namespace = "", ""

    def start(self, name: str, attrs: object) -> None:
        prefix, _, self.name = name.rpartition(":")
        declared = dict(attrs.items())  # type: ignore[attr-defined]
        self.namespace = declared.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        raise _FoundError


def root(path: Path, limits: Limits = LIMITS) -> str:
    """Return the name of a registry document's root, lower case, if it is one that is read.

    Raises
    ------
    SourceError
        If the file is no XML, or its root or version is not read; the message names it.
    """
    first = _First(limits)
    with suppress(_FoundError):
        stream(path, first)
    name = first.name.lower()
    version = _ROOTS.get(name)
    if version is None:
        raise SourceError(
            f"{path}: XML with the root {first.name[:80]!r} is not read; siteplan reads {_READ}"
        )
    stated = _VERSION.fullmatch(first.namespace)
    fits = stated[1].lower() == name and stated[2] == version if stated else first.namespace == version
    if not fits:
        found = first.namespace[:100] or "no namespace"
        raise SourceError(
            f"{path}: {first.name} of another version ({found}) is not read; siteplan reads {_READ}"
        )
    return name
