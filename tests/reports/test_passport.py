"""Passports: what they say, in three languages, of any plot, whatever its name is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pytest
import shapely
from maps.drawable import plan
from maps.hostile import LONG, hostile
from maps.landed import landed

from siteplan.errors import DataError, OutputError
from siteplan.plan import Plan
from siteplan.reports import typesetting
from siteplan.reports.content import Content, fitted
from siteplan.reports.cutout import Surroundings
from siteplan.reports.passport import file_names, passport, passports
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park
from siteplan.words import words

FIRST = "28:21:999999:1"
EXCLUDED = "28:21:999999:36"
CJK = re.compile("[\u4e00-\u9fff]")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def said(card: Scorecard, park: Park, plot: str, language: str = "en", address: str = "") -> dict[str, Any]:
    return Content(card, park, words(language), Surroundings(card, park), address).of(plot)


def text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def section(data: dict[str, Any], title: str) -> dict[str, Any]:
    return next(one for one in data["sections"] if one["title"] == title)


@pytest.fixture(scope="module")
def on_land(park: Park) -> Scorecard:
    return landed(park)


def test_a_passport_is_a_pdf_and_the_same_bytes_each_time(card: Scorecard, park: Park):
    first, second = (passport(card, park, FIRST, "ru") for _ in range(2))
    assert first.pdf == second.pdf
    assert first.pdf.startswith(b"%PDF-")
    assert first.warning == ""
    # for archives, tagged, in its language, and of no moment but the data's own
    for mark in (b"pdfaid", b"/MarkInfo", b"/Lang(ru)", b"2026-11-20"):
        assert mark in first.pdf


def test_the_parts_of_the_sum_add_up_as_printed(card: Scorecard, park: Park):
    for plot in card.plots.index[:8]:
        data = said(card, park, plot)
        excluded = bool(card.plots.loc[plot, "excluded_by"])
        title = "What its criteria would add up to" if excluded else "How the score adds up"
        table = section(data, title)["table"]
        known = [row[-1] for row in table["rows"] if not row[-1].startswith("up to")]
        assert sum(round(float(part) * 10) for part in known) == round(float(table["total"][-1]) * 10)


def test_the_printed_sum_is_the_score(card: Scorecard, park: Park):
    data = said(card, park, FIRST)
    total = section(data, "How the score adds up")["table"]["total"][-1]
    assert float(total) == pytest.approx(card.plots.loc[FIRST, "score"] * 100, abs=0.051)
    assert ["Score", f"{total} of 100"] in data["glance"]


def test_what_is_unknown_is_named_and_may_still_count(card: Scorecard, park: Park):
    plot = card.contributions.loc[card.contributions["value"].isna(), "plot"].iloc[0]
    data = said(card, park, plot)
    assert "Bearing capacity: unknown, worth up to 20.0 points" in section(data, "What is not known")["said"]
    assert "to" in data["glance"][0][1]


def test_an_excluded_plot_says_why_first_and_has_no_rank(card: Scorecard, park: Park):
    plot = card.plots.index[card.plots["excluded_by"] != ""][0]
    data = said(card, park, plot)
    assert any("Excluded" in banner and "Flooded share" in banner for banner in data["banners"])
    assert ["Rank", "not ranked"] in data["glance"]


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_how_sure_the_rank_is_stands_after_the_sum(card: Scorecard, park: Park, language: str):
    drawn = card.plan.to_dict() | {"robustness": {"draws": 200}}
    sure = score(park.plots, park.layers, Plan.from_dict(drawn))
    title = words(language).say("passport.sure")
    found = said(sure, park, FIRST, language)
    assert [one["title"] for one in found["sections"]].index(title) == 1
    assert section(found, title)["said"] == list(sure.robustness.sentences(FIRST, words(language)))
    assert title not in text(said(sure, park, EXCLUDED, language))
    assert title not in text(said(card, park, FIRST, language))


def test_the_notice_is_never_left_out(card: Scorecard, park: Park):
    for language in ("en", "ru", "zh"):
        assert park.catalogue.notice in text(said(card, park, FIRST, language)["banners"])
        assert words(language).say("passport.synthetic") in said(card, park, FIRST, language)["banners"]


def test_regimes_say_as_of_when_and_how_sure(card: Scorecard, park: Park):
    (row,) = section(said(card, park, FIRST, "ru"), "Режимы поддержки")["table"]["rows"]
    assert row == ["TOR Amurskaya", "profit tax", "0\xa0%", "5 years", "473-FZ; 01.10.2026; средняя"]


def test_land_says_what_took_how_much(on_land: Scorecard, park: Park):
    land = section(said(on_land, park, FIRST, "ru"), "Земля")
    assert land["said"][0].startswith("Застроить можно ")
    assert [row[1] for row in land["table"]["rows"]][:1] == ["исключается"]
    assert land["table"]["rows"][0][2].endswith("\xa0га")
    assert any("old depot" in line for line in land["said"])
    assert land["notes"][-1] == "Правила: Rules by eye. No legal advice."


@pytest.mark.parametrize("language", ["ru", "zh"])
def test_siteplans_own_words_are_all_in_the_language(on_land: Scorecard, park: Park, language: str):
    """Not a word of the English catalogue is left in a passport of another language."""
    data = said(on_land, park, FIRST, language)
    alphabet = CYRILLIC if language == "ru" else CJK
    for one in data["sections"]:
        assert alphabet.search(one["title"])
        for title in one["table"]["head"] if one["table"] else ():
            assert title == "" or alphabet.search(title)
    for what, _ in data["glance"]:
        assert alphabet.search(what)
    sections = {key: value for key, value in words("en").texts.items() if key.startswith("passport.")}
    english = [one for one in sections.values() if isinstance(one, str) and "{" not in one and len(one) > 3]
    english = [one for one in english if one not in [criterion.title for criterion in on_land.plan.criteria]]
    plain = text(data)
    assert [one for one in english if f'"{one}"' in plain] == []


def test_chinese_is_set_in_a_font_that_has_it(card: Scorecard, park: Park, chinese: str):
    made = passport(card, park, FIRST, "zh")
    assert made.spelled_out == ()
    assert chinese.replace(" ", "").encode() in made.pdf.replace(b" ", b"").replace(b"#20", b"")


def test_without_a_font_that_has_them_chinese_words_are_refused(
    card: Scorecard, park: Park, monkeypatch: pytest.MonkeyPatch
):
    typesetting.fonts_of.cache_clear()
    monkeypatch.setattr(typesetting, "fonts_of", lambda *_: _EMBEDDED)
    with pytest.raises(OutputError, match=r"no font here has .*U\+[0-9A-F]{4}.* install a font with Chinese"):
        passport(card, park, FIRST, "zh")


_EMBEDDED = typesetting.typst.Fonts(include_system_fonts=False)


def test_a_strangers_character_without_a_glyph_is_spelled_out_and_told(
    card: Scorecard, park: Park, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(typesetting, "fonts_of", lambda *_: _EMBEDDED)
    odd = replace(card, plots=card.plots.assign(name="Plot \N{GRINNING FACE} 中"))
    made = passport(odd, park, FIRST, "ru")
    assert set(made.spelled_out) == {"\N{GRINNING FACE}", "中"}
    assert made.warning == f"{FIRST}: no font here has U+1F600, U+4E2D; spelled out"


def test_every_attack_at_once_is_only_text(park: Park):
    card, evil = hostile(park, plan())
    for plot in list(card.plots.index[:3]):
        made = passport(card, evil, str(plot), "en", address="https://example.org/{plot}")
        assert made.pdf.startswith(b"%PDF-")
        assert b"/JavaScript" not in made.pdf
        assert b"/Launch" not in made.pdf
        links = set(re.findall(rb"/URI ?\((.*?)\)", made.pdf))
        assert all(link.startswith(b"https://example.org/") for link in links)


@pytest.mark.parametrize(
    "name", ["#panic()", '#read("/etc/passwd")', "$x$", "*b* _i_ `c` @ref <label>", "\\", "= Head", "//x"]
)
def test_markup_in_a_name_is_not_obeyed(card: Scorecard, park: Park, name: str):
    odd = replace(card, plots=card.plots.assign(name=name))
    assert said(odd, park, FIRST)["name"] == name
    assert passport(odd, park, FIRST).spelled_out == ()


def test_long_names_are_cut_and_can_be_broken():
    cut = fitted({"name": LONG, "svg": LONG})
    assert len(cut["name"].replace("\u200b", "")) == 600
    assert max(map(len, cut["name"].split("\u200b"))) == 24
    assert cut["svg"] == LONG


def test_all_of_them_come_in_order_of_rank(card: Scorecard, park: Park):
    few = card.ranked.index[:3].tolist()
    some = replace(card, plots=card.plots.loc[few], contributions=card.contributions)
    assert [made.plot for made in passports(some, park)] == few


def test_a_plot_that_is_not_there_is_refused(card: Scorecard, park: Park):
    with pytest.raises(DataError, match="there is no plot '28:21:999999:99'"):
        passport(card, park, "28:21:999999:99")


def test_a_plot_without_an_outline_has_a_passport_without_a_map(card: Scorecard, park: Park):
    shapes = [shapely.Polygon(), *card.plots.geometry.iloc[1:]]
    bare = replace(
        card, plots=gpd.GeoDataFrame(card.plots.drop(columns="geometry"), geometry=shapes, crs=card.plots.crs)
    )
    assert said(bare, park, FIRST)["map"] is None
    assert passport(bare, park, FIRST).pdf


def test_one_plot_has_a_passport(park: Park):
    alone = replace(park, plots=park.plots.iloc[:1])
    alone.plots.attrs["units"] = park.plots.attrs["units"]
    made = score(alone.plots, park.layers, plan())
    assert ["Rank", "1 of 1"] in said(made, alone, FIRST)["glance"]


def test_no_two_files_have_one_name(card: Scorecard):
    names = card.plots.iloc[:3].set_axis(["A:1", "a_1", "a/1"])
    assert file_names(replace(card, plots=names)) == {
        "A:1": "passport-A_1.pdf",
        "a_1": "passport-a_1-2.pdf",
        "a/1": "passport-a_1-3.pdf",
    }


def test_an_address_is_printed_with_its_code(card: Scorecard, park: Park):
    data = said(card, park, FIRST, address="https://example.org/map.html")
    assert data["code"]["address"] == "https://example.org/map.html#plot=28%3A21%3A999999%3A1"
    assert said(card, park, FIRST)["code"] is None
    assert (
        b"example.org/map.html#plot=28"
        in passport(card, park, FIRST, address="https://example.org/map.html").pdf
    )


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "example.org", "https://", "https://[", "https://a\nb"],
)
def test_what_is_no_address_of_the_web_is_refused(card: Scorecard, park: Park, address: str):
    with pytest.raises(OutputError, match="is no address of a map"):
        passport(card, park, FIRST, address=address)


def test_an_address_that_no_code_holds_is_printed_without_one(card: Scorecard, park: Park):
    long = f"https://example.org/{'a' * 3000}"
    assert said(card, park, FIRST, address=long)["code"]["svg"] is None
    assert passport(card, park, FIRST, address=long).pdf
