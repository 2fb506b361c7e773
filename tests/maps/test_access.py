"""axe-core finds nothing serious: on the page as it opens, with a card, with each tool, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from maps.landed import landed
from maps.test_page import with_connections

from siteplan.maps import draw_map
from siteplan.scorecard import Scorecard
from siteplan.tables import Park

Open = Callable[..., Any]

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
_GRAVE = {"serious", "critical"}
_STATES = {
    "opened": "",
    "card": "siteplan.open(0)",
    "find": """siteplan.find.set({ asked: [{ key: "area", low: 5 }], search: "nowhere" });
      for (const one of document.querySelectorAll("#find details")) one.open = true;""",
    "weigh": "siteplan.tabs.choose('weigh'); siteplan.weigh.set(siteplan.data.criteria.map((_, n) => n));",
    "layers": "siteplan.tabs.choose('layers')",
    "data": "siteplan.tabs.choose('about')",
    "compare": "siteplan.compare.set([0, 1, 2]); siteplan.drawer.show('compare')",
    "shortlist": "siteplan.shortlist.set([[0, 'ask'], [3, '']]); siteplan.drawer.show('shortlist')",
    "notices": "document.querySelector('#strip button').click()",
}


@pytest.fixture(scope="module")
def rich(browser: Any, park: Park, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A page with land, connections and unknown amounts."""
    file: Path = tmp_path_factory.mktemp("access") / "map.html"
    draw_map(with_connections(landed(park)), park, language="en").save(file)
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    page = context.new_page()
    page.goto(file.as_uri())
    page.evaluate("siteplan.ready")
    yield page
    context.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("state", _STATES)
def test_nothing_keeps_anybody_out(rich: Any, state: str, size: dict[str, int]) -> None:
    rich.set_viewport_size(size)
    rich.evaluate("siteplan.state.restore(''); document.getElementById('strip').classList.remove('whole')")
    rich.evaluate(f"(async () => {{ {_STATES[state]} }})()")
    found = Axe().run(rich).response["violations"]
    grave = [
        (one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found if one["impact"] in _GRAVE
    ]
    assert grave == []


def test_axe_sees_what_is_wrong(card: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(card, park))
    page.evaluate("document.querySelector('#find input').parentElement.querySelector('span').remove()")
    page.evaluate("document.getElementById('search').removeAttribute('placeholder')")
    found = Axe().run(page).response["violations"]
    assert {one["id"] for one in found if one["impact"] in _GRAVE} == {"label"}
