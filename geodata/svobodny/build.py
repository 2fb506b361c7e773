"""Build the study area: every layer as GeoJSON, and SOURCES.toml with where each file comes from.

    python geodata/svobodny/build.py [--out DIR]

Reads facts.toml (published facts), drawing.toml (what we drew around them) and offer.toml (what the
plots offer, made up), lays out the park, and writes the same bytes every time. DIR stands for
geodata/, the default.
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import drawing
import layout
from drawing import Feature, Row
from frame import from_grid, oriented
from provenance import write_layer, write_sources
from shapely.geometry import LineString, Point, Polygon

HERE = Path(__file__).parent
QUARTER = "28:21:999999"


def main() -> None:
    """Read the tables, write all layers and SOURCES.toml."""
    parser = argparse.ArgumentParser(description="Build the study area geodata/svobodny.")
    parser.add_argument("--out", type=Path, default=HERE.parent, help="where geodata/ is written")
    out = parser.parse_args().out
    facts, drawn = _read("facts.toml"), _read("drawing.toml")
    layers = published(facts) | synthetic(drawn, facts["as_of"].isoformat())
    (out / "svobodny").mkdir(parents=True, exist_ok=True)
    for name, features in layers.items():
        write_layer(out / "svobodny" / f"{name}.geojson", features)
    counts = {name: len(features) for name, features in layers.items()}
    write_sources(out / "SOURCES.toml", facts, drawn, counts, documents=HERE.parent)


def published(facts: Row) -> dict[str, list[Feature]]:
    """Return the layers of published facts."""
    return {
        name: _marked([_fact(row) for row in layer["features"]], {"synthetic": False})
        for name, layer in facts["layers"].items()
    }


def synthetic(drawn: Row, as_of: str) -> dict[str, list[Feature]]:
    """Return the layers drawn by us; every feature is marked synthetic."""
    layers = {name: drawing.features(rows) for name, rows in drawn["layers"].items()}
    layers["roads"] += streets()
    layers |= {"plots": plots(_read("offer.toml")), "park_border": border(), "land_use": land_use()}
    mark = {"as_of": as_of, "synthetic": True}
    return {name: _marked(features, mark) for name, features in layers.items()}


def plots(offer: Row) -> list[Feature]:
    """Return the plots with what is offered on each."""
    shapes = layout.plots()
    rows = [dict(zip(offer["columns"], row, strict=True)) for row in offer["rows"]]
    return [(_plot_row(row, offer), from_grid(shape)) for row, shape in zip(rows, shapes, strict=True)]


def _plot_row(row: Row, offer: Row) -> Row:
    """The columns of one plot, its codes in words and its gaps as None."""
    known = {column: None if amount == "" else amount for column, amount in row.items()}
    number = known.pop("n")
    return {
        "cadastral_number": f"{QUARTER}:{number}",
        "name": f"Plot {number}",
        "name_ru": f"Участок {number}",
        **known,
        "land_category": offer["land_categories"][row["land_category_code"]],
        "permitted_use": offer["permitted_uses"][row["vri_code"]],
        "contact": offer["contact"],
    }


def border() -> list[Feature]:
    """Return the border of the park."""
    shape = Polygon(layout.BORDER)
    row = {"id": "park", "name": "Industrial park, border", "name_ru": "Индустриальный парк, граница"}
    return [(row | {"area_ha": round(shape.area / 1e4, 1)}, from_grid(shape))]


def streets() -> list[Feature]:
    """Return the axes of the park's streets."""
    return [
        (
            {"id": f"street_{number}", "name": street.name, "name_ru": street.name_ru}
            | {"category": street.category, "surface": "asphalt concrete", "status": "planned"}
            | {"reserve_m": street.reserve},
            from_grid(LineString(street.axis)),
        )
        for number, street in enumerate(layout.STREETS, 1)
    ]


def land_use() -> list[Feature]:
    """Return the park's land outside the plots."""
    names = {use: (name, name_ru) for use, (name, name_ru, _) in layout.YARDS.items()} | {
        "road_reserve": ("Street reserves", "Полосы отвода улиц"),
        "green": ("Green strip and square", "Озеленение"),
    }
    return [
        (
            {"id": use, "name": names[use][0], "name_ru": names[use][1], "use": use}
            | {"area_ha": round(shape.area / 1e4, 2)},
            from_grid(shape),
        )
        for use, shape in layout.land_use().items()
    ]


def _fact(row: Row) -> Feature:
    """A published fact as a feature."""
    columns = {key: value for key, value in row.items() if key not in ("at", "line")}
    columns["as_of"] = columns["as_of"].isoformat()
    return columns, Point(row["at"]) if "at" in row else oriented(LineString(row["line"]))


def _marked(features: list[Feature], mark: Row) -> list[Feature]:
    """The features with the same columns each and the mark; what a feature lacks is None."""
    columns = list(dict.fromkeys(column for row, _ in features for column in row))
    return [({column: row.get(column) for column in columns} | mark, shape) for row, shape in features]


def _read(name: str) -> Row:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
