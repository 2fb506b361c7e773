"""The page as a file: offline, deterministic, and deaf to what names say."""

import html
import re
import subprocess
import sys
from pathlib import Path

import folium
import pytest
from folium.plugins import MarkerCluster
from maps.drawable import plan
from maps.hostile import ATTACKS, hostile

from siteplan.errors import OutputError
from siteplan.maps import document, draw_map
from siteplan.maps.investor import InvestorMap
from siteplan.maps.wording import part
from siteplan.scorecard import Scorecard
from siteplan.tables import Park


@pytest.fixture(scope="module")
def page(card: Scorecard, park: Park) -> str:
    return draw_map(card, park).get_root().render()


def test_two_drawings_are_the_same_bytes(card: Scorecard, park: Park, page: str, tmp_path: Path) -> None:
    m = draw_map(card, park)
    m.save(str(tmp_path / "a.html"))
    m.save(tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes() == page.encode()
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.html", "b.html"]


def test_added_layers_are_deterministic_too(card: Scorecard, park: Park) -> None:
    def drawn() -> str:
        m = draw_map(card, park)
        folium.Marker([51.55, 128.2], popup="Office", tooltip="Office").add_to(m)
        return m.get_root().render()

    assert drawn() == drawn()


def test_page_loads_nothing(page: str) -> None:
    assert not re.search(r"<(link|iframe|object|embed|base|form)\b", page)
    assert not re.search(r"<(?:script|img)[^>]*\ssrc=", page)
    assert not re.search(r"url\((?!['\"]?(?:data:|#))", page)
    assert "@import" not in page
    assert "sourceMappingURL" not in page


def test_no_text_of_a_module_spans_lines() -> None:
    """Else it would lose its indents, and perhaps a line, when the page is put together."""
    for name in document._SCRIPTS:
        lines = part(name).splitlines()
        assert [line for line in lines if line.count("`") % 2 or line.endswith("\\")] == [], name
        assert [line for line in lines if line.lstrip().startswith(("*", "/*"))] == [], name


def test_page_is_small_and_says_what_it_must(page: str) -> None:
    assert len(page.encode()) < 600_000
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>Example park</title>" in page
    assert "Plots, networks and figures inside the park are synthetic" in page
    assert "36 plots: 34 ranked, 2 excluded, 6 with unknown amounts" in page
    assert page.count("<tr data-plot=") == 36


def test_policy_names_only_digests(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]


def test_no_inline_handlers_or_styles(page: str) -> None:
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"\s(on\w+|style)=", markup)


def test_our_scripts_never_parse_markup() -> None:
    folder = Path(sys.modules["siteplan.maps"].__file__ or "").parent / "page"
    for script in folder.glob("*.js"):
        words = script.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function", words
        )


def test_hostile_text_is_text_in_the_file(
    card: Scorecard, park: Park, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where a template that runs would make its folder
    attacked = draw_map(*hostile(park, plan())).get_root().render()
    clean = draw_map(card, park).get_root().render()
    assert not list(tmp_path.iterdir())
    assert attacked.count("<script") == clean.count("<script")
    assert attacked.count("</script") == clean.count("</script")
    assert attacked.count("<img") == clean.count("<img")
    assert "plot 0 49" not in attacked
    assert "{{7*7}}" in attacked  # inside the JSON, untouched
    policies = [re.search(r'Security-Policy" content="([^"]+)"', text) for text in (attacked, clean)]
    assert policies[0]
    assert policies[1]
    assert policies[0][1] == policies[1][1]  # no digest depends on the data


def test_notebook_shows_the_same_page(card: Scorecard, park: Park, page: str) -> None:
    frame = draw_map(card, park)._repr_html_()
    inner = re.search(r'srcdoc="([^"]*)"', frame)
    assert inner
    assert html.unescape(inner[1]) == page
    assert 'sandbox="allow-scripts' in frame


def test_it_stays_a_folium_map(card: Scorecard, park: Park) -> None:
    m = draw_map(card, park)
    assert isinstance(m, InvestorMap)
    assert isinstance(m, folium.Map)
    assert m.location == pytest.approx([51.55, 128.2], abs=0.2)
    bare = m.get_root().render()
    folium.CircleMarker([51.55, 128.2]).add_to(m)
    assert "jQuery" not in bare
    assert "jQuery" not in m.get_root().render()
    folium.Marker([51.55, 128.2], popup="Office").add_to(m)
    assert "jQuery" in m.get_root().render()


@pytest.mark.parametrize(
    ("thing", "names"),
    [
        (lambda: folium.TileLayer("OpenStreetMap"), "openstreetmap"),
        (MarkerCluster, "leaflet.markercluster"),
        (lambda: folium.Marker([0, 0], icon=folium.Icon(color="red")), "folium.DivIcon"),
    ],
)
def test_what_needs_a_network_is_refused_by_name(
    card: Scorecard, park: Park, thing, names: str, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    m = draw_map(card, park)
    thing().add_to(m)
    with pytest.raises(OutputError, match=names):
        m.save(tmp_path / "map.html")
    assert not list(tmp_path.iterdir())


def test_folium_itself_is_left_alone(card: Scorecard, park: Park) -> None:
    draw_map(card, park).get_root().render()
    assert [name for name, _ in folium.Map().default_js][:2] == ["leaflet", "jquery"]


def test_overlay_encodes_every_text(park: Park, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    m = folium.Map(tiles=None)
    assert draw_map(*hostile(park, plan()), m=m) is m
    page = m.get_root().render()
    assert not list(tmp_path.iterdir())
    assert "plot 0 49" not in page
    for attack in ATTACKS:
        if re.search(r"[<{`$]", attack):
            assert attack not in page


def test_siteplan_imports_without_folium() -> None:
    code = "import sys, siteplan; siteplan.draw_map; sys.exit('folium' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
