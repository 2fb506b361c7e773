"""The files: GeoJSON with one feature a line, and SOURCES.toml that accounts for every file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from drawing import Feature, Row
from shapely.geometry import mapping

HEAD = """\
# Every file under geodata/ and where it comes from. Written by svobodny/build.py; do not edit.
# origin: real (published facts), synthetic (drawn or made up by us), mixed.
"""


def write_layer(path: Path, features: list[Feature]) -> None:
    """Write one layer as GeoJSON (RFC 7946), one feature a line so that differences are readable."""
    lines = [
        json.dumps(
            {"type": "Feature", "properties": row, "geometry": mapping(shape)},
            ensure_ascii=False, allow_nan=False,
        )
        for row, shape in features
    ]  # fmt: skip
    head = f'{{"type": "FeatureCollection", "name": "{path.stem}", "features": [\n'
    _write(path, head + ",\n".join(lines) + "\n]}\n")


def write_sources(path: Path, facts: Row, drawn: Row, counts: dict[str, int], *, documents: Path) -> None:
    """Write SOURCES.toml.

    Parameters
    ----------
    path
        The file; the layers lie in svobodny/ beside it.
    facts, drawn
        What facts.toml and drawing.toml hold: source, licence and credit of every layer.
    counts
        Features of each layer.
    documents
        Where the typed-in files lie, which are not written but accounted for.
    """
    as_of = facts["as_of"]
    entries = {
        f"svobodny/{name}.geojson": _layer_entry(facts, drawn, name) | {"crs": "EPSG:4326", "features": count}
        for name, count in counts.items()
    } | {name: {"as_of": as_of, **entry} for name, entry in facts["documents"].items()}
    texts = [HEAD]
    for name, entry in sorted(entries.items()):
        folder = path.parent if name.endswith(".geojson") else documents
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        texts.append(_table({"path": name, **entry, "sha256": digest}))
    _write(path, "\n".join(texts))


def _layer_entry(facts: Row, drawn: Row, name: str) -> Row:
    """Title, origin, source, licence, credit and date of a layer."""
    if name in facts["layers"]:
        layer = {key: facts["layers"][name][key] for key in ("title", "source", "licence", "credit")}
        dates = [row["as_of"] for row in facts["layers"][name]["features"]]
        return {"origin": "real", **layer, "as_of": max(dates)}
    common = {key: drawn[key] for key in ("source", "licence", "credit")}
    return {"origin": "synthetic", "title": drawn["titles"][name], **common, "as_of": facts["as_of"]}


def _table(entry: Row) -> str:
    """One [[files]] table of TOML."""
    rows = [f"{key} = {_toml(value)}" for key, value in entry.items()]
    return "\n".join(["[[files]]", *rows, ""])


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | int) else value.isoformat()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
