"""What a card says of its plot's land and what it draws: as data, in folium's popups, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import folium
import geopandas as gpd
import pytest
import shapely
from maps.hostile import ATTACKS, attack
from maps.landed import attacked, landed
from shapely import Polygon

from siteplan import losses
from siteplan.maps import draw_map
from siteplan.maps.payload import payload
from siteplan.maps.wording import page_texts
from siteplan.norms import SEVERITIES
from siteplan.scorecard import Scorecard
from siteplan.tables import Park
from siteplan.words import plainly, words

Open = Callable[..., Any]

NUMBER = "siteplan.store.find('{}')"
"""Where a plot stands in the page's ranking."""

_COLOURS = """(() => { const found = []; siteplan.marks.eachLayer((group) => group.eachLayer
  && group.eachLayer((path) => found.push(path.options.pattern || path.options.color))); return found; })()"""


_PATTERNS = """(async () => { const found = {};
  for (let number = 0; number < siteplan.store.count; number += 1) {
    await siteplan.open(number); document.querySelector("#card .land button").click();
    siteplan.marks.eachLayer((group) => group.eachLayer && group.eachLayer((path) => {
      if (path.options.pattern) found[path.options.pattern] = path.options.dashArray || "solid"; })); }
  return Object.entries(found); })()"""


@pytest.fixture(scope="module")
def on_land(park: Park) -> Scorecard:
    return landed(park)


def plots(card: Scorecard, park: Park) -> dict[str, Any]:
    return {plot["short"]: plot for plot in payload(card, park)["plots"]}


def area(polygons: list[Any]) -> float:
    """Square metres of drawn polygons."""
    shapes = [Polygon(outer, holes) for outer, *holes in polygons]
    return float(gpd.GeoSeries(shapes, crs=4326).to_crs("EPSG:32652").area.sum())


def test_what_is_drawn_is_what_was_measured(on_land: Scorecard, park: Park) -> None:
    found = plots(on_land, park)
    for name, row in on_land.land.iterrows():
        land = found[str(name).rsplit(":", 1)[-1]]["land"]
        shown = area(land["net"]) if land["net"] else row["gross_ha"] * 1e4
        assert shown == pytest.approx(row["net_ha"] * 1e4, rel=1e-3)
        assert area(land["rectangle"]) == pytest.approx(row["rectangle_ha"] * 1e4, rel=1e-3)
        for one in land["losses"]:
            drawn = area(one["patch"]) if one["patch"] else 0
            assert drawn == pytest.approx(one["taken"] * 1e4, rel=2e-3, abs=3)


def test_the_rectangle_lies_where_it_was_found(on_land: Scorecard, park: Park) -> None:
    for name, plot in plots(on_land, park).items():
        net = on_land.land.geometry[f"28:21:999999:{name}"]
        assert net.buffer(2e-6).covers(Polygon(plot["land"]["rectangle"][0][0]))


def test_a_plot_without_land_has_no_rectangle_and_no_net_outline(on_land: Scorecard, park: Park) -> None:
    empty = on_land.land.assign(
        net_ha=0.0, rectangle_length_m=0.0, rectangle_lon=float("nan"), rectangle_lat=float("nan")
    ).set_geometry([shapely.MultiPolygon()] * len(on_land.land), crs=4326)
    found = plots(replace(on_land, land=empty), park)["1"]["land"]
    assert (found["net"], found["rectangle"]) == (None, None)


def test_the_page_and_the_explanation_use_the_same_words(on_land: Scorecard, park: Park) -> None:
    for severity in SEVERITIES:
        assert page_texts("en")["severity"][severity] == plainly().known("severity", severity)
    told = plots(on_land, park)["1"]["land"]["said"].replace("\N{NO-BREAK SPACE}", " ")
    assert told.replace("\N{MULTIPLICATION SIGN}", "x") in str(on_land.explain("28:21:999999:1"))


