"""Compared, kept, and restored from a link."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from maps.drawable import plan
from maps.hostile import ATTACKS, LONG, hostile
from maps.waiting import until

from siteplan.maps import draw_map
from siteplan.scorecard import Scorecard
from siteplan.tables import Park

Open = Callable[..., Any]

_STATE = """(() => { const { weigh, find, sorting, compare, shortlist, drawer, map } = siteplan;
  const { lat, lng } = map.getCenter();
  return { points: weigh.points, shown: [...find.shown], search: find.search, listed: find.listed,
    sorting: sorting.state, compare: compare.plots, drawer: drawer.open,
    shortlist: shortlist.plots.map((plot) => [plot, shortlist.note(plot)]),
    plot: siteplan.selection.plot, tab: siteplan.tabs.chosen, by: siteplan.colouring.name,
    at: [map.getZoom(), lat.toFixed(4), lng.toFixed(4)] }; })()"""
_CHOOSE = """(async () => { const { weigh, find, sorting, compare, shortlist, drawer, tabs, map } = siteplan;
  weigh.set([1, 0, 5, 0, 2]); sorting.by("column", true, "k:rail"); tabs.choose("weigh");
  compare.set([4, 2, 9]);
  shortlist.set([[3, "ask ~ for; the = siding & \\u65e5\\u672c"], [7, ""]]);
  find.set({ search: "28:", asked: [{ key: "area", low: 5, high: 7.5 },
    { key: "k:bearing", low: 150, keep: true }, { key: "status", chosen: ["free", "sold"] }] });
  drawer.show("shortlist"); await siteplan.open(5); map.setView([51.52, 128.23], 13.5, { animate: false });
  return siteplan.state.text(); })()"""


def test_a_link_restores_everything(page: Any) -> None:
    plain = page.evaluate(_STATE)
    text = page.evaluate(_CHOOSE)
    chosen = page.evaluate(_STATE)
    until(page, f"location.hash.slice(1) === {text!r}")
    page.reload()
    page.evaluate("siteplan.ready")
    assert page.evaluate(_STATE) == chosen
    page.evaluate("siteplan.state.restore('')")
    assert {**page.evaluate(_STATE), "at": 0} == {**plain, "at": 0}
    until(page, f"location.hash.slice(1) !== {text!r}")  # an address that is there already is no change
    page.evaluate(f"void (location.hash = {('#' + text)!r})")
    until(page, "siteplan.weigh.points !== null")
    assert page.evaluate(_STATE) == chosen


def test_hostile_links_are_harmless(page: Any) -> None:
    for text in (*ATTACKS, LONG, "%", "%E0%A4%A", "~~~~", "__proto__", "-1", "1e999", "NaN"):
        odd = quote(text, safe="%")
        parts = (
            "tab",
            "by",
            "w",
            "compare",
            "keep",
            "note",
            "f",
            "q",
            "listed",
            "sort",
            "drawer",
            "plot",
            "at",
        )
        given = "&".join(f"{part}={odd}&{part}=area~{odd}&{part}=rail~{odd}~{odd}" for part in parts)
        page.evaluate("(given) => siteplan.state.restore(given)", given[:9000])
        state = page.evaluate(_STATE)
        assert state["points"] is None
        assert state["plot"] is None
        assert state["compare"] == state["shortlist"] == []
    page.evaluate("siteplan.state.restore('f=constructor~1~2~&w=__proto__~5&at=5~NaN~1&at=1')")
    assert page.evaluate("siteplan.find.shown.length") == 36
    page.evaluate("siteplan.state.restore('w=power~99999999&w=rail~-3&w=gas~1.5')")
    assert page.evaluate("siteplan.weigh.points") is None


def test_links_of_hostile_names_restore_them(park: Park, opened: Open) -> None:
    page = opened(draw_map(*hostile(park, plan())))
    page.evaluate("siteplan.compare.set([0, 1]); siteplan.shortlist.set([[2, '<b>~&=']])")
    text = page.evaluate("siteplan.state.text()")
    page.evaluate("siteplan.state.restore('')")
    page.evaluate("(text) => siteplan.state.restore(text)", text)
    assert len(text) <= 6000
    # Numbers of ten thousand characters do not fit into a link; what fits comes back as it was.
    kept = page.evaluate("siteplan.state.text()")
    assert all(part in text.split("&") for part in kept.split("&") if not part.startswith("at="))


def test_a_link_stays_short_and_says_so(card: Scorecard, page: Any) -> None:
    page.evaluate(
        "siteplan.shortlist.set(Array.from({ length: 36 }, (_, plot) => [plot, '\\u65e5'.repeat(300)]))"
    )
    page.evaluate("siteplan.open(0)")
    page.click("#card .actions >> text=Copy link")
    page.wait_for_selector("text=some are left out")
    text = page.evaluate("siteplan.state.text()")
    assert len(text) <= 6000
    page.evaluate("(text) => siteplan.state.restore(text)", text)
    assert page.evaluate("siteplan.shortlist.plots.length") == 36


def test_plots_are_compared_side_by_side(card: Scorecard, page: Any) -> None:
    for plot in range(5):
        page.evaluate(f"siteplan.open({plot})")
        page.click("#card .actions >> text=Compare")
    assert "remove one first" in page.inner_text("#card .actions")
    page.click("#tray >> text=Compare (4)")
    heads = page.locator(".compared thead .row").all_inner_texts()
    assert heads == page.evaluate("[0, 1, 2, 3].map(siteplan.store.short)")
    rank = page.locator(".compared tbody tr", has_text="Rank").first
    assert rank.locator("b").all_inner_texts() == ["1"]
    parts = page.locator(".compared .part").all_inner_texts()
    assert parts == ["What differs", "The same for all"]
    page.keyboard.press("Escape")
    assert page.is_hidden("#drawer")
    assert page.is_visible("#card")
    assert page.evaluate("document.activeElement.textContent") == "Compare (4)"


def test_the_shortlist_keeps_notes_and_filters(card: Scorecard, page: Any) -> None:
    page.evaluate("siteplan.open(2)")
    page.locator("#card .actions >> text=Shortlist").focus()
    page.keyboard.press("Enter")
    assert page.get_attribute("#card .actions >> text=Shortlist", "aria-pressed") == "true"
    page.click("#tray >> text=Shortlist (1)")
    page.fill(".listed textarea", "Ask for the siding")
    page.click(".filters > summary")
    page.check("text=Only my shortlist")
    assert page.evaluate("[...siteplan.find.shown]") == [2]
    assert "Ask for the siding" in page.evaluate("siteplan.csvOf(siteplan, siteplan.shortlist.plots)")
    page.click(".listed >> text=Remove")
    assert page.evaluate("siteplan.find.shown.length") == 0
    assert page.is_visible("text=No plot is kept yet.")


def test_nothing_is_stored_before_the_box_is_ticked(page: Any) -> None:
    page.evaluate("siteplan.shortlist.toggle(2); siteplan.weigh.set([1, 2, 3, 4, 5]); siteplan.state.save()")
    assert page.evaluate("localStorage.length") == 0
    page.click("#tray >> text=Shortlist (1)")
    page.check("#remember")
    assert page.evaluate("localStorage.length") == 1
    page.evaluate("history.replaceState(null, '', location.href.split('#')[0])")
    page.reload()
    page.evaluate("siteplan.ready")
    assert page.evaluate("[siteplan.shortlist.plots, siteplan.weigh.points]") == [[2], [1, 2, 3, 4, 5]]
    page.evaluate("siteplan.drawer.show('shortlist')")
    page.uncheck("#remember")
    page.evaluate("siteplan.weigh.set([5, 2, 3, 4, 5]); siteplan.state.save()")
    assert page.evaluate("localStorage.length") == 0


def test_a_browser_that_forbids_storage_still_shows_the_page(
    card: Scorecard, park: Park, browser: Any, tmp_path: Path
) -> None:
    file = tmp_path / "map.html"
    draw_map(card, park).save(file)
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })"
    )
    page.goto(file.as_uri())
    page.evaluate("siteplan.ready")
    page.evaluate("siteplan.shortlist.toggle(2); siteplan.drawer.show('shortlist')")
    page.click("#remember")
    assert page.is_visible("text=Nothing is stored in this browser.")
    assert not page.is_checked("#remember")
    context.close()
