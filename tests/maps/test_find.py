"""What the page's filters leave is what the tables say, and leaves the page as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from maps.drawable import empty, plan
from maps.hostile import hostile
from maps.test_page import with_connections

from siteplan import safe
from siteplan.maps import draw_map
from siteplan.maps.connections import costs
from siteplan.maps.payload import payload
from siteplan.scorecard import Scorecard
from siteplan.tables import Park

Open = Callable[..., Any]

_LEFT = "[...siteplan.find.shown].map((plot) => siteplan.store.id(plot)).sort()"


def asked(page: Any, **how: Any) -> list[str]:
    page.evaluate("(how) => siteplan.find.set(how)", how)
    return list(page.evaluate(_LEFT))


def test_ranges_leave_what_the_tables_say(card: Scorecard, park: Park, page: Any) -> None:
    area, rail = (
        card.plots["area_ha"],
        card.contributions.query("criterion == 'rail'").set_index("plot")["amount"],
    )
    bearing = card.contributions.query("criterion == 'bearing'").set_index("plot")["amount"]  # fmt: skip
    both = [{"key": "area", "low": 5.76}, {"key": "k:rail", "high": 2500}]
    assert asked(page, asked=both) == sorted(area.index[(area >= 5.76) & (rail <= 2500)])
    assert page.get_attribute("table.ranked", "aria-rowcount") == str(len(page.evaluate(_LEFT)) + 1)
    assert page.evaluate(
        "[...Array(36).keys()].every((plot) =>"
        " siteplan.plots.isShown(plot) === siteplan.find.shown.includes(plot))"
    )
    strong = {"key": "k:bearing", "low": 200}
    assert asked(page, asked=[strong]) == sorted(bearing.index[bearing >= 200])
    assert "left out because something asked for is unknown" in page.inner_text("#find .said")
    assert asked(page, asked=[{**strong, "keep": True}]) == sorted(
        bearing.index[(bearing >= 200) | bearing.isna()]
    )
    assert asked(page, asked=[{"key": "status", "chosen": ["sold", "reserved"]}]) == sorted(
        park.plots.index[park.plots["status"] != "free"]
    )
    assert asked(page, search=":7") == ["28:21:999999:7"]
    assert len(asked(page)) == 36


def test_the_cost_of_all_connections_is_asked_for(card: Scorecard, park: Park, opened: Open) -> None:
    made = with_connections(card)
    table = made.connections.assign(cost_base=1e6 * np.arange(len(made.connections)))
    table.loc[5, "cost_base"] = np.nan
    priced = replace(made, connections=table)
    whole = costs(priced)
    assert whole.isna().sum() == 1
    page = opened(draw_map(priced, park, language="en"))
    cheap = {"key": "cost", "low": 9e6, "high": 40e6}
    assert asked(page, asked=[cheap]) == sorted(whole.index[whole.between(9e6, 40e6)])
    assert asked(page, asked=[{**cheap, "keep": True}]) == sorted(
        whole.index[whole.between(9e6, 40e6) | whole.isna()]
    )
    assert "Cost of all connections" in page.inner_text("#find .conditions")
    assert "RUB" in page.inner_text("#find .conditions")


def test_without_connections_nobody_asks_for_their_cost(page: Any) -> None:
    assert page.evaluate("siteplan.fields.all.some(({ key }) => key === 'cost')") is False


def test_a_range_is_set_from_the_keyboard(card: Scorecard, page: Any) -> None:
    page.locator(".filters > summary").focus()
    page.keyboard.press("Enter")
    page.locator('[data-field="area"] > summary').focus()
    page.keyboard.press("Enter")
    page.locator('[data-field="area"] input.low').focus()
    page.keyboard.press("PageUp")
    low = float(page.input_value('[data-field="area"] input[type="number"]'))
    assert page.evaluate(_LEFT) == sorted(card.plots.index[card.plots["area_ha"] >= low])
    assert f"\N{GREATER-THAN OR EQUAL TO}\N{NO-BREAK SPACE}{low}" in page.inner_text(
        '[data-field="area"] summary'
    )
    assert page.locator('[data-field="area"] .histogram .out').count() > 0
    page.click("text=Clear all")
    assert page.inner_text("#find .said") == "36 plots"


def test_nothing_left_says_why(page: Any) -> None:
    asked(page, asked=[{"key": "area", "low": 50}])
    said = page.inner_text("#find .said")
    assert "No plot has \u201cArea: \u2265\N{NO-BREAK SPACE}50\N{NO-BREAK SPACE}ha\u201d" in said
    assert "The nearest miss is" in said
    asked(page, asked=[{"key": "status", "chosen": ["sold"]}, {"key": "area", "low": 1}], search="999999:36")
    said = page.inner_text("#find .said")
    assert said.startswith("0 of 36 plots")
    assert "Without \u201c" in said
    page.locator("#find .why button").first.click()
    assert page.evaluate("siteplan.find.shown.length") > 0


def test_the_table_is_sorted_by_any_column(card: Scorecard, page: Any) -> None:
    head = page.locator(".ranked thead th")
    assert [head.nth(n).get_attribute("aria-sort") for n in range(4)] == ["ascending", "none", "none", "none"]
    page.select_option(".sorting select", "k:bearing")
    assert head.nth(2).get_attribute("aria-sort") == "descending"
    assert "kPa" in head.nth(2).inner_text()
    bearing = card.contributions.query("criterion == 'bearing'").set_index("plot")["amount"]

    def order() -> list[float]:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        ids = page.evaluate(
            "[...document.querySelectorAll('tr[data-plot]')]"
            ".map((row) => siteplan.store.id(Number(row.dataset.plot)))"
        )
        return [float(bearing[one]) for one in ids]

    known = np.sort(bearing.dropna())
    assert np.allclose(order(), [*known[::-1], *[np.nan] * 6], equal_nan=True)
    head.nth(2).locator("button").focus()
    page.keyboard.press("Enter")
    assert head.nth(2).get_attribute("aria-sort") == "ascending"
    assert np.allclose(order(), [*known, *[np.nan] * 6], equal_nan=True)


def test_what_is_left_is_saved_as_csv_and_geojson(card: Scorecard, page: Any, tmp_path: Path) -> None:
    left = asked(page, asked=[{"key": "area", "low": 6}])
    found = list(csv.DictReader(io.StringIO(saved(page, "CSV", tmp_path))))
    assert sorted(row["plot"] for row in found) == left
    for row in found:
        plot = card.plots.loc[row["plot"]]
        assert row["score"] == ("" if np.isnan(plot["score"]) else f"{round(plot['score'] * 1000) / 1000:g}")
        assert float(row["area_ha"]) == pytest.approx(plot["area_ha"], abs=1e-4)
    (tmp_path / "saved.geojson").write_text(saved(page, "GeoJSON", tmp_path))
    drawn = gpd.read_file(tmp_path / "saved.geojson").set_index("plot")
    assert sorted(drawn.index) == left
    apart = drawn.to_crs(card.plots.crs).geometry.symmetric_difference(
        card.plots.geometry.reindex(drawn.index)
    )
    assert apart.area.max() < 50  # square metres of 70 000: a step of the page's grid round the edge
    outer = json.loads((tmp_path / "saved.geojson").read_text())["features"][0]["geometry"]["coordinates"][0]
    assert outer[0] == outer[-1]


def saved(page: Any, button: str, folder: Path) -> str:
    with page.expect_download() as waiting:
        page.click(f"#find .acts >> text={button}")
    waiting.value.save_as(folder / "file")
    return (folder / "file").read_text(encoding="utf-8")


def test_no_cell_is_a_formula(page: Any) -> None:
    texts = [
        "=1+1",
        "+1",
        "-5.2",
        "@x",
        "|cmd",
        "Plot 7;=1+1",
        "a\t=b",
        " =x",
        "1e5",
        "plain",
        "\uff1d1",
        "-",
        "\u202eA",
    ]
    assert page.evaluate("(texts) => texts.map(siteplan.csvCell)", texts) == [
        text if "," not in text else f'"{text}"' for text in map(safe.cell, texts)
    ]
    assert page.evaluate("siteplan.csvCell('a \"b\"')") == '"a ""b"""'


