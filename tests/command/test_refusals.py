"""What is refused: one message, nothing half-written."""

from __future__ import annotations

from typing import Any

import pytest
import world
from commands import Place, Run

from siteplan.writing import scorecards


def vrt(place: Place) -> None:
    inner = '<OGRVRTLayer name="gas"><SrcDataSource>gas.geojson</SrcDataSource></OGRVRTLayer>'
    text = f"<OGRVRTDataSource>{inner}</OGRVRTDataSource>"
    (place.folder / "plots.geojson").write_text(text)


def truncated(place: Place) -> None:
    world.write_park(place.folder, "gpkg")
    whole = (place.folder / "gas.gpkg").read_bytes()
    (place.folder / "gas.gpkg").write_bytes(whole[: len(whole) // 2])


def not_a_zip(place: Place) -> None:
    world.write_park(place.folder, "zip")
    (place.folder / "gas.zip").write_bytes(b"PK\3\4 nonsense")


def no_crs(place: Place) -> None:
    world.write_park(place.folder, "gpkg")
    (place.folder / "plots.gpkg").unlink()
    bare = world.plots().to_crs(4326).set_crs(None, allow_override=True).reset_index(names="id")
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        bare.to_file(place.folder / "plots.gpkg")


def empty(place: Place) -> None:
    world.write_park(place.folder, "geojson", layers={"gas": world.layers()["gas"].iloc[:0]})


def twice(place: Place) -> None:
    world.write_park(place.folder, "geojson", plots=world.plots().set_axis(["a", "a", "c", "d"]))


def unknown_layer(place: Place) -> None:
    world.write_park(place.folder, "gpkg")
    catalogue = world.catalogue()
    catalogue["layers"]["gas"]["layer"] = "gaz"
    place.park.write_text(world.toml(catalogue))


def garbage(place: Place) -> None:
    (place.folder / "gas.geojson").write_bytes(b"\0\1\2")


@pytest.mark.parametrize(
    ("spoil", "name", "remedy"),
    [
        (lambda place: (place.folder / "gas.geojson").unlink(), "gas.geojson", "there is no such file"),
        (lambda place: place.park.unlink(), "park.toml", "there is no such file"),
        (lambda place: place.plan.unlink(), "plan.toml", "there is no such file"),
        (lambda place: place.plan.write_text('name = "x'), "plan.toml", "not valid TOML"),
        (lambda place: place.park.write_text("[["), "park.toml", "not valid TOML"),
        (lambda place: place.plan.write_bytes(b"\xff\xfe"), "plan.toml", "save it as UTF-8"),
        (vrt, "plots.geojson", "not GeoJSON"),
        (truncated, "gas.gpkg", "ask for the file again"),
        (not_a_zip, "gas.zip", "not a readable zip archive"),
        (no_crs, "plots.gpkg", 'crs = "EPSG:4326"'),
        (empty, "layer 'gas'", "may_be_empty = true"),
        (twice, "plots.geojson", "each must be unique"),
        (unknown_layer, "gas.gpkg", "did you mean 'gas'?"),
        (garbage, "gas.geojson", "not GeoJSON"),
    ],
)
def test_bad_input_ends_in_one_message_with_place_and_remedy(
    run: Run, place: Place, spoil: Any, name: str, remedy: str
):
    spoil(place)
    said = run.refused(*place.asked)

    assert name in said
    assert remedy in said
    assert not place.out.exists()


def test_a_refused_run_leaves_the_last_result(run: Run, place: Place):
    run(*place.asked)
    before = {path.name: path.read_bytes() for path in place.out.iterdir()}
    twice(place)

    run.refused(*place.asked)
    assert {path.name: path.read_bytes() for path in place.out.iterdir()} == before


def test_an_end_in_the_middle_of_writing_leaves_the_last_result(
    run: Run, place: Place, monkeypatch: pytest.MonkeyPatch
):
    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    run(*place.asked)
    before = {path.name: path.read_bytes() for path in place.out.iterdir()}
    world.write_plan(place.folder, title="Changed")
    monkeypatch.setattr(scorecards, "publish", full)

    assert "out: cannot be written: No space left on device" in run.refused(*place.asked)
    assert {path.name: path.read_bytes() for path in place.out.iterdir()} == before


@pytest.mark.parametrize("below", ["", "deeper"])
def test_an_out_that_cannot_be_a_folder(run: Run, place: Place, below: str):
    place.out.write_text("a file")

    said = run.refused("score", place.plan, "--park", place.park, "--out", place.out / below)
    assert "is a file" in said or "cannot be written" in said
    assert place.out.read_text() == "a file"


def test_results_that_are_not_there(run: Run, place: Place):
    for name in ("explain", "map", "verify"):
        arguments = [name, place.folder / "nowhere", *(["a"] if name == "explain" else [])]
        assert "siteplan score PLAN --park PARK --out" in run.refused(*arguments)


def test_an_unknown_plot(run: Run, place: Place):
    run(*place.asked)

    assert "there is no plot 'zz'" in run.refused("explain", place.out, "zz")


def test_a_map_of_what_changed_is_refused(run: Run, place: Place):
    run(*place.asked)
    empty_name = world.layers()["gas"].assign(name="other")
    world.write(empty_name, place.folder, "gas", "geojson")

    assert "gas changed; score again" in run.refused("map", place.out)
    assert not (place.out / "map.html").exists()
