from __future__ import annotations

import html
import json
import re
import unicodedata

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from zoo import NAMES

from siteplan import safe

TEXT = st.text(st.characters(), max_size=40) | st.sampled_from(NAMES)


@given(TEXT)
def test_entities_mean_the_text_and_nothing_else(text: str):
    out = safe.entities(text)

    assert html.unescape(out) == html.unescape("".join(f"&#{ord(c)};" for c in safe.visible(text)))
    assert not re.search(r"[<>\"'`{}$\\]", out)
    assert jinja2.Template(out).render() == out.removesuffix("\n")


@given(TEXT)
def test_json_in_a_script_cannot_end_the_script(text: str):
    out = safe.script_json({"name": text, text: 1})

    assert json.loads(out) == {"name": text, text: 1}
    assert not re.search("[<>&\u2028\u2029]", out)
    out.encode("utf-8")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_json_has_no_endless_numbers(number: float):
    with pytest.raises(ValueError, match="JSON"):
        safe.script_json({"x": [number]})


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\ufeff=1",
        "＝1",
        "＋A",
        "－A",
        "＠A",
        "=cmd|' /C calc'!A0",
        "|calc",
        "\n=1",
        "+7 914 000 00 00",
        "-",
        "- free",
        "\u00a0=1",
    ],
)
def test_a_spreadsheet_sees_text_where_a_formula_was_typed(text: str):
    assert not re.match(r"^[=+\-@|＝＋－＠\s]", safe.cell(text))


@pytest.mark.parametrize("text", ["-5", "+5.25", "1e-9", "-1E+20", ".5", "28:21:999999:7", "Plot =7", ""])
def test_plain_numbers_and_names_stay_as_they_are(text: str):
    assert safe.cell(text) == text


@given(TEXT)
def test_nothing_invisible_is_left(text: str):
    assert not {unicodedata.category(character) for character in safe.visible(text)} & {"Cc", "Cf", "Cs"}
    safe.visible(text).encode("utf-8")


@pytest.mark.parametrize("text", ["Участок № 7", "地块", "naïve", "a b", "😀"])
def test_what_can_be_seen_is_kept(text: str):
    assert safe.visible(text) == text


@given(TEXT)
def test_a_file_name_is_one_component_everywhere(text: str):
    name = safe.file_name(text)

    assert re.fullmatch(r"[\w.-]+", name)
    assert not name.startswith(".")
    assert len(name) <= 100
    assert name == unicodedata.normalize("NFC", name)


def test_file_names_of_nothing_have_a_name():
    assert [safe.file_name(text) for text in ("", "..", "///", "._.")] == ["unnamed"] * 4
