"""What became of every record: report.json, and quarantine.gpkg with the records that were set aside."""

from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from siteplan import safe
from siteplan.errors import OutputError
from siteplan.findings import Quarantined, Report
from siteplan.writing.atomic import DRAFT, alone, publish, saying, stamped

REPORT = "report.json"
QUARANTINE = "quarantine.gpkg"

_KIND = "siteplan report"
_OWN = ("source", "source_layer", "fid", "reason", "attributes")


def write_report(report: Report, out: str | Path) -> list[Path]:
    """Write what was found while reading into a folder: report.json and, if needed, quarantine.gpkg.

    Parameters
    ----------
    report
        Findings, counts and the records set aside.
    out
        The folder; made when it is not there. An earlier report in it is replaced.

    Returns
    -------
    written
        The paths; quarantine.gpkg only where something was set aside.

    Raises
    ------
    OutputError
        If the folder holds a result or files of those names that siteplan did not write, or
        cannot be written.
    """
    out = Path(out)
    with saying(out):
        out.mkdir(parents=True, exist_ok=True)
        if (out / "scorecard.json").exists():
            raise OutputError(f"{out}: holds a result with its own report; give another folder")
        refuse_foreign(out)
        with alone(out), tempfile.TemporaryDirectory(prefix=DRAFT, dir=out) as folder:
            names = draft_report(report, Path(folder))
            for name in names[::-1]:  # report.json, which vouches for the other, comes last
                publish(Path(folder) / name, out / name)
            if QUARANTINE not in names:
                (out / QUARANTINE).unlink(missing_ok=True)
    return [out / name for name in names]


def draft_report(report: Report, folder: Path) -> list[str]:
    """Make the report's files in a folder and return their names, report.json first."""
    names = [REPORT]
    files = {}
    if report.quarantine:
        geopackage(report.quarantine, folder / QUARANTINE)
        names.append(QUARANTINE)
        files[QUARANTINE] = hashlib.sha256((folder / QUARANTINE).read_bytes()).hexdigest()
    document = {"kind": _KIND, "sentence": report.sentence, "files": files, **report.to_dict()}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / REPORT).write_text(text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")
    return names


def refuse_foreign(out: Path) -> None:
    """Refuse to replace files of the report's names that siteplan did not write.

    Raises
    ------
    OutputError
        If there are such files.
    """
    ours = _is_ours(out / REPORT)
    strange = [name for name in (REPORT, QUARANTINE) if (out / name).exists() and not ours]
    if strange:
        raise OutputError(
            f"{out}: holds {', '.join(strange)}, which siteplan did not write; "
            "give another folder, or remove them"
        )


def _is_ours(path: Path) -> bool:
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("kind") == _KIND


def geopackage(records: Iterable[Quarantined], path: Path) -> None:
    """Write one layer for each source and CRS: the records as they came, each with its reason."""
    ordered = sorted(records, key=lambda record: (record.file, record.layer, record.crs))
    taken: set[str] = set()
    for (file, layer, crs), group in groupby(ordered, key=lambda one: (one.file, one.layer, one.crs)):
        name = _free(safe.file_name(Path(file).stem + (f"_{layer}" if layer else "")), taken)
        table = _table(list(group), crs)
        with stamped(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # broken shapes are what this file is for
            # Endless coordinates fit no index.
            pyogrio.write_dataframe(
                table,
                path,
                layer=name,
                driver="GPKG",
                layer_options={"SPATIAL_INDEX": "NO", "FID": "row_number"},
            )


def _free(name: str, taken: set[str]) -> str:
    """A layer name that is not taken, letter case aside."""
    names = (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
    free = next(one for one in names if one.casefold() not in taken)
    taken.add(free.casefold())
    return free


def _table(records: list[Quarantined], crs: str) -> gpd.GeoDataFrame:
    """The records with their own attributes as text beside the reason."""
    own = [_attributes(record) for record in records]
    names = {
        name: None for cells in own for name in cells if name.casefold() not in {*_OWN, "geom", "row_number"}
    }
    columns: dict[str, list[str | None]] = {
        "source": [record.file for record in records],
        "source_layer": [record.layer for record in records],
        "fid": [record.fid for record in records],
        "reason": [record.reason for record in records],
        "attributes": [record.attributes for record in records],
    }
    lower = set(columns)
    for name in names:
        if name.casefold() not in lower:  # what differs by case only stays readable in `attributes`
            lower.add(name.casefold())
            columns[name] = [_cell(cells.get(name)) for cells in own]
    shapes = shapely.from_wkb([record.wkb for record in records], on_invalid="ignore")
    table = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=crs or None))
    return table.assign(**{name: _readable(table[name]) for name in columns})


def _readable(texts: pd.Series) -> pd.Series:
    """Texts with their control letters spelled out: GDAL would end a text at the first NUL."""
    return texts.map(safe.visible, na_action="ignore").astype("str")


def _attributes(record: Quarantined) -> dict[str, Any]:
    try:
        cells = json.loads(record.attributes) if record.attributes else {}
    except ValueError:
        return {}
    return cells if isinstance(cells, dict) else {}


def _cell(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return json.dumps(cell, ensure_ascii=False)
