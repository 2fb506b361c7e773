"""The investor's map in a headless Chromium, beside folium's GeoJson and geopandas.explore.

What folium writes asks for its scripts from elsewhere; before a page is timed those links are taken out
and Leaflet and jQuery are put in, which do not count in its size. Its plots carry eleven attributes each;
ours carry those, and besides what each amount is worth, to which feature it was measured, and where that is.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import folium
import geopandas as gpd

from bench import worlds
from bench.timing import installed, row, seconds
from siteplan import draw_map
from siteplan.findings import Report
from siteplan.maps import assets
from siteplan.maps.classes import ramp
from siteplan.park import Catalogue
from siteplan.plan import Plan
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park

SIZES = (10_000, 50_000)
LAYERS = ("substation", "gas")
VIEW = {"width": 1280, "height": 800}
OPENED = 3
STEPS = (1, 1, 1, -1, -1, -1)
LIMITS = {10_000: (1.3, 60), 50_000: (5.0, 80)}
"""The most that a file may have, MB, and a zoom step may take, ms."""

_CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_REMOTE = re.compile(r"<script[^>]*\ssrc=[^>]*></script>|<link[^>]*\shref=[^>]*/?>")
_READY = """globalThis.interactive = new Promise((resolve) => addEventListener("load", async () => {
  const frame = () => new Promise(requestAnimationFrame);
  if (globalThis.siteplan) await siteplan.ready;
  await frame(); await frame();
  resolve(performance.now());
}));"""
_ZOOM = """async (steps) => {
  const frame = () => new Promise(requestAnimationFrame);
  const map = globalThis.siteplan ? siteplan.map
    : Object.values(globalThis).find((one) => one instanceof L.Map);
  const spent = [];
  for (const step of steps) {
    await new Promise((done) => setTimeout(done, 50));
    const start = performance.now();
    map.setZoom(map.getZoom() + step, {animate: false});
    await frame(); await frame();
    spent.push(performance.now() - start);
  }
  return spent;
}"""


def measure() -> list[dict[str, Any]]:
    """Write, weigh, open and zoom the maps; nothing where there is no browser."""
    if not installed("playwright") or not _chromium():
        print("no Chromium: the map is not measured", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        return [line for count in SIZES for line in _measured(count, Path(folder), running)]


def _measured(count: int, folder: Path, running: Any) -> list[dict[str, Any]]:
    card, park = scored(count)
    frame = content(card)
    ours = folder / "ours.html"
    writers: dict[str, Callable[[Path], None]] = {
        "folium canvas": lambda file: as_folium(frame, canvas=True).save(str(file)),
        "folium SVG": lambda file: as_folium(frame, canvas=False).save(str(file)),
        "geopandas.explore": lambda file: frame.explore("score", tiles=None).save(str(file)),
    }
    if count == SIZES[-1]:
        # The others take minutes to open, and are slower in everything; the goal is told against this one.
        writers = {"folium canvas": writers["folium canvas"]}
    _write(card, park, ours)
    written = median(seconds(lambda: _write(card, park, ours)) for _ in range(3))
    files = {name: folder / f"{name}.html" for name in writers}
    peers = {name: seconds(lambda name=name: writers[name](files[name])) for name in writers}  # type: ignore[misc]
    megabytes = {name: file.stat().st_size / 1e6 for name, file in files.items()}
    for file in files.values():
        file.write_text(offline(file.read_text(encoding="utf-8")), encoding="utf-8")
    times = 1 if count == SIZES[-1] else OPENED
    opened = {"": _opened(running, ours, OPENED)}
    opened |= {name: _opened(running, file, times) for name, file in files.items()}
    size, frame_ms = LIMITS[count]
    sooner = 3 if count == SIZES[0] else 10
    what = f"map of {count} plots with 11 attributes"
    soon, zoom = ({name: spent[number] for name, spent in opened.items()} for number in (0, 1))
    mine = ours.stat().st_size / 1e6
    return [
        row(
            f"map-{count}-write", f"{what}: written", written, peers, goal=10 if count == SIZES[-1] else None
        ),
        row(f"map-{count}-size", f"{what}: size of the file (MB)", mine, megabytes, goal=5),
        row(f"map-{count}-limit", f"{what}: size of the file, all in it (MB)", mine, {"limit": size}, goal=1),
        row(f"map-{count}-open", f"{what}: interactive", soon.pop(""), soon, goal=sooner),
        row(
            f"map-{count}-zoom",
            f"{what}: one zoom step until it is painted",
            own := zoom.pop(""),
            zoom,
            goal=None,
        ),
        row(f"map-{count}-frame", f"{what}: one zoom step, limit", own, {"limit": frame_ms / 1e3}, goal=1),
    ]


def scored(count: int) -> tuple[Scorecard, Park]:
    """Plots in clusters, scored by two distances and their area; the map has no other layers."""
    plots = worlds.plots(count)
    layers = {name: worlds.layer(name) for name in LAYERS}
    near = [
        {
            "name": name,
            "unit": "m",
            "weight": 2,
            "measure": {"kind": "distance", "layer": name},
            "value": {"shape": "linear", "best": 0, "worst": 20_000},
        }
        for name in LAYERS
    ]
    size = {
        "name": "size",
        "unit": "ha",
        "weight": 1,
        "measure": {"kind": "area"},
        "value": {"shape": "linear", "best": 2, "worst": 0},
    }
    plan = Plan.from_dict({"name": "bench", "metric_crs": worlds.CRS, "criteria": [*near, size]})
    own = {"file": "plots.gpkg", "id": "plot", "origin": "synthetic"}
    region = [100, 40, 150, 70]
    catalogue = Catalogue.from_dict({"name": "bench", "title": "Bench", "region": region, "plots": own})
    return score(plots, layers, plan), Park(catalogue, plots, {}, (), Report())


def content(card: Scorecard) -> gpd.GeoDataFrame:
    """What folium shows of each plot: eleven attributes, coordinates to six decimals."""
    amounts = card.contributions.pivot(index="plot", columns="criterion", values="amount").round(3)
    frame = card.plots.drop(columns="unchecked").join(amounts).reset_index().to_crs(4326).round(6)
    frame["rank"] = frame["rank"].astype(float)
    return frame.set_geometry(frame.geometry.set_precision(1e-6))


def as_folium(frame: gpd.GeoDataFrame, *, canvas: bool) -> folium.Map:
    """Draw the frame as folium's documentation does: GeoJson with a colour, a tooltip and a popup."""
    m = folium.Map(tiles=None, prefer_canvas=canvas)
    names = [name for name in frame.columns if name != "geometry"]
    colours = ramp(7)
    folium.GeoJson(
        frame,
        style_function=lambda feature: {
            "fillColor": colours[min(6, int((feature["properties"]["score"] or 0) * 7))],
            "color": "#33484f",
            "weight": 1,
            "fillOpacity": 0.95,
        },
        tooltip=folium.GeoJsonTooltip(fields=names[:2]),
        popup=folium.GeoJsonPopup(fields=names),
    ).add_to(m)
    west, south, east, north = frame.total_bounds
    m.fit_bounds([[south, west], [north, east]])
    return m


def offline(page: str) -> str:
    """Return folium's page with Leaflet and jQuery inside and no link to anything else."""
    inside = f"<style>{assets.leaflet_style()}</style><script>{assets.jquery_script()}</script>"
    inside += f"<script>{assets.leaflet_script()}</script>"
    return _REMOTE.sub("", page).replace("<head>", "<head>" + inside, 1)


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium of this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=_chromium(), args=_CHROMIUM)
        yield running
        running.close()


def _write(card: Scorecard, park: Park, file: Path) -> None:
    draw_map(card, park).save(file)


def _opened(running: Any, file: Path, times: int) -> tuple[float, float]:
    """Seconds until a page is interactive, and of one zoom step until it is painted: medians."""
    soon, zoom = [], []
    for _ in range(times):
        page = running.new_page(viewport=VIEW)
        page.set_default_timeout(180_000)
        page.add_init_script(_READY)
        page.goto(file.as_uri())
        soon.append(page.evaluate("interactive") / 1e3)
        zoom += [spent / 1e3 for spent in page.evaluate(_ZOOM, list(STEPS))]
        page.close()
    return median(soon), median(zoom)


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
