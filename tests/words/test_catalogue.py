"""One catalogue, three languages, nothing missing in any."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siteplan import units
from siteplan.errors import OutputError
from siteplan.words import LANGUAGES, Words, plainly, words
from siteplan.words.catalogue import FORMS, problems, texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_that_the_first_one_says(language: str):
    assert problems(language, texts(language), texts("en")) == []
    assert set(FORMS) == set(LANGUAGES)


@pytest.mark.parametrize("language", ["ru", "zh"])
def test_nothing_is_left_in_english(language: str):
    own = {key for key in texts("en") if key.partition(".")[0] not in ("number", "unit", "money")}
    same = [key for key in own if texts(language)[key] == texts("en")[key]]
    # Punctuation and order may be the same; words may not.
    assert [key for key in same if any(letter.isalpha() for letter in _outside(texts("en")[key]))] == []


def _outside(text: object) -> str:
    """A text without the names of its places."""
    plain, depth = "", 0
    for letter in str(text):
        depth += letter == "{"
        plain += letter if not depth else ""
        depth -= letter == "}"
    return plain


def test_a_missing_text_is_named():
    ru = dict(texts("ru"))
    del ru["passport.title"]
    assert problems("ru", ru, texts("en")) == ["passport.title: is missing"]


def test_a_text_too_many_is_named():
    assert problems("ru", {**texts("ru"), "passport.titel": "Паспорт"}, texts("en")) == [
        "passport.titel: is not among the texts of en"
    ]


def test_an_empty_text_other_places_and_a_lacking_form_are_named():
    ru = copy.deepcopy(dict(texts("ru")))
    ru |= {"passport.title": "", "passport.page": "стр. {page}", "word.months": {"one": "{n} месяц"}}
    assert problems("ru", ru, texts("en")) == [
        "word.months: has the forms one, not one, few, many",
        "passport.title: is empty",
        "passport.page: fills ['page'], not ['page', 'pages']",
    ]


def test_what_is_counted_in_one_language_is_counted_in_all():
    ru = {**texts("ru"), "word.months": "{n} месяцев"}
    assert problems("ru", ru, texts("en")) == ["word.months: is counted in one language and not in the other"]


def test_a_language_that_is_not_spoken_is_refused():
    with pytest.raises(OutputError, match="does not speak 'fr'; give one of en, ru, zh"):
        words("fr")


def test_a_text_that_is_not_there_is_refused_with_its_place():
    with pytest.raises(OutputError, match=r"words/ru.json: there is no text 'passport.titel'"):
        words("ru").say("passport.titel")
    with pytest.raises(OutputError, match=r"nothing fills 'pages' of 'passport.page'"):
        words("ru").say("passport.page", page=1)
    with pytest.raises(OutputError, match=r"'word.months' is counted"):
        words("ru").say("word.months")
    with pytest.raises(OutputError, match=r"'word.to' is not counted"):
        words("ru").count("word.to", 1)


@given(st.text())
def test_what_is_filled_in_is_not_looked_at_again(name: str):
    assert words("en").say("word.to", name=name) == f"to {name}"
    assert words("en").known("status", name) == words("en").texts.get(f"status.{name}", name)


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 месяцев"), (1, "1 месяц"), (2, "2 месяца"), (5, "5 месяцев"), (11, "11 месяцев"),
     (14, "14 месяцев"), (21, "21 месяц"), (104, "104 месяца"), (112, "112 месяцев"),
     (1001, "1\u202f001 месяц")],
)  # fmt: skip
def test_russian_counts_as_russians_do(number: int, said: str):
    assert words("ru").count("word.months", number) == said


@pytest.mark.parametrize(
    "symbol", ["MW", "m3/h", "m3/day", "ha", "RUB", "thousand RUB", "million RUB/ha", "months"]
)
def test_units_are_written_as_the_language_writes_them(symbol: str):
    said = words("ru").unit(symbol)
    assert said != symbol
    # and are read back as what they are
    assert units.unit(said).symbol == symbol


def test_every_unit_is_known_in_russian():
    untold = [
        symbol for symbol in units._UNITS if symbol not in ("1", "%") and f"unit.{symbol}" not in texts("ru")
    ]
    assert untold == []


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_a_localised_number_is_the_same_number(number: float, digits: int):
    said = words("ru").fixed(number, digits)
    back = float(said.replace("\u202f", "").replace(",", ".").replace("\u2212", "-"))
    assert back == pytest.approx(round(number, digits), abs=10**-digits)
    assert "-" not in said
    assert float(plainly().fixed(number, digits)) == back


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_writes_money_and_days(language: str):
    said: Words = words(language)
    assert said.money(38e6, 61e6) == {
        "en": "38–61\xa0M RUB", "ru": "38–61\xa0млн\xa0₽", "zh": "3\u202f800–6\u202f100\xa0万卢布"
    }[language]  # fmt: skip
    assert said.day("2026-11-05") == {
        "en": "2026-11-05", "ru": "05.11.2026", "zh": "2026年11月5日"
    }[language]  # fmt: skip
    assert said.day(None) == ""
