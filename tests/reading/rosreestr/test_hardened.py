from __future__ import annotations

import time
from pathlib import Path

import pytest
import rosreestr_files as files

from siteplan.errors import SourceError
from siteplan.reading.rosreestr.hardened import Limits
from siteplan.reading.rosreestr.layers import layers, read
from siteplan.reading.sniff import sniff

SECRET = "the secret of another file"


def refusal(path: Path, limits: Limits | None = None) -> str:
    """What reading says; listing the layers must refuse in the same words."""
    given = {"limits": limits} if limits else {}
    with pytest.raises(SourceError) as read_error:
        read(path, "plots", **given)
    with pytest.raises(SourceError) as listed:
        layers(path, **given)
    assert str(listed.value) == str(read_error.value)
    assert path.name in str(read_error.value)
    return str(read_error.value)


def with_doctype(doctype: str, entity: str = "") -> str:
    declaration, rest = files.land().split("?>", 1)
    return f"{declaration}?>{doctype}{rest.replace('Под промплощадку', entity or 'Под промплощадку')}"


def test_an_entity_bomb_is_refused_at_once(tmp_path: Path):
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    start = time.perf_counter()

    assert "DTD" in refusal(files.write(tmp_path, with_doctype(f"<!DOCTYPE x [{entities}]>", "&l11;")))
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("kind", ["SYSTEM", 'PUBLIC "-//x"'])
def test_an_external_entity_reaches_for_nothing(kind: str, tmp_path: Path):
    (tmp_path / "secret.txt").write_text(SECRET)
    text = with_doctype(f'<!DOCTYPE x [<!ENTITY e {kind} "file://{tmp_path / "secret.txt"}">]>', "&e;")

    assert SECRET not in refusal(files.write(tmp_path, text))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE x>",
        '<!DOCTYPE x [<!ENTITY % p "q"> %p;]>',
    ],
)
def test_any_dtd_is_refused(doctype: str, tmp_path: Path):
    assert "declares a DTD or an entity" in refusal(files.write(tmp_path, with_doctype(doctype)))


def test_an_undeclared_entity_is_damage(tmp_path: Path):
    assert "undefined entity" in refusal(files.write(tmp_path, with_doctype("", "&unknown;")))


def test_deep_nesting_names_the_limit(tmp_path: Path):
    deep = "<a>" * 100_000 + "</a>" * 100_000
    text = files.land().replace("<land_record>", f"{deep}<land_record>")

    assert "more than 64 deep" in refusal(files.write(tmp_path, text))


def test_huge_text_names_the_limit(tmp_path: Path):
    text = files.land().replace("Под промплощадку", "x" * 100_001)

    assert "longer than 100000 characters" in refusal_of_read(files.write(tmp_path, text))


def test_text_up_to_the_limit_is_read(tmp_path: Path):
    text = files.land().replace("Под промплощадку", "x" * 100_000)

    assert len(read(files.write(tmp_path, text), "plots").frame["permitted_use"].iloc[0]) == 100_000


def refusal_of_read(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(SourceError) as error:
        read(path, "plots", **({"limits": limits} if limits else {}))
    return str(error.value)


@pytest.mark.parametrize("piece", ['<a b="{}"/>', "<!--{}-->", "<{}/>", "<?a {}?>"])
def test_a_tag_without_end_is_refused_before_it_is_scanned_for_ever(piece: str, tmp_path: Path):
    text = files.land().replace("<land_record>", piece.format("x" * 20_000_000) + "<land_record>")
    path = files.write(tmp_path, text)
    start = time.perf_counter()

    assert "longer than 1000000 bytes" in refusal_of_read(path)
    assert time.perf_counter() - start < 10


def test_too_many_points_name_the_limit(tmp_path: Path):
    path = files.write(tmp_path, files.kpt10())

    assert "more than 9 points" in refusal_of_read(path, Limits(points=9))
    assert len(read(path, "plots", limits=Limits(points=10)).frame) == 5


def test_a_large_file_names_the_limit(tmp_path: Path):
    path = files.write(tmp_path, files.kpt10())
    size = path.stat().st_size

    assert f"more than {size - 1}" in refusal(path, Limits(file=size - 1))
    assert len(read(path, "plots", limits=Limits(file=size)).frame) == 5


@pytest.mark.parametrize("encoding", ["UTF-9", "utf-7", "rot13", "idna", "zlib", "utf-32"])
def test_an_encoding_that_is_none_is_refused(encoding: str, tmp_path: Path):
    refusal(files.write(tmp_path, files.kpt10(encoding=encoding)))


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"<", b"PK\x03\x04", b"<html>", b"\xff\xfe<\0"])
def test_what_is_no_xml_is_refused(content: bytes, tmp_path: Path):
    path = tmp_path / "extract.xml"
    path.write_bytes(content)

    refusal(path)
    with pytest.raises(SourceError, match=r"extract\.xml"):
        sniff(path)
