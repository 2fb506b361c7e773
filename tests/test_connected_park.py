"""Connections from files to files: a plan with prices beside it, a resident's sheet, results read back."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import connected
import geopandas as gpd
import pyogrio
import pytest
import world
from shapely.testing import assert_geometries_equal

from siteplan.cli import main
from siteplan.errors import PlanError, SourceError
from siteplan.reading.documents import read_plan, read_resident
from siteplan.reading.scorecards import read_scorecard
from siteplan.verification import verify

COST = {
    "name": "cost",
    "unit": "million RUB",
    "weight": 1,
    "measure": {"kind": "cost", "connection": "power"},
    "value": {"shape": "linear", "best": 0, "worst": 10},
}


def write(folder: Path, **power: Any) -> tuple[Path, Path]:
    """The connected world as files: plan and park."""
    nodes = connected.nodes()
    catalogue = world.catalogue()
    columns = {
        "free": {"from": "free", "unit": "MW"},
        "capacity": {"from": "capacity", "unit": "MW"},
        "voltage": {"from": "voltage", "unit": "kV"},
        "availability": {"from": "availability", "kind": "availability"},
        "build_cost": {"from": "build_cost", "unit": "RUB"},
        "build_months": {"from": "build_months", "unit": "months"},
    }
    entry = {"file": "nodes.gpkg", "id": "id", "name": "name", "role": "power", "columns": columns}
    park = world.write_park(folder)
    world.write(nodes, folder, "nodes", "gpkg")
    catalogue["layers"]["nodes"] = entry
    park.write_text(world.toml(catalogue), encoding="utf-8")
    (folder / "prices.toml").write_text(world.toml(copy.deepcopy(connected.PRICES)), encoding="utf-8")
    plan = {
        "name": "connected",
        "metric_crs": world.UTM,
        "prices": "prices.toml",
        "criteria": [COST],
        "connections": [{**copy.deepcopy(connected.POWER), **power}],
    }
    (folder / "plan.toml").write_text(world.toml(plan), encoding="utf-8")
    return folder / "plan.toml", park


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    return int(left.value.code or 0)


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    plan, park = write(tmp_path)
    assert run("score", plan, "--park", park, "--out", tmp_path / "out", "-q") == 0
    return tmp_path / "out"


def test_a_plan_carries_the_prices_it_names(tmp_path: Path):
    plan, _ = write(tmp_path)
    read = read_plan(plan)
    assert read.prices is not None
    assert read.prices.name == "illustrative prices 2024 without VAT"
    assert read.to_dict()["prices"]["costs"][0]["source"] == "a test"


def test_prices_that_are_not_there_are_named(tmp_path: Path):
    plan, _ = write(tmp_path)
    (tmp_path / "prices.toml").unlink()
    with pytest.raises(SourceError, match=r"prices\.toml: there is no such file"):
        read_plan(plan)


def test_a_mistake_in_the_prices_is_told_in_their_file(tmp_path: Path):
    plan, _ = write(tmp_path)
    wrong = {**copy.deepcopy(connected.PRICES), "as_of": "soon"}
    (tmp_path / "prices.toml").write_text(world.toml(wrong), encoding="utf-8")
    with pytest.raises(PlanError, match=r"prices\.toml: refused, 1 mistake\n  - as_of"):
        read_plan(plan)


def test_the_passports_are_a_file_of_the_result(scored: Path):
    text = (scored / "connections.csv").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 5
    assert "illustrative prices 2024 without VAT" in text
    routes = pyogrio.read_dataframe(scored / "scores.gpkg", layer="connections")
    assert routes.crs == "EPSG:4326"
    lengths = routes.to_crs(world.UTM).length
    assert lengths.tolist() == pytest.approx(routes["route_m"].tolist(), abs=1e-3)


def test_a_result_reads_back_as_it_was_written(scored: Path):
    card = read_scorecard(scored).card
    again = read_scorecard(scored).card
    assert card.connections.drop(columns="geometry").equals(again.connections.drop(columns="geometry"))
    assert card.connections["status"].tolist() == ["served"] * 4
    shapes = gpd.GeoSeries(card.connections.geometry)
    assert_geometries_equal(shapes.to_numpy(), again.connections.geometry.to_numpy())
    assert "Power: 100 m to Node 1" in str(card.explain("a"))


def test_a_result_with_connections_follows_from_its_inputs(scored: Path):
    assert verify(scored).differences == ()


def test_a_forged_passport_is_found(scored: Path):
    path = scored / "scorecard.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["connections"][0]["free"] = 99.0
    path.write_text(json.dumps(document), encoding="utf-8")
    assert verify(scored).differences == ("free of 1 connections differs: ('a', 'power')",)


def test_a_changed_capacity_is_noticed(scored: Path):
    nodes = connected.nodes(free=[5.0, 20.0, 1.0, 50.0])
    (scored.parent / "nodes.gpkg").unlink()
    world.write(nodes, scored.parent, "nodes", "gpkg")
    assert run("map", scored, "-q") == 1


def test_the_same_bytes_twice(scored: Path):
    before = {path.name: path.read_bytes() for path in scored.iterdir()}
    folder = scored.parent
    assert run("score", folder / "plan.toml", "--park", folder / "park.toml", "--out", scored, "-q") == 0
    assert {path.name: path.read_bytes() for path in scored.iterdir()} == before


def test_a_result_without_connections_leaves_no_passports_behind(scored: Path):
    folder = scored.parent
    world.write_plan(folder)
    assert run("score", folder / "plan.toml", "--park", folder / "park.toml", "--out", scored, "-q") == 0
    assert not (scored / "connections.csv").exists()


def test_a_resident_sheet_takes_the_place_of_the_demands(tmp_path: Path):
    plan, park = write(tmp_path)
    sheet = tmp_path / "works.toml"
    sheet.write_text(
        world.toml({"name": "Works", "demands": {"power": {"amount": 10, "unit": "MW"}}}), encoding="utf-8"
    )
    assert read_resident(sheet).demands["power"].amount == 10
    out = tmp_path / "out"
    assert run("score", plan, "--park", park, "--resident", sheet, "--out", out, "-q") == 0
    assert read_scorecard(out).card.connections["feature"].tolist() == ["n2"] * 4
    assert verify(out).differences == ()
    sheet.write_text(
        world.toml({"name": "Works", "demands": {"power": {"amount": 11, "unit": "MW"}}}), encoding="utf-8"
    )
    assert any("says otherwise now" in line for line in verify(out).differences)


def test_a_text_where_a_capacity_should_be_is_told_with_its_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    plan, park = write(tmp_path)
    nodes = connected.nodes(free=["5", "much", "", "-"])
    (tmp_path / "nodes.gpkg").unlink()
    world.write(nodes, tmp_path, "nodes", "gpkg")
    assert run("score", plan, "--park", park, "--out", tmp_path / "out") == 1
    assert "n2: 'much'" in capsys.readouterr().err


def test_what_asks_for_a_look_is_told_on_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    plan, park = write(tmp_path)
    assert run("score", plan, "--park", park, "--out", tmp_path / "out") == 0
    out = capsys.readouterr().out
    assert "warning: connection 'power': not known: free capacity of Node 3, which is nearer [c]\n" in out
    assert run("score", plan, "--park", park, "--out", tmp_path / "out", "--json") == 0
    told = json.loads(capsys.readouterr().out)["report"]["findings"]
    assert "not known: free capacity of Node 3, which is nearer" in [one["message"] for one in told]
