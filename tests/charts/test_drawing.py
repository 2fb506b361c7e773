"""SVG: the same each time, well formed, obedient to nobody; and files that land whole."""

from __future__ import annotations

import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import world
from charts.conftest import HOSTILE, made
from matplotlib.text import Text

from siteplan import charts, cli
from siteplan.charts.paper import name
from siteplan.errors import OutputError
from siteplan.scorecard import Scorecard

SVG = "{http://www.w3.org/2000/svg}"


def test_the_same_result_gives_the_same_bytes_without_a_date(large: Scorecard):
    best = str(large.ranked.index[0])
    first, second = (charts.svg(charts.tornado(large, best)) for _ in range(2))

    assert first == second
    assert "dc:date" not in first


def test_a_chart_says_what_it_shows_and_holds_no_pixels(sheets: dict[str, str]):
    for text in sheets.values():
        root = ET.fromstring(text)
        assert root.get("role") == "img"
        assert [root[0].tag, root[1].tag] == [f"{SVG}title", f"{SVG}desc"]
        assert root[0].text
        assert root[1].text.endswith(".")
        assert not list(root.iter(f"{SVG}image"))


def test_hostile_names_are_text_and_nothing_else(sheets: dict[str, str], hostile: Scorecard):
    outlines = charts.svg(charts.tornado(hostile, HOSTILE[1]), outlines=True)
    for text in (*sheets.values(), outlines):
        for element in ET.fromstring(text).iter():
            assert element.tag.rpartition("}")[2] not in ("script", "foreignObject", "a", "image")
            assert not any(key.lower().startswith("on") for key in element.attrib)


def test_hostile_names_stand_in_the_chart_as_they_are_written(sheets: dict[str, str]):
    root = ET.fromstring(sheets["hostile contributions"])
    shown = {"".join(element.itertext()) for element in root.iter(f"{SVG}text")}

    assert {name(plot) for plot in HOSTILE} <= shown
    assert r"$\frac{1}{2}$ plot" in shown
    assert not any("\uffff" in text or "\x1b" in text for text in shown)


def test_no_name_is_taken_for_mathematics_where_a_caller_saves_the_figure_himself(
    hostile: Scorecard, tmp_path: Path
):
    figure = charts.contributions(hostile)

    with warnings.catch_warnings(action="ignore", category=UserWarning):  # of glyphs that the font lacks
        figure.savefig(tmp_path / "own.svg")

    names = [text for text in figure.findobj(Text) if set(text.get_text()) & set("$<{")]
    assert len(names) >= 5
    assert not any(text.get_parse_math() for text in names)


def test_letters_drawn_as_shapes_need_no_font(large: Scorecard):
    figure = charts.tornado(large, str(large.ranked.index[0]))
    as_text, as_shapes = (ET.fromstring(charts.svg(figure, outlines=one)) for one in (False, True))

    assert list(as_text.iter(f"{SVG}text"))
    assert not list(as_shapes.iter(f"{SVG}text"))
    assert as_shapes[0].text == as_text[0].text


