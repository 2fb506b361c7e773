"""KML and GML: gone through with a parser that knows no entities before GDAL sees them.

One pass finds what can harm (document types, entities, deep nesting), whether the file is whole, and
how many records it has, so that a driver which skips some is noticed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from siteplan.errors import SourceError
from siteplan.findings import Finding
from siteplan.limits import Limits
from siteplan.reading.opened import Hints, Opened
from siteplan.reading.rosreestr.roots import root

_GML = "{http://www.opengis.net/gml"
_MEMBERS = ("featureMember", "member", "featureMembers", "members")
_LINKS = ("NetworkLink", "Link")


def kml(path: Path, _: bytes, hints: Hints) -> Opened:
    """A KML document; its links to elsewhere are reported and not followed."""
    counts: Counter[str] = Counter()
    for depth, element in _elements(path, hints.limits, "KML"):
        name = _local(element.tag)
        if depth == 1 and name != "kml":
            raise SourceError(f"{path}: not KML; its first element is {name}")
        counts[name] += 1
    links = counts["NetworkLink"]
    found = Finding("warning", "", f"{links} links to other maps are not followed", "ask for those maps too")
    return Opened(path, str(path), "KML", stated=counts["Placemark"], findings=(found,) if links else ())


def gml(path: Path, _: bytes, hints: Hints) -> Opened:
    """A GML feature collection."""
    records, known, above = 0, False, [""]
    for depth, element in _elements(path, hints.limits, "GML"):
        name = _local(element.tag)
        known = known or _GML in element.tag
        del above[depth:]
        records += above[-1] in _MEMBERS and name != "boundedBy"
        above.append(name)
    if not known:
        raise SourceError(f"{path}: not GML; nothing in it is of http://www.opengis.net/gml")
    return Opened(path, str(path), "GML", stated=records)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _elements(path: Path, limits: Limits, what: str) -> Iterator[tuple[int, Element]]:
    """Every element as it begins, with its depth from 1; children are let go as they end."""
    depth, path_down = 0, list[Element]()
    try:
        for event, element in iterparse(
            str(path), events=("start", "end"), forbid_dtd=True, forbid_entities=True, forbid_external=True
        ):
            if event == "end":
                depth -= 1
                path_down.pop()
                element.clear()
                if path_down:
                    path_down[-1].remove(element)
                continue
            depth += 1
            path_down.append(element)
            if depth > limits.xml_depth:
                raise SourceError(f"{path}: elements lie deeper than {limits.says('xml_depth')}")
            yield depth, element
    except DefusedXmlException:
        raise SourceError(
            f"{path}: has a document type or entities (<!DOCTYPE, <!ENTITY), which can reach for other "
            "files; remove them"
        ) from None
    except (ParseError, ValueError, LookupError) as wrong:
        raise SourceError(f"{path}: not {what}, or truncated: {wrong}; ask for the file again") from None


def registry(path: Path, _: bytes, __: Hints) -> Opened:
    """An extract of the Russian property registry, by its root element."""
    root(path)
    return Opened(path, str(path), "Rosreestr XML")
