"""A registry extract as a source of a catalogue, and on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rosreestr_files as files
import world
from rosreestr_files import BLOCK, PERSONS, Contour, Plot, simple, square

from siteplan.cli import main
from siteplan.errors import DataError
from siteplan.reading.parks import check_park, read_park
from siteplan.scorecard import score

PLAN = [
    {
        "name": "size", "unit": "m2",
        "measure": {"kind": "area"},
        "value": {"shape": "linear", "best": 20_000, "worst": 0},
    },
    {
        "name": "zone", "unit": "m",
        "measure": {"kind": "distance", "layer": "zones"},
        "value": {"shape": "linear", "best": 1000, "worst": 0},
    },
    {
        "name": "declared", "unit": "ha",
        "measure": {"kind": "attribute", "column": "area_declared"},
        "value": {"shape": "linear", "best": 2, "worst": 0},
    },
]  # fmt: skip


def write_park(folder: Path, text: str, **changes: Any) -> Path:
    files.write(folder, text, "kpt.xml")
    catalogue = {
        "name": "kpt",
        "title": "Plots from a cadastral plan",
        "region": [127.0, 50.0, 129.5, 53.0],
        "quarantine_limit": 0.3,
        "plots": {
            "file": "kpt.xml",
            "layer": "plots",
            "id": "cadastral_number",
            "columns": {
                "area_declared": {"from": "area_declared_m2", "unit": "m2"},
                "category": "category",
                "created": {"from": "date_created", "kind": "date"},
            },
            **changes,
        },
        "layers": {
            "zones": {"file": "kpt.xml", "layer": "zones", "id": "reg_number", "name": "name", "role": "zone"}
        },
    }
    path = folder / "park.toml"
    path.write_text(world.toml(catalogue), encoding="utf-8")
    return path


@pytest.mark.parametrize("text", [files.kpt11(), files.kpt10()], ids=["kpt11", "kpt10"])
def test_plots_of_a_cadastral_plan_are_scored(text: str, tmp_path: Path):
    park = read_park(write_park(tmp_path, text))
    card = score(park.plots, park.layers, world.only(*PLAN))

    assert sorted(card.plots.index) == sorted(files.GOOD)
    assert {record.fid for record in park.report.quarantine} == {f"{BLOCK}:11", f"{BLOCK}:12"}
    count = next(count for count in park.report.counts if count.table == "plots")
    assert (count.read, count.used, count.quarantined) == (7, 5, 2)
    assert any(f"{BLOCK}:13: 10200 m2" in str(finding) for finding in park.report.of("warning"))
    rows = card.contributions[card.contributions["criterion"] == "declared"].set_index("plot")
    assert rows.loc[f"{BLOCK}:8", "amount"] == 1.25
    size = card.contributions[card.contributions["criterion"] == "size"].set_index("plot")
    assert size.loc[f"{BLOCK}:8", "amount"] == pytest.approx(12_500, rel=2e-3)
    assert not any(person in str(park.report) + card.text(50) for person in PERSONS)


def test_plots_lie_where_the_registry_puts_them(tmp_path: Path):
    park = read_park(write_park(tmp_path, files.kpt11()))
    place = park.plots.to_crs(4326).geometry.iloc[0].centroid

    assert (place.x, place.y) == pytest.approx((128.1, 51.5), abs=0.02)


def test_a_swapped_plan_is_refused_by_name(tmp_path: Path):
    with pytest.raises(DataError) as error:
        read_park(write_park(tmp_path, files.kpt10(swap=True)))

    assert any(
        problem.startswith("kpt.xml, layer plots: X and Y are swapped in 5 of 7 records")
        for problem in error.value.problems
    )


def test_a_swapped_plan_in_another_system_is_told_by_the_region(tmp_path: Path):
    grid = [(east - files.EAST + 22_437_000, north - files.NORTH + 5_710_000) for east, north in square(0, 0)]
    plot = Plot("28:21:1:1", [Contour([grid], system="EPSG:28422")], "10000")
    good = check_park(write_park(tmp_path, files.kpt10([plot], []))).report
    turned = check_park(write_park(tmp_path, files.kpt10([plot], [], swap=True))).report

    assert not [one for one in good.of("error") if "plots" in one.where]
    assert any("only with x and y swapped" in str(one) for one in turned.of("error"))


def test_an_unknown_system_can_be_stated_in_the_catalogue(tmp_path: Path):
    text = files.kpt11([simple("28:21:1:1", square(0, 0), area="10000")]).replace(files.SYSTEM, "местная СК")
    unknown = check_park(write_park(tmp_path, text)).report
    stated = check_park(write_park(tmp_path, text, crs="МСК-28, зона 3")).report

    assert any("'местная СК' has no known" in str(one) for one in unknown.of("error"))
    assert not [one for one in stated.of("error") if "layer plots" in one.where]
    assert any("'местная СК' has no known" in str(one) for one in stated.of("warning"))


def check(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[object, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main(["check", *map(str, arguments)])
    said = capsys.readouterr()
    return left.value.code, said.out + said.err


@pytest.mark.parametrize("kind", [files.kpt10, files.kvzu7, files.kpt11, files.land])
def test_check_lists_and_checks_every_layer(kind: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, said = check(capsys, files.write(tmp_path, kind()))

    assert code in (0, None)
    assert "extract.xml: layers: plots (" in said
    assert "parts (1)" in said
    assert "MSK-28 zone 3" in said
    assert not any(person in said for person in PERSONS)


def test_check_of_one_layer_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = files.write(tmp_path, files.kpt11())
    code, said = check(capsys, path, "--layer", "zones", "--json")

    assert code in (0, None)
    assert json.loads(said)["counts"][0]["used"] == 1


def test_check_of_other_xml_is_a_refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, said = check(capsys, files.write(tmp_path, "<gml/>"))

    assert code == 1
    assert "root 'gml' is not read" in said
