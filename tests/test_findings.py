from __future__ import annotations

import json

import zoo

from siteplan.findings import Count, Finding, Quarantined, Report

REPORT = Report(
    (
        Finding("note", "a.gpkg", "told"),
        Finding("error", "b.gpkg, layer x", "wrong", "mend it", tuple("abcdefg")),
        Finding("warning", "a.gpkg", "odd", rows=("1",)),
    ),
    (Quarantined("b.gpkg", "x", "7", "no geometry"),),
    (Count("plots", "a.gpkg", 5, 5, 1, 0), Count("gas", "b.gpkg", 3, 2, 0, 1)),
)


def test_as_text_errors_first_and_every_record():
    assert str(REPORT).splitlines() == [
        "2 tables: 8 records read, 7 used (1 repaired), 1 quarantined; 1 error, 1 warning, 1 note.",
        "   error  b.gpkg, layer x: wrong [a, b, c, d, e and 2 more]; mend it",
        " warning  a.gpkg: odd [1]",
        "    note  a.gpkg: told",
        "quarantined  b.gpkg, layer x, record 7: no geometry",
    ]


def test_as_json_with_every_row():
    data = json.loads(json.dumps(REPORT.to_dict()))

    assert data["findings"][1]["rows"] == list("abcdefg")
    assert data["quarantine"] == [{"file": "b.gpkg", "layer": "x", "fid": "7", "reason": "no geometry"}]
    assert data["counts"][1]["quarantined"] == 1


def test_as_html_without_anything_that_runs():
    hostile = Report(tuple(Finding("error", name, name, name, (name,)) for name in zoo.NAMES))
    html = hostile._repr_html_()

    assert REPORT.sentence in REPORT._repr_html_()
    assert "mend it" in REPORT._repr_html_()
    assert not any(sign in html for sign in ("<script", "{{", "{%", "${", "`", "\x1b", "\u202e"))


def test_names_of_strangers_do_not_steer_a_terminal():
    hostile = Report(
        tuple(Finding("error", name, name, name, (name,)) for name in zoo.NAMES),
        tuple(Quarantined(name, name, name, name) for name in zoo.NAMES),
    )

    assert len(str(hostile).splitlines()) == 1 + 2 * len(zoo.NAMES)
    assert not any(ord(sign) < 32 for sign in str(hostile).replace("\n", ""))


def test_many_reports_are_one():
    both = Report.merge([REPORT, Report(), REPORT])

    assert both.findings == REPORT.findings * 2
    assert both.quarantine == REPORT.quarantine * 2
    assert both.of("error") == (REPORT.findings[1],) * 2
    assert Report.merge([]) == Report()
    assert Report().sentence == "0 errors, 0 warnings, 0 notes."
