"""What the plots are coloured by, outlines of net land, another ranking in the official one's place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from maps.landed import landed

from siteplan.maps import draw_map
from siteplan.maps.payload import payload
from siteplan.reweighing import Reweighing
from siteplan.scorecard import Scorecard
from siteplan.tables import Park

Open = Callable[..., Any]

_LOOKS = "Array.from(siteplan.plots.look, (look) => look >> 1)"
_COUNTS = '[...document.querySelectorAll(".ramp .count")].map((one) => Number(one.textContent))'
_SWATCHES = """[...document.querySelectorAll(".ranked .swatch")].map((one) => one.tagName === "CANVAS" ? one.toDataURL() : one.innerHTML).join()"""  # noqa: E501
_GREEN = """(async () => { const { above } = siteplan;
  await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
  const { width, height } = above._container;
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(above._container, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  let found = 0;
  const near = (value, wanted) => Math.abs(value - wanted) < 8;
  for (let i = 0; i < data.length; i += 4) {
    if (near(data[i], 0) && near(data[i + 1], 112) && near(data[i + 2], 60)) found += 1;
  }
  return found; })()"""
_STAND = """(shares) => { const { store, data } = siteplan;
  const { count } = store;
  const names = data.criteria.map((one, number) => [one.name, number]).sort(([a], [b]) => (a < b ? -1 : 1));
  const [score, high] = [new Float64Array(count), new Float64Array(count)];
  for (const [name, number] of names) {
    const worth = store.values(number);
    for (let plot = 0; plot < count; plot += 1) {
      const unknown = Number.isNaN(worth[plot]);
      if (!unknown) score[plot] += worth[plot] * shares[name];
      high[plot] += unknown ? shares[name] : worth[plot] * shares[name];
    }
  }
  for (let plot = 0; plot < count; plot += 1) {
    const bare = store.excluded(plot) !== "";
    score[plot] = bare ? NaN : Math.min(1, score[plot]);
    high[plot] = bare ? NaN : Math.min(1, high[plot]);
  }
  const rounded = Array.from(score, (one) => Math.round(one * 1e12) / 1e12);
  const rank = Uint32Array.from(rounded, (one) =>
    (Number.isNaN(one) ? 0 : 1 + rounded.filter((other) => other > one).length));
  store.stand({ weights: Float64Array.from(data.criteria, (one) => shares[one.name]), score, high, rank });
  siteplan.repaint();
  return [Array.from(score), Array.from(high), Array.from(rank)]; }"""


@pytest.fixture(scope="module")
def on_land(park: Park) -> Scorecard:
    return landed(park)


def counts(classes: list[dict[str, Any]], values: Any) -> list[int]:
    """How many values each class holds; the last one what lies on its upper bound, too."""
    bounds = [one["low"] for one in classes]
    found = np.bincount(np.searchsorted(bounds, values, side="right") - 1, minlength=len(classes))
    return [int(one) for one in found]


def test_plots_are_coloured_by_what_can_be_built_on(on_land: Scorecard, park: Park, opened: Open) -> None:
    data = payload(on_land, park)
    page = opened(draw_map(on_land, park))
    kinds = page.evaluate(
        "Array.from({length: siteplan.store.count}, (_, plot) => siteplan.store.kind(plot))"
    )
    ranked = np.array(kinds) == "ranked"
    assert page.evaluate(_COUNTS) == counts(data["classes"], data["plots"].tenths[ranked] / 10)
    by_score, swatch = page.evaluate(_LOOKS), _SWATCHES
    page.evaluate("siteplan.open(0)")
    before = page.evaluate(swatch)
    page.get_by_label("net area").check()
    assert page.inner_text("#legend h2") == "Land that can be built on, ha"
    assert page.evaluate(_COUNTS) == counts(data["net_classes"], data["plots"].net[ranked])
    by_net = page.evaluate(_LOOKS)
    bounds = [one["low"] for one in data["net_classes"]]
    places = np.searchsorted(bounds, data["plots"].net[ranked], side="right") - 1
    assert np.array(by_net)[ranked].tolist() == places.tolist()
    assert by_net != by_score
    assert page.evaluate(swatch) != before
    assert page.is_visible("#card")
    page.get_by_label("score", exact=True).check()
    assert (page.evaluate(_LOOKS), page.evaluate(swatch)) == (by_score, before)


def test_without_land_there_is_nothing_to_choose(card: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(card, park))
    assert page.locator("#legend input").count() == 0
    assert page.locator("[data-layer=net]").count() == 0
    assert page.evaluate("siteplan.store.net(0)") is None


def test_the_arrow_keys_choose_a_colouring(on_land: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(on_land, park))
    page.get_by_label("score", exact=True).focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("siteplan.colouring.name") == "net"
    assert page.evaluate("document.activeElement.value") == "net"


def test_net_land_is_outlined_where_the_layer_is_on(on_land: Scorecard, park: Park, opened: Open) -> None:
    page = opened(draw_map(on_land, park))
    page.evaluate("siteplan.map.setZoom(15, {animate: false}) && 1")
    assert page.evaluate(_GREEN) == 0
    page.click("#tab-layers")
    page.locator("[data-layer=net]").check()
    assert page.evaluate(_GREEN) > 1000
    assert "Land that can be built on" in page.inner_text("#legend .marks")
    page.evaluate("siteplan.plots.filter(new Uint8Array(siteplan.store.count))")
    assert page.evaluate(_GREEN) == 0
    page.locator("[data-layer=net]").uncheck()
    assert "Land that can be built on" not in page.inner_text("#legend .marks")


def test_another_ranking_stands_in_the_official_ones_place(
    on_land: Scorecard, park: Park, opened: Open
) -> None:
    page = opened(draw_map(on_land, park))
    ids = list(payload(on_land, park)["plots"].ids)
    official = [page.evaluate(f"siteplan.store.record({plot})") for plot in range(len(ids))]
    reweigh = Reweighing(on_land)
    random = np.random.default_rng(3)
    for _ in range(5):
        drawn = random.integers(0, 10, len(reweigh.criteria))
        drawn[0] += 1
        shares = {name: float(one / drawn.sum()) for name, one in zip(reweigh.criteria, drawn, strict=True)}
        wanted = reweigh({name: float(one) for name, one in zip(reweigh.criteria, drawn, strict=True)})
        score, high, rank = page.evaluate(_STAND, shares)
        wanted = wanted.loc[ids]
        np.testing.assert_array_equal(np.array(score, float), wanted["score"])
        np.testing.assert_array_equal(np.array(high, float), wanted["score_high"])
        assert rank == wanted["rank"].fillna(0).astype(int).tolist()
        for plot in (0, len(ids) // 2):
            said = page.evaluate(f"siteplan.store.record({plot})")
            ranked = rank[plot] or None
            assert said["rank"] == ranked
            assert said["score"] == (None if ranked is None else round(round(score[plot], 12) * 1000))
            assert said["sum"] == said["score"] or ranked is None
            assert [part["weight"] for part in said["parts"]] == [shares[name] for name in reweigh.criteria]
        order = sorted(range(len(rank)), key=lambda plot: rank[plot] or len(rank) + 1)
        page.evaluate("(order) => siteplan.table.order(Uint32Array.from(order))", order)
        assert page.locator("tr[data-plot] td").first.inner_text().split()[0] == "1"
        assert page.locator("button.row").first.inner_text() == ids[order[0]].rsplit(":", 1)[-1]
    page.evaluate("siteplan.store.stand(null)")
    assert [page.evaluate(f"siteplan.store.record({plot})") for plot in range(len(ids))] == official
