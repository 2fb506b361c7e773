"""Land from files to files: norms beside a plan, patches of a planner, results read back and verified."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import landscape
import pandas as pd
import pyogrio
import pytest
import shapely
import world
from geopandas.testing import assert_geodataframe_equal

from siteplan.cli import main
from siteplan.errors import SourceError
from siteplan.reading.documents import read_plan
from siteplan.reading.parks import read_park
from siteplan.reading.scorecards import read_scorecard
from siteplan.scorecard import score
from siteplan.verification import verify

TABLES = ("land", "losses", "overrides")

DRAWN = (
    ("buildable", shapely.box(0, 0, 50, 100)),
    ("lost", shapely.box(450, -50, 550, 50)),
)


def entry(name: str, **columns: Any) -> dict[str, Any]:
    return {"file": f"{name}.gpkg", "id": "id", "name": "name", "role": "other", "columns": columns}


def write(folder: Path, **land: Any) -> tuple[Path, Path]:
    """The landscape as files: plan and park."""
    park = world.write_park(folder)
    catalogue = world.catalogue()
    catalogue["layers"]["mains"] = entry("mains", pressure={"from": "pressure", "unit": "MPa"})
    words = {name: name for name in ("effect", "author", "date", "reason")}
    catalogue["layers"]["patches"] = entry("patches", **words)
    world.write(landscape.mains(), folder, "mains", "gpkg")
    world.write(landscape.patches(*DRAWN), folder, "patches", "gpkg")
    park.write_text(world.toml(catalogue), encoding="utf-8")
    for name, table in (("norms", landscape.NORMS), ("densities", landscape.DENSITIES)):
        (folder / f"{name}.toml").write_text(world.toml(copy.deepcopy(table)), encoding="utf-8")
    on_land = {**landscape.LAND, "overrides": landscape.OVERRIDES, **land}
    plan = {
        "name": "landed",
        "metric_crs": world.UTM,
        "norms": "norms.toml",
        "densities": "densities.toml",
        "criteria": [{**landscape.AREA, "weight": 1}],
        "land": {key: cell for key, cell in on_land.items() if cell is not None},
    }
    (folder / "plan.toml").write_text(world.toml(plan), encoding="utf-8")
    return folder / "plan.toml", park


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    return int(left.value.code or 0)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landed")
    plan, park = write(folder)
    assert run("score", plan, "--park", park, "--out", folder / "out", "-q") == 0
    return folder


@pytest.fixture
def scored(written: Path, tmp_path: Path) -> Path:
    """A copy of the result and of all it came from, to be tampered with."""
    return shutil.copytree(written, tmp_path / "copy") / "out"


def test_the_tables_of_land_are_files_of_the_result(scored: Path):
    land = pd.read_csv(scored / "land.csv").set_index("plot")
    assert land["net_ha"].tolist()[:3] == pytest.approx([0.9, 0.642, 1], abs=1e-3)
    losses = (scored / "losses.csv").read_text(encoding="utf-8")
    assert "Distance from a pipe,exclusion,SP 62,annex" in losses
    overrides = (scored / "overrides.csv").read_text(encoding="utf-8").splitlines()
    assert overrides[0] == "plot,patch,effect,author,date,reason,area_ha,changed_ha,changed_refused_ha"
    assert overrides[1].startswith("a,o1,buildable,A. Planner,2026-05-01,seen on site,")
    assert overrides[2].startswith("b,o2,lost,A. Planner,2026-05-01,seen on site,")
    for name in TABLES:
        shapes = pyogrio.read_dataframe(scored / "scores.gpkg", layer=name)
        assert shapes.crs == 4326
        assert set(shapes.geom_type) <= {"MultiPolygon"}


def test_a_result_reads_back_as_it_was_written(scored: Path):
    read = read_park(scored.parent / "park.toml")
    fresh = score(read.plots, read.layers, read_plan(scored.parent / "plan.toml"))
    back = read_scorecard(scored).card
    for name in TABLES:
        assert_geodataframe_equal(getattr(back, name), getattr(fresh, name), check_less_precise=True)
        plain = [getattr(one, name).drop(columns="geometry") for one in (back, fresh)]
        pd.testing.assert_frame_equal(*plain, check_exact=True)
    assert str(back.explain("a")) == str(fresh.explain("a"))


def test_a_result_with_land_follows_from_its_inputs(scored: Path):
    found = verify(scored)
    assert found.differences == ()
    assert found.cells > 100


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("land", "net_ha", 9.0), ("losses", "act", "No act"), ("overrides", "author", "Somebody else")],
)
def test_a_forged_cell_is_found(scored: Path, table: str, column: str, value: Any):
    path = scored / "scorecard.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document[table][0][column] = value
    path.write_text(json.dumps(document), encoding="utf-8")
    assert any(one.startswith(f"{column} of 1 {table} differs: ") for one in verify(scored).differences)


def test_a_forged_patch_is_found(scored: Path):
    layer = pyogrio.read_dataframe(scored / "scores.gpkg", layer="losses")
    parts = [shapely.MultiPolygon([one.geoms[0].buffer(-1e-4)]) for one in layer.geometry]
    pyogrio.write_dataframe(layer.set_geometry(parts), scored / "scores.gpkg", layer="losses")
    said = verify(scored).differences
    assert "scores.gpkg: missing, or changed since it was written" in said
    assert any(one.startswith("shape of ") and " losses differs" in one for one in said)


def test_a_changed_class_is_a_changed_input(scored: Path):
    """Nothing of the plan names the column; the rule's class does."""
    (scored.parent / "mains.gpkg").unlink()
    world.write(landscape.mains(pressure=[2.0, 2.0]), scored.parent, "mains", "gpkg")
    said = verify(scored).differences
    assert "mains: the table is not the one that was scored" in said
    assert any(one.startswith("net_ha of 1 land differs: d") for one in said)
    assert run("map", scored, "-q") == 1


