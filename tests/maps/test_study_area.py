"""The study area's map in Russian and Chinese: on no card an English sentence is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from maps.english import SAID, english

from siteplan.maps import draw_map
from siteplan.reading.documents import read_plan
from siteplan.reading.parks import read_park
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park
from siteplan.words import Sayings

Open = Callable[..., Any]

FOLDER = Path(__file__).parents[2] / "geodata" / "svobodny"


def scored(plan: str) -> tuple[Scorecard, Park]:
    park = read_park(FOLDER / "park.toml")
    read = read_plan(FOLDER / "plans" / f"{plan}.toml")
    return score(park.plots, park.layers, read, rasters=park.rasters), park


@pytest.fixture(scope="module")
def area() -> tuple[Scorecard, Park]:
    return scored("polymer-processing")


def cards(page: Any) -> list[str]:
    """All that is said on the plots' cards, where plots are compared, and in the tabs."""
    said = []
    for plot in range(page.evaluate("siteplan.store.count")):
        page.evaluate(f"siteplan.open({plot})")
        said += page.evaluate(SAID, "#card")
    for drawn in ([0, 1, 2, 3], [25, 26, 27, 28], [32, 33, 34, 35]):
        page.evaluate(f"siteplan.compare.set({drawn}); siteplan.drawer.show('compare')")
        said += page.evaluate(SAID)
    for tab in ("plots", "weigh", "layers", "about"):
        page.click(f"#tab-{tab}")
        said += page.evaluate(SAID)
    return said


@pytest.mark.parametrize(("language", "excluded"), [("ru", "не более 20\xa0%"), ("zh", "不超过 20\xa0%")])
def test_no_card_has_an_english_sentence(
    language: str, excluded: str, area: tuple[Scorecard, Park], opened: Open
) -> None:
    said = cards(opened(draw_map(*area, language=language)))
    assert english(said) == set()
    assert len(said) > 2500
    assert any(excluded in text for text in said)


def test_no_card_of_the_other_plan_has_one_either(opened: Open) -> None:
    """Its amounts are words of the plots' table: free, sold, in_preparation."""
    said = cards(opened(draw_map(*scored("logistics"), language="ru")))
    assert english(said) == set()
    assert "готовится" in said


def test_a_sentence_that_nobody_can_retell_is_found(area: tuple[Scorecard, Park], opened: Open) -> None:
    card, park = area
    found = english(cards(opened(draw_map(replace(card, sayings=Sayings()), park, language="ru"))))
    assert any("Share in the flood zone" in text for text in found)
    assert any("which is nearer" in text for text in found)


def test_what_is_fine_is_not_english_and_all_else_is() -> None:
    assert (
        english(["10 kV, 第 473-FZ 号", "фонд frprf.ru; CC BY 4.0", "III", "距RTP-1 107 米", "EPSG:32652"])
        == set()
    )
    assert english(["Участок 6: sold", "III or IV", "at RTP-1", "fondvostok.ru (undated)"]) == {
        "Участок 6: sold", "III or IV", "at RTP-1", "fondvostok.ru (undated)",
    }  # fmt: skip