def test_layers_are_drawn_where_they_lie(card: Scorecard, park: Park, page: Any) -> None:
    """They are written in steps; to the last digit the page has the points again."""
    drawn = page.evaluate("siteplan.data.layers.map(({features}) => features.map(({shape}) => shape))")
    assert drawn == [
        [feature["shape"] for feature in layer["features"]] for layer in payload(card, park)["layers"]
    ]
    assert any("polygons" in shape for shapes in drawn for shape in shapes)


def test_paper_shows_no_tools(page: Any) -> None:
    page.evaluate("siteplan.compare.set([0, 1]); siteplan.drawer.show('compare')")
    page.evaluate("siteplan.open(3)")
    before = page.evaluate("siteplan.map.getZoom()")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#find, #weights, #tray, #drawer, .actions, .sorting").evaluate_all(
        "(nodes) => nodes.filter((node) => node.offsetHeight).length"
    ) == 0  # fmt: skip
    assert page.evaluate("siteplan.map.getBounds().contains(siteplan.store.bounds(3))")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("siteplan.map.getZoom()") == before


def test_hostile_texts_are_only_found(park: Park, opened: Open, tmp_path: Path) -> None:
    page = opened(draw_map(*hostile(park, plan())))
    page.click(".filters > summary")
    for name in page.evaluate("siteplan.fields.all.map((field) => field.key)"):
        asked(page, asked=[{"key": name, "low": 1e9, "chosen": ["<img src=x onerror=window.attacked=1>"]}])
    asked(page, search="<img src=x onerror=window.attacked=1>")
    page.evaluate(
        "siteplan.compare.set([0, 1, 2, 3]);"
        " siteplan.shortlist.set([[0, '<img src=x onerror=window.attacked=1>']])"
    )
    for drawer in ("compare", "shortlist"):
        page.evaluate(f"siteplan.drawer.show('{drawer}')")
    assert page.locator("#panel img, #drawer img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_page_without_plots_has_its_tools(card: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(*empty(card, park)))
    asked(page, search="x")
    assert page.inner_text("#find .said") == "0 of 0 plots"
    page.evaluate("siteplan.weigh.set([]); siteplan.state.save()")
    assert "the ranking is the official one" in page.text_content("#weigh .said")
    assert page.evaluate("siteplan.csvCell('=1')") == "'=1"
