"""The page in three languages: nothing of another in any, numbers as Python prints them, a quiet switch."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from maps.english import SAID
from maps.hostile import attack
from maps.landed import landed
from maps.test_page import with_connections
from maps.waiting import until

from siteplan.errors import OutputError
from siteplan.glossary import Glossary
from siteplan.maps import draw_map
from siteplan.maps.wording import page_texts, part
from siteplan.scorecard import Scorecard
from siteplan.tables import Park
from siteplan.words import LANGUAGES, words

Open = Callable[..., Any]

_LETTERS = {"en": "[A-Za-z]", "ru": "[А-Яа-яЁё]", "zh": "[\u4e00-\u9fff]"}
_ASKED = """siteplan.find.set({ asked: siteplan.fields.all.map(({ key, finite, options }) =>
  ({ key, low: finite && finite[0], chosen: options ? [options[0][0]] : [] })) })"""
_TOOLS = (
    _ASKED,
    "siteplan.find.set({ search: 'nowhere', listed: true })",
    "siteplan.weigh.set(siteplan.data.criteria.map(() => 0))",
    "siteplan.weigh.set(siteplan.data.criteria.map((_, number) => number))",
    "siteplan.compare.set([0, 1, 2]); siteplan.drawer.show('compare')",
    "siteplan.shortlist.set([[0, ''], [3, '']]); siteplan.drawer.show('shortlist')",
    "document.getElementById('remember').click(); document.getElementById('remember').click()",
)
"""What the tools say, one after the other."""
_CHOSEN = """siteplan.weigh.set([9, 0, 5, 0, 2].concat(siteplan.data.criteria.slice(5).map(() => 1)));
  siteplan.shortlist.set([[3, "ask"], [7, ""]]); siteplan.sorting.by("column", true, "k:rail");
  siteplan.find.set({ search: "28:", asked: [{ key: "area", low: 5, high: 7.5 }] });
  siteplan.drawer.show("shortlist")"""
_NUMBERS = """([data, code, given]) => { %s
  speak(data, code);
  const tell = { figure, plain, money, day, amount, count };
  return given.map(([name, ...values]) => tell[name](...values)); }"""


@pytest.fixture(scope="module")
def whole(park: Park) -> tuple[Scorecard, Park]:
    """Land, connections and unknown amounts; every text that is not siteplan's own is translated."""
    card = with_connections(landed(park))
    strange = {"max_width", "true"}
    texts = {text for text in _texts(card, park) if text not in strange}
    named = {text: {"ru": f"Имя {n}", "zh": f"名称 {n}"} for n, text in enumerate(sorted(texts))}
    return card, replace(park, glossary=Glossary(texts=named))


def _texts(card: Scorecard, park: Park) -> Iterator[str]:
    """Every text of the park and its plan."""
    for document in (park.catalogue, card.plan, *park.regimes):
        yield from _strings(document.to_dict())
    tables = (park.plots, *park.layers.values(), card.connections, card.losses, card.overrides)
    for table in tables:
        yield from _strings(table.drop(columns="geometry").to_numpy().tolist())
    yield from (column.replace("_", " ") for column in park.plots.columns)


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str) and data:
        yield data
    elif isinstance(data, dict | list | tuple):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _strings(one)


def _everything(page: Any) -> list[str]:
    """All that the page says: in every tab, with a plot's card open and a feature's."""
    said = []
    for plot in (0, "siteplan.store.find('4')"):
        page.evaluate(f"siteplan.open({plot})")
        for button in page.locator("#card .land button, #card .connections button").all():
            button.click()
        for tab in ("plots", "weigh", "layers", "about"):
            page.click(f"#tab-{tab}")
            said += page.evaluate(SAID)
    for tools in _TOOLS:
        page.evaluate(tools)
        said += page.evaluate(SAID)
    page.evaluate("siteplan.state.restore('')")
    return [
        *said,
        *page.evaluate("""() => { siteplan.map.fire("mousemove", {latlng: L.latLng(51, 128)});
      return [document.querySelector(".readout").textContent]; }"""),
    ]


