from __future__ import annotations

import json
import subprocess
import sys

import geopandas as gpd
import shapely
import world
from hypothesis import given
from strategies import worlds

from siteplan.plan import Plan
from siteplan.provenance import Provenance, changed, fingerprint
from siteplan.scorecard import score


def test_what_a_result_follows_from():
    card = score(world.plots(), world.layers(), world.plan())
    provenance = card.provenance

    assert [table.name for table in provenance.tables] == ["plots", "gas", "road", "wetland"]
    assert all(len(table.fingerprint) == 64 for table in provenance.tables)
    assert {table.crs for table in provenance.tables} == {"EPSG:32652"}
    assert {"geopandas", "shapely", "pyproj", "pandas", "numpy", "geos"} <= set(provenance.libraries)
    assert Provenance.from_dict(json.loads(json.dumps(provenance.to_dict()))) == provenance


def test_another_plan_has_another_fingerprint():
    one = score(world.plots(), world.layers(), world.plan()).provenance.plan
    other = score(world.plots(), world.layers(), world.plan(note="changed")).provenance.plan

    assert one != other
    assert one == score(world.plots(), world.layers(), Plan.from_dict(world.plan().to_dict())).provenance.plan


def test_what_changed_is_named():
    plots, layers, plan = world.plots(), world.layers(), world.plan()
    provenance = score(plots, layers, plan).provenance

    assert changed(provenance, plots, layers, plan) == []
    assert changed(provenance, plots, {**layers, "gas": layers["gas"].iloc[::-1]}, plan) == ["gas"]
    assert changed(provenance, plots.assign(free_power=1.0), layers, plan) == ["plots"]
    assert changed(provenance, plots, {**layers, "pipe": layers["gas"]}, plan) == []
    assert changed(provenance, plots.drop(columns="free_power"), {}, plan) == [
        "plots",
        "gas",
        "road",
        "wetland",
    ]


def test_nothing_hides_from_a_fingerprint():
    table = gpd.GeoDataFrame({"a": ["x", "y"]}, geometry=[shapely.Point(0, 0), None], crs=4326)
    prints = [
        fingerprint(table, ["a"]),
        fingerprint(table, []),
        fingerprint(table.assign(a=["xy", ""]), ["a"]),
        fingerprint(table.assign(a=["x\x1fy", "z"]), ["a"]),
        fingerprint(table.assign(a=["x", None]), ["a"]),
        fingerprint(table.set_axis([1, 0]), ["a"]),
        fingerprint(table.set_crs(4269, allow_override=True), ["a"]),
        fingerprint(table.iloc[:1], ["a"]),
        fingerprint(table.iloc[::-1], ["a"]),
        fingerprint(table.set_geometry([shapely.Point(0, 1e-15), None], crs=4326), ["a"]),
    ]

    assert len(set(prints)) == len(prints)


def test_order_of_unused_columns_and_their_cells_do_not_count():
    table = world.plots()

    assert fingerprint(table, ["free_power"]) == fingerprint(
        table[["geometry", "road_class", "free_power"]], ["free_power"]
    )
    assert fingerprint(table, ["free_power"]) == fingerprint(table.assign(road_class="x"), ["free_power"])


@given(worlds())
def test_a_copy_has_the_same_fingerprint(drawn: tuple[gpd.GeoDataFrame, dict[str, gpd.GeoDataFrame]]):
    plots, _ = drawn

    assert fingerprint(plots.copy(deep=True), ["free", "road"]) == fingerprint(plots, ["free", "road"])


CELLS = ["[1.5, float('nan')]", "pd.array([1, None], dtype='Int64')", "['x', None]", "[True, False]"]


def test_a_fingerprint_is_the_same_in_another_process():
    code = (
        "import geopandas as gpd, pandas as pd; from siteplan.provenance import fingerprint; "
        f"many = [{', '.join(CELLS)}]; place = gpd.points_from_xy([0, 1], [0, 1]); "
        "found = [fingerprint(gpd.GeoDataFrame({'a': one}, geometry=place, crs=4326), ['a']) for one in many]"
    )
    here: dict[str, list[str]] = {}
    exec(code, here)
    there = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*found)"], capture_output=True, text=True, check=True
    )

    assert there.stdout.split() == here["found"]
    assert len(set(here["found"])) == len(CELLS)
