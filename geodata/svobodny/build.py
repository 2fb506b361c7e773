"""Build the study area: every layer as GeoJSON, and SOURCES.toml with where each file comes from.

    python geodata/svobodny/build.py [--out DIR]

Reads facts.toml (published facts, typed in) and offer.toml (what the plots offer, made up), draws
the rest, and writes the same bytes every time. DIR stands for geodata/, the default.
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import Any

from shapely.geometry import LineString, Point

import layout
import networks
import surroundings
from frame import from_grid, oriented
from provenance import write_layer, write_sources
from surroundings import Feature

HERE = Path(__file__).parent
QUARTER = "28:21:999999"


def main() -> None:
    """Read the two tables, write all layers and SOURCES.toml."""
    parser = argparse.ArgumentParser(description="Build the study area geodata/svobodny.")
    parser.add_argument("--out", type=Path, default=HERE.parent, help="where geodata/ is written")
    out = parser.parse_args().out
    facts = _read("facts.toml")
    layers = published(facts) | drawn(facts)
    (out / "svobodny").mkdir(parents=True, exist_ok=True)
    for name, features in layers.items():
        write_layer(out / "svobodny" / f"{name}.geojson", features)
    counts = {name: len(features) for name, features in layers.items()}
    write_sources(out / "SOURCES.toml", facts, counts, documents=HERE.parent)


def published(facts: dict[str, Any]) -> dict[str, list[Feature]]:
    """The layers of published facts."""
    return {
        name: _complete([_fact(row) for row in layer["features"]])
        for name, layer in facts["layers"].items()
    }


def drawn(facts: dict[str, Any]) -> dict[str, list[Feature]]:
    """The layers drawn by us; every feature is marked synthetic."""
    layers = {
        "plots": plots(_read("offer.toml")),
        "park_border": surroundings.park_border(),
        "land_use": land_use(),
        "plant_sites": surroundings.plant_sites(),
        **surroundings.plant_gates(),
        "roads": surroundings.roads(),
        "rail_plant": surroundings.rail_plant(),
        **networks.power(),
        **networks.gas(),
        "water_mains": networks.water(),
        "sewer_mains": networks.sewer(),
        "heat_mains": networks.heat(),
        "telecom_lines": networks.telecom(),
        **surroundings.nature(),
        "regime_zones": surroundings.regime_zones(),
    }
    mark = {"as_of": facts["as_of"].isoformat(), "synthetic": True}
    return {
        name: _complete([(row | mark, shape) for row, shape in features])
        for name, features in layers.items()
    }


def plots(offer: dict[str, Any]) -> list[Feature]:
    """The plots with what is offered on each."""
    shapes = layout.plots()
    rows = [dict(zip(offer["columns"], row, strict=True)) for row in offer["rows"]]
    return [
        (_plot_row(row, offer), from_grid(shape)) for row, shape in zip(rows, shapes, strict=True)
    ]


def _plot_row(row: dict[str, Any], offer: dict[str, Any]) -> dict[str, Any]:
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


def land_use() -> list[Feature]:
    """The park's land outside the plots."""
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


def _fact(row: dict[str, Any]) -> Feature:
    """A published fact as a feature."""
    columns = {key: value for key, value in row.items() if key not in ("at", "line")}
    columns["as_of"] = columns["as_of"].isoformat()
    shape = Point(row["at"]) if "at" in row else oriented(LineString(row["line"]))
    return columns | {"synthetic": False}, shape


def _complete(features: list[Feature]) -> list[Feature]:
    """The features with the same columns each; what a feature lacks is None."""
    columns = list(dict.fromkeys(column for row, _ in features for column in row))
    return [({column: row.get(column) for column in columns}, shape) for row, shape in features]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