def test_a_changed_reason_is_a_changed_input(scored: Path):
    (scored.parent / "patches.gpkg").unlink()
    world.write(landscape.patches(*DRAWN, reason="hearsay"), scored.parent, "patches", "gpkg")
    assert "patches: the table is not the one that was scored" in verify(scored).differences


def test_the_same_bytes_twice(scored: Path):
    before = {path.name: path.read_bytes() for path in scored.iterdir()}
    folder = scored.parent
    assert run("score", folder / "plan.toml", "--park", folder / "park.toml", "--out", scored, "-q") == 0
    assert {path.name: path.read_bytes() for path in scored.iterdir()} == before


def test_a_result_without_land_leaves_none_behind(scored: Path):
    folder = scored.parent
    world.write_plan(folder)
    assert run("score", folder / "plan.toml", "--park", folder / "park.toml", "--out", scored, "-q") == 0
    assert not any((scored / f"{name}.csv").exists() for name in TABLES)


def test_a_result_without_overrides_reads_back(tmp_path: Path):
    plan, park = write(tmp_path, overrides=None)
    assert run("score", plan, "--park", park, "--out", tmp_path / "out", "-q") == 0
    assert not (tmp_path / "out/overrides.csv").exists()
    assert verify(tmp_path / "out").differences == ()


def test_hostile_words_are_no_formula_in_a_spreadsheet(tmp_path: Path):
    plan, park = write(tmp_path)
    (tmp_path / "patches.gpkg").unlink()
    world.write(landscape.patches(*DRAWN, reason="=1+1"), tmp_path, "patches", "gpkg")
    assert run("score", plan, "--park", park, "--out", tmp_path / "out", "-q") == 0
    assert ",'=1+1," in (tmp_path / "out/overrides.csv").read_text(encoding="utf-8")


def test_an_override_without_author_is_told_in_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    plan, park = write(tmp_path)
    (tmp_path / "patches.gpkg").unlink()
    world.write(landscape.patches(*DRAWN, author=["A. Planner", ""]), tmp_path, "patches", "gpkg")
    assert run("score", plan, "--park", park, "--out", tmp_path / "out") == 1
    assert "overrides, o2: no author; an override is only as good as its author" in capsys.readouterr().err


def test_what_is_not_known_is_told_on_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    plan, park = write(tmp_path)
    assert run("score", plan, "--park", park, "--out", tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "rule 'main_distance': pressure and diameter is not known; the land within 150 m" in said


def test_norms_that_are_not_there_are_named(tmp_path: Path):
    plan, _ = write(tmp_path)
    (tmp_path / "norms.toml").unlink()
    with pytest.raises(SourceError, match=r"norms\.toml: there is no such file"):
        read_plan(plan)