def test_drawing_leaves_no_trace_in_matplotlib():
    """pyplot keeps every figure and asks for a screen; the settings of a caller are the caller's."""
    program = (
        "import sys, matplotlib as mpl; before = mpl.rcParams.copy()\n"
        "from siteplan import charts; from siteplan.criteria import Criterion\n"
        "one = Criterion.model_validate({'name': 'a', 'unit': 'm', 'weight': 1, "
        "'measure': {'kind': 'distance', 'layer': 'x'}, "
        "'value': {'shape': 'linear', 'best': 0, 'worst': 9}})\n"
        "assert '<svg' in charts.svg(charts.value_function(one))\n"
        "assert mpl.rcParams.copy() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_result_is_drawn_whole_and_what_it_no_longer_has_goes(tmp_path: Path):
    card = made({"a": [0.9, 0.5], "b": [0.2, 0.4]}, robustness={"draws": 100})
    folder = tmp_path / "charts"
    paths = charts.write_charts(card, folder)
    (folder / "own.svg").write_text("<svg/>", encoding="utf-8")

    fewer = charts.write_charts(made({"a": [0.9, 0.5]}), folder)

    assert [path.name for path in paths] == [
        "contributions.svg",
        "tornado.svg",
        "acceptability.svg",
        "value-a.svg",
        "value-b.svg",
    ]
    assert {path.name for path in folder.iterdir()} == {path.name for path in fewer} | {"own.svg"}
    assert "value-b.svg" not in {path.name for path in fewer}


def test_charts_of_an_earlier_result_go_with_it(tmp_path: Path):
    world.write_park(tmp_path, "geojson")
    world.write_plan(tmp_path)
    asked = ["score", tmp_path / "plan.toml", "--park", tmp_path / "park.toml", "--out", tmp_path / "out"]
    for arguments in (asked, ["charts", tmp_path / "out", "--json"]):
        with pytest.raises(SystemExit, match="0"):
            cli.main([str(one) for one in arguments])
    written = sorted((tmp_path / "out" / "charts").iterdir())
    (tmp_path / "out" / "charts" / "own.svg").write_text("<svg/>", encoding="utf-8")

    with pytest.raises(SystemExit, match="0"):
        cli.main([str(one) for one in asked])

    assert len(written) == 2 + len(world.PLAN["criteria"])

    assert [path.name for path in (tmp_path / "out" / "charts").iterdir()] == ["own.svg"]


def test_a_result_without_a_rank_has_nothing_to_draw(tmp_path: Path):
    bound = {"name": "b", "unit": "1", "at_least": 2, "measure": {"kind": "attribute", "column": "a"}}

    with pytest.raises(OutputError, match="no plot is ranked"):
        charts.write_charts(made({"a": [0.5]}, constraints=[bound]), tmp_path / "charts")
    assert not (tmp_path / "charts").exists()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "charts").write_text("mine", encoding="utf-8")

    with pytest.raises(OutputError, match="cannot be written"):
        charts.write_charts(made({"a": [0.5, 0.4]}), tmp_path / "charts")


_OVERLAPS = """
() => {
  const svg = document.querySelector('svg'), sheet = svg.getBoundingClientRect(), found = [];
  const boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
  for (const [words, box] of boxes) {
    if (box.left < sheet.left - 1 || box.right > sheet.right + 1 || box.top < sheet.top - 1
        || box.bottom > sheet.bottom + 1) found.push(`outside: ${words}`);
  }
  boxes.forEach(([words, a], i) => boxes.slice(i + 1).forEach(([others, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 3) found.push(`${words} | ${others}`);
  }));
  return found;
}
"""


def test_in_a_browser_no_text_lies_on_another_or_leaves_the_sheet(
    sheets: dict[str, str], browser, tmp_path: Path
):
    context, file, asked = browser.new_context(), tmp_path / "chart.svg", []
    page = context.new_page()
    page.on("request", lambda one: asked.append(one.url))
    for key, text in sheets.items():
        file.write_text(text, encoding="utf-8")
        page.goto(file.as_uri())
        assert page.evaluate(_OVERLAPS) == [], key
        assert page.evaluate("window.attacked === undefined")
    assert set(asked) == {file.as_uri()}
    context.close()


def test_texts_that_lie_on_each_other_are_found(browser, tmp_path: Path):
    """The look for overlaps can fail: two words in one place, and one beyond the edge."""
    file = tmp_path / "chart.svg"
    words = "".join(
        f"<text x='{x}' y='20'>{word}</text>" for x, word in ((5, "one"), (9, "two"), (95, "far"))
    )
    file.write_text(f"<svg xmlns='http://www.w3.org/2000/svg' width='100' height='50'>{words}</svg>")
    page = browser.new_page()
    page.goto(file.as_uri())

    assert page.evaluate(_OVERLAPS) == ["outside: far", "one | two"]
    page.close()
