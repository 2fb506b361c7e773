"""The study area speaks Russian and Chinese: no text that an investor meets on it is left in English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from maps.english import english

from siteplan.plan import Plan
from siteplan.reading.documents import read_plan
from siteplan.reading.parks import read_park
from siteplan.reports.content import Content
from siteplan.reports.cutout import Surroundings
from siteplan.reports.workbook import workbook
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park
from siteplan.words import words

FOLDER = Path(__file__).parents[2] / "geodata" / "svobodny"
PLANS = sorted((FOLDER / "plans").glob("*.toml"))
LANGUAGES = ("ru", "zh")
FIRST = "28:21:999999:1"
# licences want these in their own words; point numbers and a standard's number read the same in Chinese
AS_IT_STANDS = {
    "Made with Natural Earth",
    "GeoNames (CC BY 4.0)",
    "airportsdata (MIT)",
    "airportsdata 20260905",
    "World Resources Institute, Global Power Plant Database (CC BY 4.0)",
}
NUMBERED = re.compile(r"10 kV|0.6 MPa|(RTP|TP)-\d+|(SP|SanPiN) [\d./-]+|[\d. %]+")
_ADDRESS = r"[a-z\d.]+\.[a-z]+[\w/-]*( [\d-]+| \(\d{4}\))?"
ADDRESSES = re.compile(f"{_ADDRESS}(; {_ADDRESS})*")


@pytest.fixture(scope="module")
def park() -> Park:
    return read_park(FOLDER / "park.toml")


@pytest.fixture(scope="module")
def card(park: Park) -> Scorecard:
    return score(park.plots, park.layers, read_plan(FOLDER / "plans" / "polymer-processing.toml"))


def of_catalogue(park: Park) -> Iterator[str]:
    about = park.catalogue
    yield from (about.title, about.notice)
    for table in (about.plots, *about.layers.values()):
        yield from (table.title, table.source, table.credit, table.note)
        yield from (column.title for column in table.columns.values() if column.shown)


def of_rows(park: Park) -> Iterator[str]:
    for table in (park.plots, *park.layers.values()):
        yield from table["name"].dropna()
    for line in park.regimes:
        yield from (line.regime, line.measure, line.rate, line.unit)
        yield from (line.period, line.threshold, line.act, line.note)
        if not ADDRESSES.fullmatch(line.source):
            yield line.source
    speaks = words("zh")
    for name, column in park.catalogue.plots.columns.items():
        if column.kind == "text" and column.shown and name != "status":
            cells = park.plots[name].dropna().unique()
            yield from (cell for cell in cells if speaks.known("availability", cell) == cell)


def of_plan(plan: Plan) -> Iterator[str]:
    yield from (one.price_class for one in plan.connections)
    yield from (plan.title, plan.note, plan.author)
    yield from (one.label for one in (*plan.judged, *plan.connections))
    yield from (criterion.note for criterion in plan.criteria)
    for table in filter(None, (plan.prices, plan.norms)):
        yield from (table.title, table.notice)
    for rule in plan.norms.rules if plan.norms else ():
        yield from (rule.title, rule.act, rule.clause)


def untold(park: Park, texts: Iterator[str], language: str) -> list[str]:
    """The texts that need a translation and have none."""
    needed = (
        text for text in texts if text and text not in AS_IT_STANDS and not re.fullmatch("[IVX]+", text)
    )
    return [
        text
        for text in park.glossary.untold(needed, language)
        if not (NUMBERED.fullmatch(text) and (language == "zh" or text.strip(".0123456789 %") == ""))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_notices_and_names_of_the_park_are_translated(park: Park, language: str):
    assert untold(park, of_catalogue(park), language) == []
    assert untold(park, of_rows(park), language) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_criteria_prices_and_rules_of_the_plans_are_translated(park: Park, path: Path, language: str):
    assert untold(park, of_plan(read_plan(path)), language) == []


def test_nothing_is_translated_that_nobody_says(park: Park):
    plans = [text for path in PLANS for text in of_plan(read_plan(path))]
    assert set(park.glossary.texts) <= {*of_catalogue(park), *of_rows(park), *plans}


def test_what_is_made_up_and_estimated_is_said_so_in_every_language(park: Park):
    notice = park.catalogue.notice
    for language, marks in {
        "ru": ("вымышлен", "оценк", "не оферта"),
        "zh": ("虚构", "估计值", "不构成要约"),
    }.items():
        assert all(mark in park.glossary.said(notice, language) for mark in marks)
    doubtful = ("estimate", "schematic", "assumed", "synthetic", "fictional", "illustrative")
    marks_ru, marks_zh = (
        re.compile("оцен|схем|предпол|вымыш|иллюстр", re.I),
        re.compile("估计|示意|假定|虚构|示例"),
    )
    for text, told in park.glossary.texts.items():
        if any(mark in text.lower() for mark in doubtful):
            assert marks_ru.search(told["ru"]), text
            assert marks_zh.search(told["zh"]), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_passport_says_no_title_in_english(card: Scorecard, park: Park, language: str):
    data = Content(card, park, words(language), Surroundings(card, park)).of(FIRST)
    if data["map"]:
        data["map"].pop("svg")
    said = re.sub("[\u200b\u00ad]", "", json.dumps(data, ensure_ascii=False))
    english = [
        text
        for text, told in park.glossary.texts.items()
        if language in told
        and told[language] != text
        and re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", said)
    ]
    # one small word ("street", "none") may as well be a key of the drawing
    assert [text for text in english if re.search("[A-Z ]", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_passports_have_no_english_sentence(card: Scorecard, park: Park, language: str):
    content = Content(card, park, words(language), Surroundings(card, park))
    excluded = card.plots.index[card.plots["excluded_by"] != ""]
    said = [text for plot in (*card.ranked.index[:3], *excluded[:5]) for text in strings(content.of(plot))]
    assert english(said) == set()
    assert words(language).say("passport.sure") in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_has_no_english_sentence(card: Scorecard, park: Park, language: str):
    book = openpyxl.load_workbook(BytesIO(workbook(card, park, words(language))))
    cells = [cell for sheet in book for row in sheet.values for cell in row if isinstance(cell, str)]
    names = {criterion.name for criterion in card.plan.criteria}  # the plan's own, for programs
    assert english({cell for cell in cells if not cell.startswith("=")} - names) == set()
    assert len(cells) > 1000


def strings(data: Any) -> Iterator[str]:
    """Every text of a passport but its drawings."""
    if isinstance(data, str):
        yield re.sub("[\u200b\u00ad]", "", data)
    elif isinstance(data, dict):
        kept = {key: one for key, one in data.items() if key not in ("svg", "document", "language")}
        yield from (text for one in kept.values() for text in strings(one))
    elif isinstance(data, list):
        yield from (text for one in data for text in strings(one))
