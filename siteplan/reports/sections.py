"""The sections of a passport: the sum, connections, land, regimes, what is not known, sources."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from siteplan import losses, passports
from siteplan.explanation import Explanation
from siteplan.reports import told
from siteplan.rounding import shown_parts
from siteplan.words import Words

if TYPE_CHECKING:
    from siteplan.plan import Plan
    from siteplan.tables import Park

_TOGETHER = 14  # rows of one line each that are not parted by the end of a page
_RIGHT, _LEFT = {"right": True, "wide": 0}, {"right": False, "wide": 0}


def of(
    explanation: Explanation,
    plan: Plan,
    park: Park,
    record: Mapping[str, Any],
    words: Words,
    drawn: Sequence[str],
) -> list[dict[str, Any]]:
    """Return the sections that have something to say, in the order in which an investor asks.

    Parameters
    ----------
    explanation
        Of the plot.
    plan, park
        What was planned, and what it was scored from.
    record
        The plot's row of the plots table.
    words
        The language.
    drawn
        The layers that its map shows.
    """
    found = [
        _sum(explanation, words),
        _sure(explanation, words),
        _connections(explanation, plan, words),
        _land(explanation, plan, words),
        _regimes(park, record, words),
        _gaps(explanation, words),
        _sources(plan, park, words, drawn),
    ]
    return [section for section in found if section is not None]


def glance(explanation: Explanation, words: Words) -> list[list[str]]:
    """Return what is large at the top: score, rank, area, net land, how much is known."""
    total, land = explanation.total, explanation.land
    said = {"score": _score(total, words), "rank": _rank(total, explanation.ranked, words)}
    said["area"] = words.amount(total["area_ha"], "ha")
    if land:
        net = words.span(land["net_ha"], land["net_high_ha"])
        said["net"] = f"{net}\N{NO-BREAK SPACE}{words.unit('ha')}"
    said["known"] = words.share(total["completeness"])
    return [[words.say(f"passport.{key}"), text] for key, text in said.items()]


def _score(total: Mapping[str, Any], words: Words) -> str:
    if total["excluded_by"]:
        return words.say("passport.excluded")
    low, high = (words.fixed(total[name] * 100, 1) for name in ("score", "score_high"))
    if low == high:
        return words.say("passport.score_is", score=low)
    return words.say("passport.score_between", score=low, high=high)


def _rank(total: Mapping[str, Any], ranked: int, words: Words) -> str:
    if pd.isna(total["rank"]):
        return words.say("passport.not_ranked")
    return words.say("passport.rank_of", rank=words.fixed(total["rank"], 0), n=words.fixed(ranked, 0))


def _section(
    title: str,
    words: Words,
    *,
    said: Sequence[str] = (),
    table: Mapping[str, Any] | None = None,
    notes: Sequence[str] = (),
    reference: bool = False,
) -> dict[str, Any]:
    """A section; one for reference has long cells in small print, and may be parted anywhere."""
    return {
        "title": words.say(f"passport.{title}"),
        "said": [text[:1].upper() + text[1:] for text in said],
        "table": table,
        "small": reference,
        "together": not reference and (table is None or len(table["rows"]) <= _TOGETHER),
        "notes": [note for note in notes if note],
    }


def _table(
    head: Sequence[str], columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]], words: Words,
    total: Sequence[str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    titles = [words.say(f"passport.{key}") if key else "" for key in head]
    return {"head": titles, "columns": list(columns), "rows": [list(row) for row in rows], "total": total}


def _sum(explanation: Explanation, words: Words) -> dict[str, Any]:
    rows, total = explanation.rows.to_dict("records"), explanation.total
    excluded = bool(total["excluded_by"])
    parts = [row["contribution"] for row in rows if pd.notna(row["contribution"])]
    shown = iter(shown_parts(parts, math.fsum(parts)))
    said = [[*_worth(row, words), _points(row, shown, words)] for row in rows]
    bars = [{"bar": 0.0 if pd.isna(row["value"]) else float(row["value"])} for row in rows]
    whole = words.fixed(round(math.fsum(parts) * 1000) / 10, 1)
    known = len(parts) == len(rows)
    table = _table(
        ("criterion", "amount", "measured_to", "worth", "", "weight", "points"),
        ({"right": False, "wide": 4}, {"right": True, "wide": 2}, {"right": False, "wide": 3.4}, _RIGHT,
         {"right": False, "wide": 1}, _RIGHT, _RIGHT),
        [[*cells[:4], bar, *cells[4:]] for cells, bar in zip(said, bars, strict=True)],
        words,
        [_total(words, known=known), "", "", "", "", words.share(1.0), whole],
    )  # fmt: skip
    high = words.fixed(total["score_high"] * 100, 1) if not excluded else ""
    note = (
        words.say("passport.sum_note_known")
        if known or excluded
        else words.say("passport.sum_note", high=high)
    )
    return _section("sum_excluded" if excluded else "sum", words, table=table, notes=[note])


def _sure(explanation: Explanation, words: Words) -> dict[str, Any] | None:
    return _section("sure", words, said=explanation.sureness) if explanation.sureness else None


def _total(words: Words, *, known: bool) -> str:
    return words.say("passport.total" if known else "passport.total_known")


def _worth(row: Mapping[Any, Any], words: Words) -> list[str]:
    """A criterion with amount, where to, worth and weight."""
    amount = told.measured(row["amount"], row["category"], words)
    if isinstance(amount, float):
        amount = words.amount(amount, row["unit"])
    return [
        row["label"],
        amount or words.say("word.unknown"),
        row["feature_name"] if isinstance(row["feature_name"], str) else "",
        "?" if pd.isna(row["value"]) else words.fixed(row["value"], 2),
        f"{words.fixed(row['weight'] * 100, 1)}\N{NO-BREAK SPACE}%",
    ]


def _points(row: Mapping[Any, Any], shown: Any, words: Words) -> str:
    if pd.isna(row["contribution"]):
        return words.say("passport.up_to", points=words.fixed(row["weight"] * 100, 1))
    return words.fixed(next(shown) / 10, 1)


def _connections(explanation: Explanation, plan: Plan, words: Words) -> dict[str, Any] | None:
    rows = explanation.connections.to_dict("records")
    if not rows:
        return None
    prices = plan.prices.said(words) if plan.prices else ""
    cells = [
        [
            row["label"],
            words.known("status", row["status"]),
            passports.sentence({**row, "prices": row["prices"] and prices}, words),
        ]
        for row in rows
    ]
    table = _table(("utility", "status", "said"), (_LEFT, _LEFT, {"right": False, "wide": 1}), cells, words)
    return _section("connections", words, table=table, notes=[explanation.notice])


def _land(explanation: Explanation, plan: Plan, words: Words) -> dict[str, Any] | None:
    if not explanation.land:
        return None
    rows = explanation.losses.to_dict("records")
    cells = [
        [
            row["title"],
            words.known("severity", row["severity"]),
            words.amount(row["taken_ha"], "ha"),
            words.amount(row["alone_ha"], "ha"),
            losses.act(row, words),
        ]
        for row in rows
    ]
    table = _table(
        ("zone", "land_is", "covers", "alone", "act"),
        ({"right": False, "wide": 3}, _LEFT, _RIGHT, _RIGHT, {"right": False, "wide": 3}),
        cells,
        words,
    )
    norms = plan.norms
    rules = words.say("passport.norms", title=norms.title, notice=norms.notice) if norms else ""
    return _section(
        "land",
        words,
        said=[losses.sentence(explanation.land, words), *_decided(explanation, words)],
        table=table if rows else None,
        notes=[words.say("passport.land_note") if rows else "", rules],
    )


def _decided(explanation: Explanation, words: Words) -> list[str]:
    """What a planner decided about patches of the plot."""
    title = words.say("passport.overrides")
    rows = explanation.overrides.to_dict("records")
    return [words.say("word.colon", what=title, said=losses.overridden(row, words)) for row in rows]


def _regimes(park: Park, record: Mapping[str, Any], words: Words) -> dict[str, Any] | None:
    granted = set(str(record.get("regimes") or "").split())
    lines = [line for line in park.regimes if line.id in granted]
    if not lines:
        return None
    comma, new_only = words.say("word.comma"), words.say("passport.new_only")
    cells = [
        [
            line.regime,
            line.measure,
            "\N{NO-BREAK SPACE}".join(filter(None, (line.rate, words.unit(line.unit)))),
            comma.join(filter(None, (line.period, new_only if line.new_residents_only else ""))),
            f"{line.act}; {words.day(line.as_of)}; {words.known('confidence', line.confidence)}",
        ]
        for line in lines
    ]
    columns = [{"right": False, "wide": wide} for wide in (2.6, 3.6, 2.8, 3, 3.8)]
    table = _table(("regimes", "measure", "rate", "period", "act"), columns, cells, words)
    return _section("regimes", words, table=table, reference=True)


def _gaps(explanation: Explanation, words: Words) -> dict[str, Any]:
    """Everything that is not known, in one list."""
    said = [
        words.say("passport.gap_criterion", label=row["label"], points=words.fixed(row["weight"] * 100, 1))
        for row in explanation.rows.to_dict("records")
        if pd.isna(row["contribution"])
    ]
    said += [
        words.say("word.colon", what=row["label"], said=row["missing"])
        for row in explanation.connections.to_dict("records")
        if row["missing"]
    ]
    if explanation.land and explanation.land["unknown"]:
        said.append(words.say("land.unknown", what=explanation.land["unknown"]))
    return _section("gaps", words, said=said or [words.say("passport.no_gaps")])


def _sources(plan: Plan, park: Park, words: Words, drawn: Sequence[str]) -> dict[str, Any]:
    about = [
        words.say("passport.plan", title=plan.title or plan.name),
        words.say("passport.plan_by", author=plan.author) if plan.author else "",
        words.say("passport.dated", date=words.day(plan.as_of)) if plan.as_of else "",
    ]
    table = _table(
        ("table", "origin", "as_of", "confidence", "licence"),
        ({"right": False, "wide": 4}, _LEFT, _LEFT, _LEFT, {"right": False, "wide": 8}),
        told.sources(park, words, {*plan.layers, *drawn}),
        words,
    )
    return _section(
        "sources",
        words,
        said=[words.say("word.comma").join(filter(None, about))],
        table=table,
        notes=[plan.note],
        reference=True,
    )
