"""What a park says in other languages comes from its glossary."""

from __future__ import annotations

from pathlib import Path

import pytest
import world

from siteplan.errors import CatalogueError
from siteplan.glossary import Glossary
from siteplan.reading.parks import check_park, input_files, read_park


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A park whose catalogue names a glossary."""
    path = world.write_park(tmp_path, "geojson")
    path.write_text('glossary = "words.toml"\n' + path.read_text())
    return path


def _say(path: Path, text: str) -> None:
    (path.parent / "words.toml").write_text(text, encoding="utf-8")


def test_a_park_speaks_the_languages_of_its_glossary(path: Path):
    _say(path, '[texts]\n"Gas stations" = { ru = "ГРС", zh = "配气站" }\n')
    glossary = read_park(path).glossary

    assert glossary.said("Gas stations", "zh") == "配气站"
    assert glossary.said("Gas stations", "en") == "Gas stations"
    assert glossary.said("gas stations", "ru") == "gas stations"
    assert path.parent / "words.toml" in input_files(path, read_park(path).catalogue)


def test_titles_that_nobody_translated_are_noted_for_each_language(path: Path):
    title = read_titled(path)
    _say(path, f'[texts]\n"{title}" = {{ ru = "Парк" }}\n"Creek" = {{ zh = "小溪" }}\n')
    noted = [one for one in check_park(path).report.findings if "have no text" in one.message]

    rows = {language: one.rows for language in ("ru", "zh") for one in noted if repr(language) in one.message}
    assert title not in rows["ru"]
    assert title in rows["zh"]


def read_titled(path: Path) -> str:
    """The park's title."""
    _say(path, "")
    return read_park(path).catalogue.title


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[texts]\n"Forest" = { de = "Wald" }\n', "does not speak 'de'; give en, ru, zh"),
        ('[texts]\n"Forest" = { ru = "" }\n', "must not be empty"),
        ('[text]\n"Forest" = { ru = "Лес" }\n', "unknown key, did you mean 'texts'?"),
        ("[texts\n", "not valid TOML"),
    ],
)
def test_a_glossary_that_cannot_be_meant_is_refused(path: Path, text: str, said: str):
    _say(path, text)
    assert any(said in str(error) for error in check_park(path).report.of("error"))


def test_a_glossary_that_is_not_there_is_an_error(path: Path):
    assert any("there is no such file" in str(error) for error in check_park(path).report.of("error"))


def test_every_strange_language_is_named_at_once():
    with pytest.raises(CatalogueError) as refused:
        Glossary.from_dict({"texts": {"A": {"de": "x"}, "B": {"rus": "y"}}})
    assert "'de'" in str(refused.value)
    assert "'rus', did you mean 'ru'?" in str(refused.value)
