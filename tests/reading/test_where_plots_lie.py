"""Coordinate systems that are missing, mixed up or of another place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import world
from parked import error, plots_in, ring

from siteplan.findings import Report
from siteplan.reading.parks import check_park, read_park
from siteplan.scorecard import score


def without_crs(folder: Path, frame: gpd.GeoDataFrame, **entry: Any) -> Report:
    path = world.write_park(folder)
    (folder / "plots.gpkg").unlink()
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        frame.set_crs(None, allow_override=True).reset_index(names="id").to_file(folder / "plots.gpkg")
    catalogue = world.catalogue()
    catalogue["plots"] |= entry
    path.write_text(world.toml(catalogue), encoding="utf-8")
    return check_park(path).report


def test_no_crs_is_refused_with_a_hint_and_never_guessed(tmp_path: Path):
    (degrees,) = without_crs(tmp_path / "a", world.plots().to_crs(4326)).of("error")
    (metres,) = without_crs(tmp_path / "b", world.plots()).of("error")

    assert "no CRS" in degrees.message
    assert "look like degrees" in degrees.message
    assert "look like metres" in metres.message
    assert 'crs = "EPSG:4326"' in degrees.remedy


@pytest.mark.parametrize("system", ["EPSG:32652", "МСК-28, зона 3"])
def test_a_stated_crs_is_taken_where_the_file_names_none(system: str, tmp_path: Path):
    from siteplan import crs

    frame = world.plots().to_crs(crs.parse(system))
    report = without_crs(tmp_path, frame, crs=system)
    park = read_park(tmp_path)

    assert not report.of("error")
    card = score(park.plots, park.layers, world.plan())
    assert card.plots["score"].to_dict() == pytest.approx(world.SCORES, abs=1e-5)


def test_metres_called_degrees_and_degrees_called_metres(tmp_path: Path):
    (metres,) = without_crs(tmp_path / "a", world.plots(), crs="EPSG:4326").of("error")
    (degrees,) = without_crs(tmp_path / "b", world.plots().to_crs(4326), crs="EPSG:32652").of("error")

    assert "in degrees, but metres" in metres.message
    assert "in metres, but degrees" in degrees.message
    assert metres.remedy == degrees.remedy == "state the true CRS"


def test_an_unknown_crs_in_the_catalogue(tmp_path: Path):
    (found,) = without_crs(tmp_path, world.plots(), crs="МСК-28").of("error")

    assert "say which zone" in found.message


def test_the_wrong_zone_lies_outside_the_region(tmp_path: Path):
    (found,) = without_crs(tmp_path, world.plots(), crs="EPSG:32651").of("error")

    assert "4 of 4 records reach outside the region 127-129.5 E, 51-52 N" in found.message


@pytest.mark.parametrize("which", [slice(None), slice(1, 2)])
def test_swapped_axes_are_found(which: slice, tmp_path: Path):
    def swap(rows: list[Any]) -> None:
        for row in rows[which]:
            row["geometry"]["coordinates"] = [[[y, x] for x, y in ring(row)]]

    found = error(plots_in(tmp_path, swap))

    assert "only with x and y swapped" in found.message
    assert found.rows == tuple("abcd"[which])


def test_swapped_axes_in_metres_are_found(tmp_path: Path):
    swapped = world.plots()
    swapped["geometry"] = shapely.transform(swapped.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    (found,) = without_crs(tmp_path, swapped.set_crs(world.UTM, allow_override=True), crs="EPSG:32652").of(
        "error"
    )

    assert "swapped" in found.message or "outside the region" in found.message


def test_a_plot_outside_the_region_is_an_error_and_a_feature_outside_is_measured_whole(tmp_path: Path):
    def move(rows: list[Any]) -> None:
        rows[1]["geometry"]["coordinates"] = [[[x + 5, y] for x, y in ring(rows[1])]]

    assert error(plots_in(tmp_path / "a", move)).rows == ("b",)
    far = world.table({"far": shapely.LineString([(-300_000, -400_100), (-400_000, -500_000)])}, name=["Far"])
    both = pd.concat([world.layers()["gas"], far])
    park = read_park(world.write_park(tmp_path / "b", layers={"gas": gpd.GeoDataFrame(both, crs=world.UTM)}))

    (warning,) = park.report.of("warning")
    assert warning.rows == ("far",)
    assert park.layers["gas"].geometry["far"].length * 90_000 > 100_000
    alone = {**park.layers, "gas": park.layers["gas"].loc[["far"]]}
    plan = world.only({**world.PLAN["criteria"][0], "unit": "km"})
    card = score(park.plots.loc[["a"]].to_crs(world.UTM), alone, plan)
    assert card.contributions["amount"].to_list() == pytest.approx([500.08], abs=0.01)
