"""A world whose every distance can be read by eye: 100 m squares and 3-4-5 triangles.

Metres east and north of a corner in UTM 52N, between the two plants of the study area::

    500 +----+ g3 at (-30, 540)  +----+
        | c  |                   | d  |  g4 lies inside d
    400 +----+                   +----+

    100 +----+  g1 at (130, 140) +----+
        | a  |                   | b  |
      0 +----+   g2 (370, -40)   +----+
        0   100                400   500

The road runs along x = -300, the pipe along y = 50 from x = -50 to 450, one bog covers a quarter
of `a` and another half of `b`, two gates lie in `a` and one on the edge of `b`.

======  ====  =====  =======  =====  ==========  =========
plot    gas   road   wetland  pipe   free power  road class
======  ====  =====  =======  =====  ==========  =========
a       50 m  300 m  0.25     100 m  10 MW       paved
b       50 m  700 m  0.50     50 m   20 MW       gravel
c       50 m  300 m  0        0      unknown     unknown
d       0     700 m  0        0      40 MW       paved
======  ====  =====  =======  =====  ==========  =========
"""

from __future__ import annotations

import copy
import functools
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import shapely.affinity

from siteplan.plan import Plan

UTM = "EPSG:32652"
EAST, NORTH = 444_000.0, 5_711_000.0
REGION = [127.0, 51.0, 129.5, 52.0]

SCORES = {"a": 0.535, "b": 0.4, "c": 0.51, "d": 0.75}
"""Worked out by hand from the table above and `PLAN`."""

RANKS = {"d": 1, "a": 2, "c": 3, "b": 4}

PLAN: dict[str, Any] = {
    "name": "by-eye",
    "title": "Read by eye",
    "metric_crs": UTM,
    "criteria": [
        {
            "name": "gas",
            "title": "Gas main",
            "unit": "m",
            "weight": 4,
            "measure": {"kind": "distance", "layer": "gas"},
            "value": {"shape": "linear", "best": 0, "worst": 100},
        },
        {
            "name": "road",
            "unit": "m",
            "weight": 2,
            "measure": {"kind": "distance", "layer": "road"},
            "value": {"shape": "linear", "best": 200, "worst": 700},
        },
        {
            "name": "dry",
            "unit": "share",
            "weight": 1,
            "measure": {"kind": "overlap", "layer": "wetland"},
            "value": {"shape": "linear", "best": 0, "worst": 1},
        },
        {
            "name": "power",
            "title": "Free power",
            "unit": "MW",
            "weight": 2,
            "measure": {"kind": "attribute", "column": "free_power"},
            "value": {"shape": "linear", "best": 40, "worst": 0},
        },
        {
            "name": "size",
            "unit": "ha",
            "weight": 1,
            "measure": {"kind": "area"},
            "value": {"shape": "linear", "best": 2, "worst": 0},
        },
    ],
}


def plan(**changes: Any) -> Plan:
    """The plan by eye, with top-level keys changed."""
    return Plan.from_dict({**copy.deepcopy(PLAN), **changes})


def only(*criteria: dict[str, Any], **rest: Any) -> Plan:
    """A plan of the given criteria alone, each of weight 1 unless it says otherwise."""
    return Plan.from_dict(
        {
            "name": "only",
            "metric_crs": UTM,
            "criteria": [
                {"name": f"c{number}", "weight": 1, **entry} for number, entry in enumerate(criteria)
            ],
            **rest,
        }
    )


def at(shape: Any) -> Any:
    """A shape in the metres of the drawing, put where the world lies."""
    return shapely.affinity.translate(shape, EAST, NORTH)


def square(x: float, y: float, side: float = 100.0) -> shapely.Polygon:
    """An axis-parallel square by its lower left corner, in the metres of the drawing."""
    return shapely.box(x, y, x + side, y + side)


def table(shapes: dict[str, Any], key: str = "feature", **columns: Any) -> gpd.GeoDataFrame:
    """A table of shapes by identifier, in UTM 52N."""
    return gpd.GeoDataFrame(
        columns,
        geometry=[at(shape) for shape in shapes.values()],
        index=pd.Index(list(shapes), name=key, dtype="str"),
        crs=UTM,
    )


def plots() -> gpd.GeoDataFrame:
    """The four plots."""
    shapes = {"a": square(0, 0), "b": square(400, 0), "c": square(0, 400), "d": square(400, 400)}
    return table(
        shapes,
        "plot",
        name=["Plot a", "Plot b", "Plot c", "Plot d"],
        free_power=[10.0, 20.0, np.nan, 40.0],
        road_class=pd.array(["paved", "gravel", None, "paved"], dtype="str"),
    )


