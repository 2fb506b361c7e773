"""Every file of geodata/ is accounted for, and the build gives the same bytes again."""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

GEODATA = Path(__file__).parents[2] / "geodata"
ENTRIES = {
    entry["path"]: entry
    for entry in tomllib.loads((GEODATA / "SOURCES.toml").read_text(encoding="utf-8"))["files"]
}
LAYERS = sorted(path for path in ENTRIES if path.endswith(".geojson"))


def test_every_file_has_its_entry():
    files = {
        path.relative_to(GEODATA).as_posix()
        for path in (GEODATA / "svobodny").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert files == {path for path in ENTRIES if path.startswith("svobodny/")}


@pytest.mark.parametrize("path", sorted(ENTRIES))
def test_entry_is_whole_and_its_digest_is_right(path):
    entry = ENTRIES[path]
    assert entry["origin"] in ("real", "synthetic", "mixed")
    assert all(entry[key] for key in ("source", "licence", "credit", "as_of"))
    assert hashlib.sha256((GEODATA / path).read_bytes()).hexdigest() == entry["sha256"]


@pytest.mark.parametrize("path", LAYERS)
def test_layer_is_plain_geojson_with_as_many_features_as_its_entry_says(path):
    text = (GEODATA / path).read_text(encoding="utf-8")
    collection = json.loads(text)
    assert collection["name"] == Path(path).stem
    assert "crs" not in collection
    assert len(collection["features"]) == ENTRIES[path]["features"] == text.count("\n") - 2
    assert ENTRIES[path]["crs"] == "EPSG:4326"


@pytest.mark.parametrize("path", LAYERS)
def test_features_say_whether_they_are_real(path):
    features = json.loads((GEODATA / path).read_text(encoding="utf-8"))["features"]
    synthetic = {feature["properties"]["synthetic"] for feature in features}
    assert synthetic == {ENTRIES[path]["origin"] == "synthetic"}


@pytest.mark.parametrize("path", [path for path in LAYERS if ENTRIES[path]["origin"] == "real"])
def test_every_fact_has_its_source_and_uncertainty(path):
    for feature in json.loads((GEODATA / path).read_text(encoding="utf-8"))["features"]:
        row = feature["properties"]
        assert row["uncertainty_m"] > 0
        assert row["confidence"] in ("high", "medium", "low", "estimate", "unverified")
        assert all(row[key] for key in ("source", "credit", "as_of"))


def test_facts_from_openstreetmap_stay_under_its_licence():
    for path in LAYERS:
        if "OpenStreetMap" in (GEODATA / path).read_text(encoding="utf-8"):
            assert ENTRIES[path]["licence"] == "ODbL-1.0"
            assert "© OpenStreetMap contributors" in ENTRIES[path]["credit"]


def test_building_again_gives_the_same_bytes(tmp_path):
    script = GEODATA / "svobodny" / "build.py"
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, timeout=60)
    built = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert built == {*LAYERS, "SOURCES.toml"}
    for path in built:
        assert (tmp_path / path).read_bytes() == (GEODATA / path).read_bytes(), path
