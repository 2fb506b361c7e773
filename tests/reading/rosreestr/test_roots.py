from __future__ import annotations

from pathlib import Path

import pytest
import rosreestr_files as files

from siteplan.errors import SourceError
from siteplan.reading.rosreestr.roots import root
from siteplan.reading.sniff import sniff


def refusal(folder: Path, text: str) -> str:
    path = files.write(folder, text)
    with pytest.raises(SourceError) as error:
        sniff(path)
    assert "siteplan reads KPT version 10, KVZU version 7" in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (files.kpt10(), "kpt"),
        (files.kvzu7(), "kvzu"),
        (files.kpt11(), "extract_cadastral_plan_territory"),
        (files.land(), "extract_about_property_land"),
    ],
)
def test_known_roots(text: str, name: str, tmp_path: Path):
    path = files.write(tmp_path, text)

    assert root(path) == name
    assert sniff(path).format == "Rosreestr XML"


@pytest.mark.parametrize("version", ["9.0.3", "11.0.1", "100.1"])
def test_another_version_is_named(version: str, tmp_path: Path):
    assert f"kpt/{version}" in refusal(tmp_path, files.kpt10(version=version))
    assert f"kvzu/{version}" in refusal(tmp_path, files.kvzu7(version=version))


def test_a_later_plan_with_a_namespace_is_named(tmp_path: Path):
    text = files.kpt11().replace(
        "<extract_cadastral_plan_territory>", '<extract_cadastral_plan_territory xmlns="urn://new/12">', 1
    )

    assert "urn://new/12" in refusal(tmp_path, text)


def test_a_namespace_of_another_document_is_refused(tmp_path: Path):
    assert "outgoing/kvzu" in refusal(tmp_path, files.kpt10().replace("outgoing/kpt/10", "outgoing/kvzu/7"))


@pytest.mark.parametrize("name", ["gml", "kml", "html", "KPOKS", "extract_about_property_build"])
def test_other_xml_is_refused_by_its_root(name: str, tmp_path: Path):
    assert f"root {name!r} is not read" in refusal(tmp_path, f"<{name}/>")


def test_a_prefix_is_no_part_of_the_name(tmp_path: Path):
    text = '<k:KPT xmlns:k="urn://x-artefacts-rosreestr-ru/outgoing/kpt/10.0.1"/>'

    assert root(files.write(tmp_path, text)) == "kpt"
