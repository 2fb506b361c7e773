"""The world's park with its plots changed, and what reading finds in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import world

from siteplan.findings import Finding, Report
from siteplan.reading.parks import check_park


def plots_in(folder: Path, change: Any = None, *, around: bool = False, **entry: Any) -> Report:
    """What is found in the world whose plots, as GeoJSON features, or their entry are changed."""
    path = world.write_park(folder, "geojson")
    data = json.loads((folder / "plots.geojson").read_text(encoding="utf-8"))
    if change:
        change(data["features"])
    (folder / "plots.geojson").write_text(json.dumps(data), encoding="utf-8")
    catalogue = world.catalogue("geojson", quarantine_limit=0.5)
    catalogue["plots"] |= entry
    if not around:
        catalogue["layers"] = {}
    path.write_text(world.toml(catalogue), encoding="utf-8")
    return check_park(path).report


def error(report: Report) -> Finding:
    (only,) = report.of("error")
    assert only.where == "plots.geojson"
    assert only.remedy
    return only


def ring(feature: dict[str, Any]) -> list[Any]:
    return feature["geometry"]["coordinates"][0]


def prop(key: str, cell: Any, row: int = 1) -> Any:
    return lambda rows: rows[row]["properties"].update({key: cell})