def test_a_card_says_what_is_left_and_what_took_the_rest(
    on_land: Scorecard, park: Park, opened: Open
) -> None:
    page = opened(draw_map(on_land, park))
    page.evaluate(f"siteplan.open({NUMBER.format(1)})")
    said = page.inner_text("#card .land")
    row = on_land.land.loc["28:21:999999:1"]
    assert losses.sentence(row.to_dict(), words("en")) in said
    table = page.locator("#card .land tbody tr").all_inner_texts()
    assert table[0].split("\t") == [
        "Held back by the planner",
        "1.2\N{NO-BREAK SPACE}ha",
        "1.2\N{NO-BREAK SPACE}ha",
    ]
    assert table[1] == "excluded"
    assert table[2].startswith("Distance from a gas main\t")
    assert table[3] == "excluded · Act of main, 4; calculated, confidence unverified"
    assert "1.2\N{NO-BREAK SPACE}ha held back: old depot (A. Planner, 2026-05-01, o1)" in said
    assert "No legal advice." in said


def test_assumed_zones_say_so(on_land: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(on_land, park))
    assumed = on_land.losses[on_land.losses["status"] == "assumed"]
    short = assumed["plot"].iloc[0].rsplit(":", 1)[-1]
    page.evaluate(f"siteplan.open({NUMBER.format(short)})")
    assert "to know · Act of sanitary, 4; assumed, confidence unverified" in page.inner_text("#card .land")
    assert "dotted: assumed" not in page.inner_text("#card .land")
    page.locator("#card .land button").click()
    assert "dotted: assumed" in page.inner_text("#card .land .marks")


def test_patches_are_drawn_when_asked_for(on_land: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(on_land, park))
    page.evaluate(f"siteplan.open({NUMBER.format(1)})")
    assert page.evaluate(_COLOURS) == []
    assert page.is_hidden("#card .land .marks")
    page.locator("#card .land button").focus()
    page.keyboard.press("Enter")
    assert page.get_attribute("#card .land button", "aria-pressed") == "true"
    drawn = page.evaluate(_COLOURS)
    # from below: the patches, then the net land and the rectangle, each with its halo
    assert drawn == ["crossed", "crossed", "#ffffff", "#00703c", "#ffffff", "#1d2733"]
    assert page.inner_text("#card .land .marks").split("\n") == [
        "net land, all consents given",
        "excluded: lost to building",
        "largest rectangle in it",
    ]
    page.keyboard.press("Enter")
    assert page.evaluate(_COLOURS) == []
    assert page.is_hidden("#card .land .marks")


def test_every_severity_has_a_pattern_and_an_outline_of_its_own(
    on_land: Scorecard, park: Park, opened: Open
) -> None:
    page = opened(draw_map(on_land, park))
    drawn = dict(page.evaluate(_PATTERNS))
    # the one whose rule is assumed is drawn in broken lines
    assert set(drawn) == {"crossed", "slanted", "dotted", "lined?"}
    assert len(set(drawn.values())) == 4


def test_a_card_without_land_shows_no_section(card: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(card, park))
    page.evaluate("siteplan.open(0)")
    assert page.locator("#card .land").count() == 0


def test_nothing_in_a_zone_is_obeyed(on_land: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(attacked(on_land, attack("zone")), park))
    page.evaluate(f"siteplan.open({NUMBER.format(1)})")
    page.click("#card .land button")
    assert page.inner_text("#card .land").count("{{7*7}}") >= 4
    assert page.locator("#card .land img, #card .land script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_popups_of_folium_say_the_same_and_obey_nothing(on_land: Scorecard, park: Park) -> None:
    m = draw_map(on_land, park, m=folium.Map(tiles=None))
    page = m.get_root().render()
    assert "Zone of a power line: with consent, covers " in page
    assert re.search(r"1\.2(\xa0|&nbsp;|&#160;|&#xa0;|\\u00a0)ha held back: old depot \(A", page)
    m = draw_map(attacked(on_land, attack("zone")), park, m=folium.Map(tiles=None))
    page = m.get_root().render()
    assert "zone 0 49" not in page
    for one in ATTACKS:
        if any(mark in one for mark in "<{`$"):
            assert one not in page
