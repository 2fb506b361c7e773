"""The workbook's sheets of connections and land."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siteplan import losses, passports
from siteplan.words import Words

if TYPE_CHECKING:
    from siteplan.reports.cells import Book
    from siteplan.scorecard import Scorecard

_CONNECTIONS = (
    "plot", "connection", "status", "tie_in", "class", "route", "demand", "free", "capacity", "unit",
    "cost_low", "cost_base", "cost_high", "months", "said",
)  # fmt: skip
_LAND = ("plot", "gross", "net", "net_refused", "parts", "largest", "rectangle", "said")
_LOSSES = ("plot", "zone", "land_is", "covers", "alone", "act")


def connections(card: Scorecard, words: Words, book: Book) -> None:
    """Write the passport of every plot and connection, where the plan asks for any."""
    if not len(card.connections):
        return
    sheet = book.sheet(words.say("workbook.connections"), _titles(_CONNECTIONS, words), [22, 20, 14, 30])
    prices = card.plan.prices.said(words) if card.plan.prices else ""
    for row in card.connections.drop(columns="geometry").to_dict("records"):
        numbers = ("cost_low", "cost_base", "cost_high", "months")
        sheet.row(
            [
                row["plot"],
                row["label"],
                words.known("status", row["status"]),
                row["feature_name"],
                row["class"],
                (row["route_m"], "number"),
                *(row[name] for name in ("demand", "free", "capacity")),
                words.unit(row["unit"]),
                *((row[name], "number") for name in numbers),
                passports.sentence({**row, "prices": row["prices"] and prices}, words),
            ]
        )
    sheet.filtered()


def land(card: Scorecard, words: Words, book: Book) -> None:
    """Write what is left of the land of every plot and what took the rest, where the plan asks."""
    if not len(card.land):
        return
    sheet = book.sheet(words.say("workbook.land"), _titles(_LAND, words), [22])
    for plot, row in zip(card.land.index, card.land.drop(columns="geometry").to_dict("records"), strict=True):
        areas = ("gross_ha", "net_ha", "net_refused_ha", "parts", "largest_piece_ha")
        box = losses.rectangle(row, words) if row["rectangle_length_m"] > 0 else None
        sheet.row([plot, *((row[name], "number") for name in areas), box, losses.sentence(row, words)])
    sheet.filtered()
    sheet = book.sheet(words.say("workbook.losses"), _titles(_LOSSES, words), [22, 40, 16, 10, 10, 60])
    for row in card.losses.drop(columns="geometry").to_dict("records"):
        sheet.row(
            [
                row["plot"],
                row["title"],
                words.known("severity", row["severity"]),
                (row["taken_ha"], "number"),
                (row["alone_ha"], "number"),
                losses.act(row, words),
            ]
        )
    sheet.filtered()


def _titles(keys: tuple[str, ...], words: Words) -> list[str]:
    return [words.say(f"workbook.{key}") for key in keys]