def _open_in(opened: Open, drawn: tuple[Scorecard, Park], language: str) -> Any:
    return opened(draw_map(*drawn, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_shows_nothing_of_another(
    language: str, whole: tuple[Scorecard, Park], opened: Open
) -> None:
    said = _everything(_open_in(opened, whole, language))
    fine = {"siteplan", "EPSG", "CSV", "GeoJSON", "nowhere", *({"MW", "kPa"} if language == "zh" else ())}
    others = "|".join(f"{_LETTERS[other]}+" for other in LANGUAGES if other != language)
    left = {word for text in said for word in re.findall(others, text)} - fine
    assert {word for word in left if len(word) > 1 or not word.isascii()} == set()
    assert len(said) > 250
    own = page_texts(language)["map"]
    assert {own["how"], own["land"], own["connections"], own["weights"], own["unknown_list"]} <= set(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_those_of_python(language: str, opened: Open, card: Scorecard, park: Park) -> None:
    page, said = opened(draw_map(card, park)), words(language)
    given, wanted = [], []
    for number in _numbers():
        for digits in (0, 1, 2, 4):
            given.append(["figure", number, digits])
            wanted.append(said.fixed(number, digits))
        given += [["plain", number], ["amount", number, "MW"], ["amount", number, "ha"]]
        wanted += [said.figure(number), said.amount(number, "MW"), said.amount(number, "ha")]
        given.append(["money", abs(number) * 1000, abs(number) * 1300])
        wanted.append(said.money(abs(number) * 1000, abs(number) * 1300))
    for number in (0, 1, 2, 5, 11, 12, 21, 22, 25, 101, 111, 1001, 1234567):
        given.append(["count", "map.sum_plots", number])
        wanted.append(said.count("map.sum_plots", number))
    for when in ("2026-11-05", "2026-11-05 00:00:00", "last year", ""):
        given.append(["day", when])
        wanted.append(said.day(when))
    scripts = "".join(part(name) for name in ("dom.js", "language.js", "format.js"))
    data = {"languages": {language: page_texts(language)}, "glossary": {}}
    found = page.evaluate(_NUMBERS.replace("%s", scripts), [data, language, given])
    assert [(g, f, w) for g, f, w in zip(given, found, wanted, strict=True) if f != w] == []


def _numbers() -> list[float]:
    """Of every size, halves that round to the even digit, and those just beside a power of ten."""
    chance = random.Random(7)
    sizes = [chance.choice((-1, 1)) * chance.random() * 10 ** chance.uniform(-6, 12) for _ in range(300)]
    whole = [float(chance.randrange(10 ** chance.randrange(1, 12))) for _ in range(100)]
    halves = [chance.randrange(4000) / 8 for _ in range(100)]
    return [*sizes, *whole, *halves, 0.0, 9999.7, 999.96, 99999.5, 0.5, 1.5, 2.5, 0.125, 1000.0, 1e-9]


def test_the_switch_says_all_again_and_disturbs_nothing(whole: tuple[Scorecard, Park], opened: Open) -> None:
    page = opened(draw_map(*whole))
    page.evaluate("siteplan.map.setView([51.55, 128.2], 14, {animate: false})")
    before = [page.inner_text(place) for place in ("#panel", "#strip", ".leaflet-control-container")]
    page.evaluate("siteplan.open(0)")
    page.click("#card .land button")
    page.evaluate("siteplan.map.setView([51.55, 128.2], 14, {animate: false})")
    page.evaluate("document.getElementById('card').scrollTop = 300")
    marks, view = (
        page.evaluate("siteplan.marks.getLayers().length"),
        page.evaluate("siteplan.map.getBounds().toBBoxString()"),
    )
    page.click("[data-language=ru]")
    assert page.get_attribute("html", "lang") == "ru"
    assert page.title().startswith("Имя ")
    assert page.get_attribute("[data-language=ru]", "aria-pressed") == "true"
    assert page.get_attribute("[data-language=en]", "aria-pressed") == "false"
    assert "Как складывается оценка" in page.inner_text("#card")
    assert page.get_attribute("#card .land button", "aria-pressed") == "true"
    assert page.inner_text("#card .land button") == page_texts("ru")["map"]["land_hide"]
    assert page.evaluate("document.getElementById('card').scrollTop") == 300
    assert page.evaluate("siteplan.marks.getLayers().length") == marks
    assert page.evaluate("siteplan.map.getBounds().toBBoxString()") == view
    assert page.evaluate("siteplan.selection.plot") == 0
    page.keyboard.press("Escape")
    page.click("[data-language=en]")
    page.evaluate("siteplan.map.setView([51.55, 128.2], 14, {animate: false})")
    after = [page.inner_text(place) for place in ("#panel", "#strip", ".leaflet-control-container")]
    assert after == before


def test_the_tools_keep_their_state_in_another_language(whole: tuple[Scorecard, Park], opened: Open) -> None:
    page = opened(draw_map(*whole, language="en"))
    page.evaluate(_CHOSEN)
    page.evaluate("siteplan.open(5)")
    page.evaluate("document.querySelector('[data-field=area]').open = true")
    state = page.evaluate("siteplan.state.text()")
    english = page.inner_text("#panel") + page.inner_text("#drawer") + page.inner_text("#tray")
    page.evaluate("document.querySelector('[data-language=ru]').click()")
    said = page.inner_text("#panel") + page.inner_text("#drawer") + page.inner_text("#tray")
    own = page_texts("ru")["map"]
    for key in (
        "find_any",
        "find_more",
        "find_listed",
        "find_search",
        "shortlist_compare",
        "shortlist",
        "note",
    ):
        assert own[key] in said + page.inner_html("#drawer") + page.inner_html("#panel"), key
    assert "2 условия" in said
    assert page.evaluate("document.querySelector('[data-field=area]').open")
    assert page.input_value(".listed textarea") == "ask"
    assert page.evaluate("siteplan.state.text()") == f"lang=ru&{state}"
    page.click("#tab-weigh")
    assert own["legend_own"] in page.inner_text("#legend")
    assert page.locator(".sliders input").first.input_value() == "9"
    assert own["own_weights"] in page.inner_text("#card")
    page.click("#tab-plots")
    page.evaluate("siteplan.state.restore('')")
    assert page.get_attribute("html", "lang") == "en"
    page.evaluate("(text) => siteplan.state.restore(text)", state)
    page.evaluate("document.querySelector('[data-field=area]').open = true")
    assert page.inner_text("#panel") + page.inner_text("#drawer") + page.inner_text("#tray") == english


def test_a_link_brings_its_language(card: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(card, park))
    page.click("[data-language=zh]")
    until(page, "location.hash.includes('lang=zh')")
    page.reload()
    page.evaluate("siteplan.ready")
    assert page.get_attribute("html", "lang") == "zh"
    assert page.inner_text("#tab-weigh") == "权重"
    page.evaluate("siteplan.state.restore('lang=__proto__')")
    assert page.get_attribute("html", "lang") == "zh"


def test_the_focus_stays_in_the_card(whole: tuple[Scorecard, Park], opened: Open) -> None:
    page = opened(draw_map(*whole))
    page.evaluate("siteplan.open(0)")
    page.focus("#card .connections button")
    page.evaluate("document.querySelector('[data-language=zh]').click()")
    assert page.evaluate("document.activeElement.textContent") == page_texts("zh")["map"]["routes_show"]


@pytest.mark.parametrize(("locale", "asked", "seen"), [
    ("ru-RU", None, "ru"), ("zh-TW", None, "zh"), ("fr-FR", None, "en"), ("ru-RU", "zh", "zh"),
])  # fmt: skip
def test_the_first_language(
    locale: str, asked: str | None, seen: str, browser: Any, card: Scorecard, park: Park, tmp_path: Path
) -> None:
    draw_map(card, park, language=asked).save(tmp_path / "map.html")
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    assert page.get_attribute("html", "lang") == seen
    assert page.inner_text("#tab-layers") == page_texts(seen)["map"]["tab_layers"]
    context.close()


def test_without_scripts_the_table_is_in_the_language_of_the_draw(
    browser: Any, whole: tuple[Scorecard, Park], tmp_path: Path
) -> None:
    draw_map(*whole, language="ru").save(tmp_path / "map.html")
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    said = page.inner_text("#panel")
    assert "36 участков: 34 с местами" in said
    assert "Место" in said
    assert "свободен" in said
    assert re.search(r"\d,\d", said)
    assert not re.search("[A-Za-z]{2,}", said.replace("free", ""))
    context.close()


def test_one_language_needs_no_switch(card: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(card, park, languages=("zh",)))
    assert page.locator("[data-language]").count() == 0
    assert page.inner_text("#tab-layers") == "图层"


def test_a_language_that_the_map_has_not_is_refused(card: Scorecard, park: Park) -> None:
    with pytest.raises(OutputError, match="to open in 'ru', and has only en, zh"):
        draw_map(card, park, languages=("en", "zh"), language="ru")
    with pytest.raises(OutputError, match="does not speak 'fr'"):
        draw_map(card, park, languages=("fr",))
    with pytest.raises(OutputError, match="without a language"):
        draw_map(card, park, languages=())


def test_nothing_in_a_translation_is_obeyed(whole: tuple[Scorecard, Park], opened: Open) -> None:
    card, park = whole
    texts = {text: {"ru": attack("said", n), "zh": "__proto__"} for n, text in enumerate(park.glossary.texts)}
    texts |= {"__proto__": {"ru": attack("proto")}, "constructor": {"zh": attack("made")}}
    page = opened(draw_map(card, replace(park, glossary=Glossary(texts=texts)), language="ru"))
    said = " ".join(_everything(page))
    assert "{{7*7}}" in said
    for language in ("zh", "en", "ru"):
        page.click(f"[data-language={language}]")
        _everything(page)
    assert page.locator("#card img, #panel img, #map img, #strip img").count() == 0


def test_names_that_tables_have_in_a_language_are_used(card: Scorecard, park: Park, opened: Open) -> None:
    towns = park.layers["towns"].assign(name_ru=["Свободный", "Бузули", None])
    page = opened(draw_map(card, replace(park, layers={**park.layers, "towns": towns}), language="ru"))
    page.click("text=Район")
    said = page.inner_text("#map")
    assert "Свободный" in said
    assert "Svobodny" not in said
    assert "Chernigovka" in said