def layers() -> dict[str, gpd.GeoDataFrame]:
    """What lies around the plots."""
    gas = {"g1": (130, 140), "g2": (370, -40), "g3": (-30, 540), "g4": (440, 440)}
    gates = {"k1": (10, 90), "k2": (90, 90), "k3": (400, 20)}
    return {
        "gas": table({key: shapely.Point(xy) for key, xy in gas.items()}, name=["G1", "G2", "G3", "G4"]),
        "road": table({"r1": shapely.LineString([(-300, -5000), (-300, 5000)])}, name=["Road"]),
        "wetland": table(
            {"w1": shapely.box(-50, -50, 50, 50), "w2": shapely.box(350, -10, 450, 110)}, name=["W1", "W2"]
        ),
        "pipe": table({"p1": shapely.LineString([(-50, 50), (450, 50)])}, name=["Pipe"]),
        "gates": table({key: shapely.Point(xy) for key, xy in gates.items()}, name=["K1", "K2", "K3"]),
    }


FORMATS = ("gpkg", "geojson", "shp", "zip", "fgb", "parquet")
# Formats that round coordinates, drop types or name no CRS.
MORE = ("geojsonl", "kml", "kmz", "gml", "mif", "tab", "gdb", "gdb.zip", "csv", "xlsx")
_WITHOUT_CRS = ("csv", "xlsx", "dxf")


