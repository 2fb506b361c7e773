"""A written result back in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from siteplan import details
from siteplan.errors import OutputError, SourceError
from siteplan.findings import Finding
from siteplan.plan import Plan
from siteplan.provenance import Provenance
from siteplan.reading.documents import read_text
from siteplan.reading.files import read_records
from siteplan.robustness import Robustness
from siteplan.scorecard import Scorecard
from siteplan.words import Sayings

_FORMAT = 6
_FROM = ("park", "plan_file", "resident_file")


@dataclass(frozen=True)
class Written:
    """A result as it lies in its folder.

    Attributes
    ----------
    card
        The scorecard.
    park, plan, resident
        The catalogue, the plan's file and the resident's sheet it came from, if they were recorded.
    altered
        Files of the result that are missing or are not those that were written.
    """

    card: Scorecard
    park: Path | None
    plan: Path | None
    resident: Path | None
    altered: tuple[str, ...]


def read_scorecard(out: str | Path) -> Written:
    """Read a result from the folder that `score` wrote.

    Raises
    ------
    SourceError
        If there is no result, or it cannot be read.
    OutputError
        If another version of siteplan wrote it in a layout this one does not know.
    """
    out = Path(out)
    path = out / "scorecard.json"
    if not path.exists():
        raise SourceError(
            f"{out}: holds no scorecard.json; make one with: siteplan score PLAN --park PARK --out {out}"
        )
    try:
        document = json.loads(read_text(path))
        if document["format"] != _FORMAT:
            raise OutputError(f"{path}: is of format {document['format']!r}, not {_FORMAT}; score again")
        card = _card(document, out)
        came_from = {key: out / document[key] if document[key] else None for key in _FROM}
        altered = _altered(out, document["files"])
    except (ArithmeticError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as damage:
        raise OutputError(f"{path}: damaged, score again: {damage}") from None
    park, plan, resident = (came_from[key] for key in _FROM)
    return Written(card, park, plan, resident, altered)


def _sayings(told: Any, out: Path) -> Sayings:
    try:
        return Sayings.from_data(told)
    except OutputError as wrong:
        raise OutputError(f"{out}/scorecard.json: damaged, score again: {wrong}") from None


def _card(document: dict[str, Any], out: Path) -> Scorecard:
    plots = pd.DataFrame(document["plots"]).set_index("plot")
    plots["rank"] = plots["rank"].astype("Int64")
    numbers = ["score", "score_high", "completeness", "area_ha"]
    plots[numbers] = plots[numbers].astype(float)
    shapes = read_records(out / "scores.gpkg", "scores").frame.set_index("plot")
    if set(shapes.index) != set(plots.index):
        raise OutputError(f"{out}: scores.gpkg and scorecard.json hold different plots; score again")
    contributions = pd.DataFrame(document["contributions"])
    numbers = ["amount", "value", "weight", "contribution", "tie_in_lon", "tie_in_lat"]
    contributions[numbers] = contributions[numbers].astype(float)
    found: dict[str, Any] = {name: _detail(name, document[name], out) for name in details.DETAILS}
    said = document["findings"]
    found["findings"] = tuple(Finding(**{**one, "rows": tuple(one["rows"])}) for one in said)
    found["sayings"] = _sayings(document.get("sayings", ()), out)
    if document["robustness"]:
        found["robustness"] = Robustness.from_dict(document["robustness"])
    return Scorecard(
        gpd.GeoDataFrame(plots, geometry=shapes.geometry.reindex(plots.index), crs=shapes.crs),
        contributions.astype({"category": "str"}),
        Plan.from_dict(document["plan"], where=f"{out}/scorecard.json"),
        Provenance.from_dict(document["provenance"]),
        **found,
    )


def _detail(name: str, rows: list[dict[str, Any]], out: Path) -> gpd.GeoDataFrame:
    """A table of the scorecard, each row with its shape from the GeoPackage."""
    if not rows:
        return details.DETAILS[name].none()
    return details.restored(name, pd.DataFrame(rows), read_records(out / "scores.gpkg", name).frame)


def _altered(out: Path, files: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        name
        for name, digest in files.items()
        if not (out / name).is_file() or hashlib.sha256((out / name).read_bytes()).hexdigest() != digest
    )
