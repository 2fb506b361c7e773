"""The ranked table of many plots: few rows in the page, every plot within reach of keys and readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from maps.drawable import plan, plots

from siteplan.maps import draw_map
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park

Open = Callable[..., Any]

_FOCUS = """(() => { const row = document.activeElement.closest("tr"); const at = row.getBoundingClientRect();
  const view = document.getElementById("panel").getBoundingClientRect();
  return [Number(row.getAttribute("aria-rowindex")), at.top >= view.top && at.bottom <= view.bottom]; })()"""
_RING = """(() => { let found = 0; siteplan.map.eachLayer((layer) => { if (layer.options.color === "#1769c2"
  && layer.getLatLngs) found += 1; }); return found; })()"""
_COLOURS = """(async () => { const { map, store, above, plots } = siteplan;
  plots.paint((plot) => plot % 2);
  await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
  const { width, height } = above._container;
  const { data } = above._ctx.getImageData(0, 0, width, height);
  const ratio = width / above._bounds.getSize().x;
  return Array.from({ length: store.count }, (_, plot) => plot).filter((plot) => store.kind(plot) === "ranked"
    && !store.unknown(plot)).map((plot) => {
    const at = map.latLngToLayerPoint(store.at(plot).slice().reverse()).subtract(above._bounds.min);
    const first = (Math.round((at.y - 3) * ratio) * width + Math.round((at.x - 3) * ratio)) * 4;
    return [plot % 2, ...data.slice(first, first + 3)].join(); }); })()"""


@pytest.fixture(scope="module")
def many(park: Park) -> tuple[Scorecard, Park]:
    block = replace(park, plots=plots(50, 50))
    return score(block.plots, block.layers, plan()), block


def test_arrow_keys_reach_every_row(many: tuple[Scorecard, Park], opened: Open) -> None:
    page = opened(draw_map(*many))
    page.locator("button.row").first.focus()
    for key, place in (("ArrowDown", 3), ("ArrowDown", 4), ("ArrowUp", 3), ("PageDown", 13), ("End", 2501),
                       ("ArrowDown", 2501), ("PageUp", 2491), ("Home", 2), ("ArrowUp", 2)):  # fmt: skip
        page.keyboard.press(key)
        assert page.evaluate(_FOCUS) == [place, True]
    assert page.locator("tr[data-plot]").count() < 60


def test_the_grid_says_where_a_row_stands(many: tuple[Scorecard, Park], opened: Open) -> None:
    page = opened(draw_map(*many))
    assert page.get_attribute("table.ranked", "role") == "grid"
    assert page.get_attribute("table.ranked", "aria-rowcount") == "2501"
    page.locator("button.row").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.get_attribute('tr[aria-rowindex="3"]', "aria-selected") == "true"
    assert page.locator('tr[aria-selected="true"]').count() == 1
    assert page.locator("button.row[tabindex='0']").count() == 1


def test_a_row_keeps_the_focus_when_it_is_scrolled_away(many: tuple[Scorecard, Park], opened: Open) -> None:
    page = opened(draw_map(*many))
    page.locator("button.row").nth(2).focus()
    page.evaluate("document.querySelector('.ranked').scrollIntoView(false)")
    page.wait_for_selector('tr[aria-rowindex="2501"]')
    assert page.evaluate(_FOCUS) == [4, False]
    page.keyboard.press("ArrowDown")
    assert page.evaluate(_FOCUS) == [5, True]


def test_the_plot_of_the_focused_row_wears_a_ring(many: tuple[Scorecard, Park], opened: Open) -> None:
    page = opened(draw_map(*many))
    page.locator("button.row").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(_RING) == 1
    page.keyboard.press("Tab")
    assert page.evaluate(_RING) == 0


def test_the_card_gives_the_focus_back_to_a_row_that_was_made_anew(
    many: tuple[Scorecard, Park], opened: Open
) -> None:
    page = opened(draw_map(*many))
    page.locator("button.row").nth(4).focus()
    page.keyboard.press("Enter")
    page.evaluate("siteplan.table.refresh()")
    page.keyboard.press("Escape")
    assert page.evaluate(_FOCUS) == [6, True]


def test_order_and_filter_change_map_and_table(card: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(card, park))
    page.evaluate("siteplan.table.order(Uint32Array.from({length: 36}, (_, place) => 35 - place))")
    last = page.evaluate("siteplan.store.short(35)")
    assert page.locator("button.row").first.inner_text() == last
    page.evaluate(
        "(() => { const mask = Uint8Array.from({length: 36}, (_, plot) => plot % 2);"
        " siteplan.table.filter(mask); siteplan.plots.filter(mask); })()"
    )
    assert page.get_attribute("table.ranked", "aria-rowcount") == "19"
    shown = page.evaluate(
        "[...document.querySelectorAll('tr[data-plot]')].map((row) => Number(row.dataset.plot))"
    )
    assert shown
    assert all(plot % 2 for plot in shown)
    at = "siteplan.map.latLngToLayerPoint(siteplan.store.at({0}).slice().reverse())"
    hit = "siteplan.plots.plotAt(" + at + ")"
    assert [page.evaluate(hit.format(plot)) for plot in (1, 2)] == [1, None]
    page.evaluate("siteplan.table.filter(null); siteplan.plots.filter(null)")
    assert page.evaluate(hit.format(2)) == 2


def test_plots_change_colour_in_place(card: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(card, park))
    seen = Counter(page.evaluate(_COLOURS))
    (one, most), (other, many_too) = seen.most_common(2)  # the rest lie under lines
    assert one[0] != other[0]
    assert one[1:] != other[1:]
    assert most + many_too > 0.8 * seen.total() > 15


def test_without_scripts_the_best_are_there_and_the_page_says_so(
    many: tuple[Scorecard, Park], browser: Any, tmp_path: Path
) -> None:
    file = tmp_path / "map.html"
    draw_map(*many).save(file)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("tr[data-plot]").count() == 200
    assert "ends after the best 200 of 2\N{NARROW NO-BREAK SPACE}500 plots" in page.inner_text("#plots")
    context.close()


def test_a_browser_that_cannot_unpack_says_so(
    card: Scorecard, park: Park, browser: Any, tmp_path: Path
) -> None:
    file = tmp_path / "map.html"
    draw_map(card, park).save(file)
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script("delete globalThis.DecompressionStream")
    page.goto(file.as_uri())
    page.wait_for_selector("#legend [role=alert]")
    assert "does not unpack" in page.inner_text("#legend")
    assert page.locator("tr[data-plot]").count() == 36
    context.close()


def test_paper_gets_the_first_rows(many: tuple[Scorecard, Park], opened: Open) -> None:
    page = opened(draw_map(*many))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("tr[data-plot]").count() == 200
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("tr[data-plot]").count() < 60