def write(frame: gpd.GeoDataFrame, folder: Path, name: str, ending: str, *, layer: str | None = None) -> str:
    """Write a table with its index as a column `id`, in WGS 84, and return the file's name."""
    out = frame.to_crs(4326).reset_index(names="id")
    path = folder / f"{name}.{ending}"
    if ending in ("kml", "kmz", "csv", "xlsx", "geojsonl", "mif", "tab", "gdb.zip", "dxf"):
        _write_more(out, path, ending)
    elif ending == "gml":
        pyogrio.write_dataframe(out, path, driver="GML")
        path.with_suffix(".xsd").unlink()
    elif ending == "parquet":
        out.to_parquet(path)
    elif ending == "geojson":
        path.write_text(geojson(out), encoding="utf-8")
    elif ending == "zip":
        inner = folder / f"inner_{name}"
        inner.mkdir()
        out.to_file(inner / f"{name}.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(inner.iterdir()):
                archive.write(part, part.name)
    else:
        driver = {"gdb": "OpenFileGDB"}.get(ending)
        pyogrio.write_dataframe(out, path, layer=layer or name, driver=driver)
    return path.name


def _write_more(out: gpd.GeoDataFrame, path: Path, ending: str) -> None:
    if ending in ("kml", "kmz"):
        if ending == "kml":
            path.write_text(kml(out), encoding="utf-8")
        else:
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("doc.kml", kml(out))
    elif ending in ("csv", "xlsx"):
        table = pd.DataFrame(out.drop(columns="geometry")).assign(WKT=out.geometry.map(lambda one: one.wkt))
        table.to_csv(path, index=False) if ending == "csv" else table.to_excel(path, index=False)
    elif ending == "geojsonl":
        features = json.loads(geojson(out))["features"]
        path.write_text(
            "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in features), encoding="utf-8"
        )
    elif ending in ("mif", "tab"):
        # MapInfo has no missing numbers.
        text = {
            name: out[name].map(lambda one: "" if pd.isna(one) else str(one)) for name in out.columns[:-1]
        }
        pyogrio.write_dataframe(out.assign(**text), path, driver="MapInfo File", ENCODING="UTF-8")
    elif ending == "dxf":
        pyogrio.write_dataframe(out[["geometry"]], path, driver="DXF")
    else:
        inner = path.parent / f"inner_{path.name}"
        inner.mkdir()
        folder = inner / f"{path.name.removesuffix('.gdb.zip')}.gdb"
        pyogrio.write_dataframe(out, folder, driver="OpenFileGDB")
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(folder.iterdir()):
                archive.write(part, f"{folder.name}/{part.name}")


def kml(frame: gpd.GeoDataFrame) -> str:
    """KML with every digit of the coordinates, its identifiers as attributes of the placemarks."""
    marks = []
    for row in frame.to_dict("records"):
        shape = row.pop("geometry")
        line = " ".join(f"{x!r},{y!r}" for x, y in shapely.get_coordinates(shape).tolist())
        coordinates = f"<coordinates>{line}</coordinates>"
        body = {
            "Point": f"<Point>{coordinates}</Point>",
            "LineString": f"<LineString>{coordinates}</LineString>",
            "Polygon": "<Polygon><outerBoundaryIs><LinearRing>"
            f"{coordinates}</LinearRing></outerBoundaryIs></Polygon>",
        }[shape.geom_type]
        data = "".join(
            f'<Data name="{key}"><value>{cell}</value></Data>'
            for key, cell in row.items()
            if key not in ("id", "name") and not pd.isna(cell)
        )
        name = f"<name>{row['name']}</name>"
        marks.append(
            f'<Placemark id="{row["id"]}">{name}<ExtendedData>{data}</ExtendedData>{body}</Placemark>'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>plots</name>{''.join(marks)}</Document></kml>"
    )


def geojson(frame: gpd.GeoDataFrame) -> str:
    """GeoJSON with every digit of the coordinates."""
    features = []
    for row in frame.to_dict("records"):
        shape = row.pop("geometry")
        cells = {key: None if pd.isna(cell) else cell for key, cell in row.items()}
        geometry = None if shape is None else shapely.geometry.mapping(shape)
        features.append({"type": "Feature", "properties": cells, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


_ROLES = {"gas": "gas", "road": "road", "wetland": "wetland", "pipe": "water", "gates": "other"}


def catalogue(ending: str = "gpkg", **changes: Any) -> dict[str, Any]:
    """The world's catalogue as plain data."""
    stated = {"crs": "EPSG:4326"} if ending in _WITHOUT_CRS else {}
    return {
        "name": "world",
        "title": "A world by eye",
        "notice": "Drawn for tests.",
        "region": REGION,
        "plots": {
            "file": f"plots.{ending}",
            "id": "id",
            "name": "name",
            "origin": "synthetic",
            **stated,
            "columns": {"free_power": {"from": "free_power", "unit": "MW"}, "road_class": "road_class"},
        },
        "layers": {
            name: {"file": f"{name}.{ending}", "id": "id", "name": "name", "role": role, **stated}
            for name, role in _ROLES.items()
        },
        **changes,
    }


def toml(data: dict[str, Any]) -> str:
    """Plain data as TOML; every table below the first level inline."""
    return "".join(f"{key} = {_inline(cell)}\n" for key, cell in data.items() if cell is not None)


def _inline(cell: Any) -> str:
    if isinstance(cell, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {_inline(one)}" for key, one in cell.items()) + "}"
    if isinstance(cell, list | tuple):
        return "[" + ", ".join(map(_inline, cell)) + "]"
    if isinstance(cell, float) and not np.isfinite(cell):
        return "nan" if np.isnan(cell) else ("inf" if cell > 0 else "-inf")
    return json.dumps(cell, ensure_ascii=False)


@functools.cache
def _files(ending: str) -> dict[str, dict[str, bytes]]:
    """The world's files in one format by layer, made once."""
    tables = {"plots": plots(), **layers()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for layer, frame in tables.items():
            write(frame, folder, layer, ending)
        return {
            layer: {path.name: path.read_bytes() for path in folder.glob(f"{layer}.*")} for layer in tables
        }


def write_park(
    folder: Path,
    ending: str = "gpkg",
    *,
    plots: gpd.GeoDataFrame | None = None,
    layers: dict[str, gpd.GeoDataFrame] | None = None,
    **changes: Any,
) -> Path:
    """Write the world, or a changed one, as files with their catalogue; return the catalogue's path."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = (layers or {}) | ({} if plots is None else {"plots": plots})
    if ending in MORE:
        for name, frame in ({"plots": globals()["plots"]()} | globals()["layers"]() | changed).items():
            write(frame, folder, name, ending)
    for name, files in _files(ending).items() if ending not in MORE else ():
        if name in changed:
            write(changed[name], folder, name, ending)
        for file, content in files.items() if name not in changed else ():
            (folder / file).write_bytes(content)
    path = folder / "park.toml"
    path.write_text(toml(catalogue(ending, **changes)), encoding="utf-8")
    return path


def write_plan(folder: Path, **changes: Any) -> Path:
    """Write the plan by eye, or a changed one, whether it can be meant or not."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "plan.toml"
    path.write_text(toml({**copy.deepcopy(PLAN), **changes}), encoding="utf-8")
    return path
