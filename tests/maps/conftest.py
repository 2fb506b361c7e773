"""The small park, scored, and how its map is looked at in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import folium
import pytest
from maps.drawable import REGIME, catalogue, layers, plan, plots

from siteplan.findings import Report
from siteplan.maps import draw_map
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park

Open = Callable[..., Any]

_AS_AT_FIRST = """(() => { dispatchEvent(new Event("afterprint")); localStorage.clear();
  siteplan.state.remember(false);
  siteplan.state.restore(""); siteplan.state.save();
  for (const one of document.querySelectorAll("details")) one.open = false; })()"""


@pytest.fixture(scope="session")
def park() -> Park:
    return Park(catalogue(), plots(), layers(), (REGIME,), Report())


@pytest.fixture(scope="session")
def card(park: Park) -> Scorecard:
    return score(park.plots, park.layers, plan())


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a map in a browser; in the end nothing may have been asked for, logged or run."""
    with _watched(browser, tmp_path) as (open_, troubles):
        yield open_
    assert troubles == []


@pytest.fixture(scope="module")
def _kept(
    browser: Any, tmp_path_factory: pytest.TempPathFactory, card: Scorecard, park: Park
) -> Iterator[Any]:
    with _watched(browser, tmp_path_factory.mktemp("kept")) as (open_, troubles):
        yield open_(draw_map(card, park)), troubles


@pytest.fixture
def page(_kept: tuple[Any, list[str]]) -> Any:
    """The small park's page, opened once for all tests of a file and for each as it was at first."""
    shared, troubles = _kept
    shared.evaluate(_AS_AT_FIRST)
    yield shared
    assert troubles == []


@contextmanager
def _watched(browser: Any, folder: Path) -> Iterator[tuple[Open, list[str]]]:
    troubles: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")

    def open_(m: folium.Map, *, text: str | None = None) -> Any:
        file = folder / "map.html"
        file.write_text(m.get_root().render() if text is None else text, encoding="utf-8")
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda one: troubles.append(one.url) if one.url.split("#")[0] != file.as_uri() else None,
        )
        page.on("dialog", lambda dialog: (troubles.append("dialog"), dialog.dismiss()))
        page.goto(file.as_uri())
        page.evaluate("globalThis.siteplan && siteplan.ready")
        return page

    yield open_, troubles
    for page in context.pages:
        assert page.evaluate("window.attacked === undefined && ({}).attacked === undefined")
    context.close()
