"""Layers of a registry extract: what there is, and one of them read."""

from __future__ import annotations

from pathlib import Path

from siteplan.errors import SourceError
from siteplan.findings import Finding
from siteplan.models import near
from siteplan.reading.records import LayerInfo, Records
from siteplan.reading.rosreestr import attributes, systems
from siteplan.reading.rosreestr.elements import Collector
from siteplan.reading.rosreestr.gathered import Gathered
from siteplan.reading.rosreestr.hardened import LIMITS, Limits, stream
from siteplan.reading.rosreestr.roots import root

_LAYERS = tuple(attributes.COLUMNS)


def layers(path: Path, *, limits: Limits = LIMITS) -> list[LayerInfo]:
    """Return the layers of an extract that hold records.

    Parameters
    ----------
    path
        An extract in XML.
    limits
        How much of it is accepted.

    Raises
    ------
    SourceError
        If it is damaged, goes beyond a limit, or is no document that is read.
    """
    root(path, limits)
    collector = Collector(limits, None, lambda _: None)
    stream(path, collector)
    known = {name: systems.known(name) for name in collector.named}
    spelled = "; ".join(name if found is None else found.name for name, found in known.items())
    return [
        LayerInfo(name, "Polygon", collector.counts[name], attributes.COLUMNS[name], spelled)
        for name in _LAYERS
        if collector.counts[name]
    ]


def read(path: Path, layer: str | None, *, limits: Limits = LIMITS) -> Records:
    """Read one layer of an extract, record by record, in memory for that layer only.

    Right holders, officials and every other person in the document are passed over unread.

    Parameters
    ----------
    path
        An extract in XML.
    layer
        "plots", "parts" (ЧЗУ), "zones" (ЗОУИТ), "blocks" or "boundaries"; may be left out where the
        extract holds one only.
    limits
        How much of it is accepted.

    Returns
    -------
    records
        In the file's coordinate system, x east and y north, metres. Records without a usable border
        are in `broken` under their number. The CRS is None, with an error among the findings, when
        the system has no known parameters.

    Raises
    ------
    SourceError
        If it is damaged, goes beyond a limit, is no document that is read, has no such layer, or is
        drawn in several systems none of which is known.
    """
    root(path, limits)
    gathered = Gathered(_chosen(path, layer, limits))
    collector = Collector(limits, gathered.layer, gathered.take)
    stream(path, collector)
    frame, findings = gathered.frame(collector.systems, path)
    where = f"{path.name}, layer {gathered.layer}"
    found = (*findings, *_not_read(collector, gathered.layer, where))
    return Records(frame, tuple(gathered.broken), findings=found)


def _chosen(path: Path, layer: str | None, limits: Limits) -> str:
    if layer in _LAYERS:
        return layer
    held = layers(path, limits=limits)
    if layer is None and len(held) == 1:
        return held[0].name
    names = ", ".join(f"{info.name} ({info.records})" for info in held) or "no records"
    asked = "say which layer" if layer is None else f"there is no layer {layer!r}{near(layer, _LAYERS)}"
    raise SourceError(f"{path}: {asked}; the file holds {names}")


def _not_read(collector: Collector, layer: str, where: str) -> list[Finding]:
    """Tell of what stands in the document and has no layer here."""
    findings = []
    if collector.unknown:
        rows = tuple(f"{name} ({count})" for name, count in sorted(collector.unknown.items()))
        message = "elements that are not known stand where only records may; a record may be lost"
        findings.append(Finding("warning", where, message, "ask for the file again", rows))
    if collector.others and layer == "plots":
        held = ", ".join(f"{count} {name}" for name, count in sorted(collector.others.items()))
        findings.append(Finding("note", where, f"not read, for there is no layer for them: {held}"))
    return findings
