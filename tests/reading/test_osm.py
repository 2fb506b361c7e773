from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import openstreetmap
import pandas as pd
import pytest
import shapely
import world

from siteplan.errors import SourceError
from siteplan.reading import osm
from siteplan.reading.files import probe, read_records
from siteplan.reading.osm_elements import elements
from siteplan.reading.osm_themes import THEMES
from siteplan.reading.parks import check_park


@pytest.fixture(params=["osm", "osm.pbf"])
def extract(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return openstreetmap.write(tmp_path, request.param)


IDS = {
    "power_lines": {"way/10", "way/12"},
    "substations": {"node/1", "way/11", "way/26"},
    "power_plants": {"node/5"},
    "pipelines": {"way/15", "way/16"},
    "railways": {"way/17", "way/18"},
    "roads": {"way/20", "way/21"},
    "water": {"way/24", "way/25"},
    "land_use": {"way/23", "relation/30"},
}

BROKEN = {
    "power_lines": {"way/13": "nodes are missing"},
    "land_use": {
        "relation/31": "members of it are missing",
        "relation/32": "rings do not close",
        "relation/33": r"relation (site)",
    },
}


@pytest.mark.parametrize("layer", THEMES)
def test_a_layer_holds_its_features_and_names_what_cannot_be_built(extract: Path, layer: str):
    records = read_records(extract, layer)

    assert set(records.frame["osm_id"]) == IDS[layer]
    assert records.frame["osm_id"].is_unique
    reasons = dict(records.broken)
    assert reasons.keys() == BROKEN.get(layer, {}).keys()
    for osm_id, says in BROKEN.get(layer, {}).items():
        assert says in reasons[osm_id]
    assert records.frame.crs == 4326
    assert records.frame.geometry.is_valid.all()


def row(path: Path, layer: str, osm_id: str) -> dict[str, Any]:
    frame = read_records(path, layer).frame.set_index("osm_id")
    return dict(frame.loc[osm_id])


def test_voltages_are_kilovolts_and_text_that_is_none_stays(extract: Path):
    line = row(extract, "power_lines", "way/10")
    assert (line["voltage"], line["voltage_kv"], line["cables"]) == ("110;35", 110.0, "6")
    assert line["operator"] == "АО «Сети»"

    named = row(extract, "substations", "way/11")
    assert named["voltage"] == "220 kV"
    assert pd.isna(named["voltage_kv"])


def test_a_diameter_is_a_number_only_where_its_unit_is_said(extract: Path):
    gas, water = (row(extract, "pipelines", osm_id) for osm_id in ("way/15", "way/16"))

    assert (gas["substance"], gas["diameter"], gas["diameter_mm"]) == ("gas", "1420 mm", 1420.0)
    assert water["diameter"] == "700"
    assert pd.isna(water["diameter_mm"])


def test_classes_are_kept(extract: Path):
    assert row(extract, "roads", "way/20")["highway"] == "primary"
    assert row(extract, "railways", "way/17")["usage"] == "main"
    assert row(extract, "railways", "way/18")["service"] == "siding"
    assert row(extract, "power_plants", "node/5")["plant_source"] == "gas"
    assert row(extract, "land_use", "relation/30")["landuse"] == "forest"
    assert row(extract, "water", "way/24")["name"] == "Озеро"


def test_a_way_without_all_its_nodes_is_counted(extract: Path):
    assert row(extract, "power_lines", "way/10")["missing_nodes"] == 0
    cut = row(extract, "power_lines", "way/12")

    assert cut["missing_nodes"] == 1
    assert cut["geometry"] == shapely.LineString([(128.1, 51.5), (128.2, 51.5)])


def test_the_layers_are_listed_with_columns_as_read(extract: Path):
    listed = probe(extract)

    assert [info.name for info in listed] == list(THEMES)
    assert {info.name: info.records for info in listed}["roads"] == 2
    for info in listed:
        frame = read_records(extract, info.name).frame
        assert tuple(frame.columns.drop("geometry")) == info.columns


def test_both_forms_list_the_same_elements(tmp_path: Path):
    keys = frozenset(key for theme in THEMES.values() for key in theme.tags)
    by_form = [list(elements(openstreetmap.write(tmp_path, ending), keys)) for ending in ("osm", "osm.pbf")]

    assert by_form[0] == by_form[1]
    assert len(by_form[0]) == 16 + 4


@pytest.mark.parametrize(("layer", "says"), [(None, "say which layer"), ("road", "did you mean 'roads'")])
def test_a_layer_must_be_named(extract: Path, layer: str | None, says: str):
    with pytest.raises(SourceError, match=says):
        read_records(extract, layer)


def test_reading_leaves_nothing_behind(extract: Path):
    before = {path.name: path.read_bytes() for path in extract.parent.iterdir()}
    read_records(extract, "roads")

    assert {path.name: path.read_bytes() for path in extract.parent.iterdir()} == before


def test_a_large_file_is_refused_with_what_to_do(extract: Path):
    with pytest.raises(SourceError, match=r"limit is 0 MB\. .*osmium extract .*tags-filter"):
        osm.read(extract, "roads", limit=100)


def test_what_is_out_of_order_is_refused_with_what_to_do(tmp_path: Path):
    text = openstreetmap.xml()
    path = tmp_path / "overpass.osm"
    way = text.index('<way id="10"')
    end = text.index("<way id=", way + 1)
    node = text.index("<node")
    path.write_text(text[:node] + text[way:end] + text[node:way] + text[end:], encoding="utf-8")

    with pytest.raises(SourceError, match=r"node 1 stands out of order; .*osmium sort"):
        read_records(path, "power_lines")


BOMB = '<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
STEAL = '<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prolog", [BOMB, STEAL, "<!DOCTYPE osm>", "<html/>", "OGRVRT", "<!-- x --><kml/>"])
def test_what_stands_before_the_root_is_refused(tmp_path: Path, prolog: str):
    path = tmp_path / "evil.osm"
    path.write_text(prolog + '<osm version="0.6"><node id="1" lat="1" lon="1"/></osm>')

    with pytest.raises(SourceError, match="not OSM XML"):
        read_records(path, "roads")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_cut_file_is_refused(extract: Path, share: float):
    content = extract.read_bytes()
    extract.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(SourceError):
        read_records(extract, "land_use")


def test_bytes_turned_over_are_refused_or_change_no_number(tmp_path: Path):
    """zlib's check sum guards each block: what still reads is the whole."""
    path = openstreetmap.write(tmp_path, "osm.pbf")
    content = path.read_bytes()
    whole = read_records(path, "land_use")
    refused = 0
    for place in range(0, len(content), 37):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        try:
            read = read_records(path, "land_use")
        except SourceError:
            refused += 1
        else:
            assert len(read.frame) + len(read.broken) == len(whole.frame) + len(whole.broken)
    assert refused > 10


def test_a_block_that_unpacks_without_end_is_refused(tmp_path: Path):
    path = tmp_path / "bomb.pbf"
    head = openstreetmap._blob("OSMHeader", b"\x22\x0eOsmSchema-V0.6")
    blob = openstreetmap._bytes(3, zlib.compress(b"\0" * 200_000_000))
    header = openstreetmap._bytes(1, b"OSMData") + openstreetmap._number(3, len(blob))
    path.write_bytes(head + len(header).to_bytes(4, "big") + header + blob)

    with pytest.raises(SourceError, match="unpacks to more than 32 MB"):
        read_records(path, "roads")


def test_a_park_asks_for_credit_and_tells_what_is_short(tmp_path: Path):
    path = world.write_park(tmp_path)
    openstreetmap.write(tmp_path, "osm")
    bare = {"file": "extract.osm", "layer": "power_lines", "id": "osm_id", "role": "power"}
    told = {**bare, "licence": "ODbL-1.0", "credit": "© OpenStreetMap contributors"}
    data = world.catalogue(quarantine_limit=1.0)
    data["layers"] |= {"bare": bare, "told": told}
    path.write_text(world.toml(data), encoding="utf-8")

    report = check_park(path).report

    asked = [one for one in report.of("warning") if "licence or credit" in one.message]
    assert len(asked) == 1
    short = [one for one in report.of("warning") if "shorter than in OpenStreetMap" in one.message]
    assert [one.rows for one in short] == [("way/12",), ("way/12",)]
    assert [one.fid for one in report.quarantine] == ["way/13", "way/13"]
    assert not report.of("error")


def test_themes_have_roles_a_catalogue_knows():
    assert {name: theme.role for name, theme in THEMES.items()}["land_use"] == "land_cover"
