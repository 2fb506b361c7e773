"""What a connection costs: unit costs x quantities x coefficients, and which price is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siteplan.connections import Connection
from siteplan.prices import NOTHING, Estimate, Prices
from siteplan.words import Saying, joined, said

Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Bill:
    """Costs of one connection for many plots.

    Attributes
    ----------
    low, base, high
        RUB; missing where a price that is needed is not in the table.
    lacking
        For each plot what is not known of its cost; empty where all is.
    doubts
        For each plot the prices of its class that another stands in for; empty where none does.
    """

    low: Amounts
    base: Amounts
    high: Amounts
    lacking: tuple[tuple[str, ...], ...]
    doubts: tuple[tuple[str, ...], ...]


def bill(
    connection: Connection,
    prices: Prices,
    *,
    metres: Amounts,
    crossings: Mapping[str, NDArray[np.int64]],
    demand: Amounts,
) -> Bill:
    """Return what a connection costs: (line + crossings + tie-in + capacity) x coefficients.

    Parameters
    ----------
    connection
        Its utility and class decide the prices.
    prices
        Unit costs; a price of the utility without a class stands in for one of the class, which is
        told where other classes have their own.
    metres
        Billed length of each plot's route; missing where there is none.
    crossings
        For each price name, how often each plot's route crosses it.
    demand
        What each plot wants, in the connection's unit, missing where that is not stated; priced
        only where the table prices capacity.

    Notes
    -----
    A line and a tie-in must have a price, as must everything that is crossed at least once: what
    has none makes the cost unknown, not smaller, and so does a demand that is not stated where
    capacity is priced. A tie-in that costs nothing is a row of zeros.
    """
    kind = (connection.utility, connection.price_class)
    utility = Saying.of("lower", f"utility.{connection.utility}")
    total = np.zeros((3, len(metres)))
    lacking: list[list[str]] = [[] for _ in metres]
    doubts: list[list[str]] = [[] for _ in metres]
    items = [("line", "", metres, "m"), ("tie_in", "", np.ones(len(metres)), "1")]
    items += [("crossing", what, times.astype(float), "1") for what, times in crossings.items()]
    if capacity := prices.cost(*kind, "capacity"):
        items.append(("capacity", "", demand, connection.unit or capacity.per))
    for item, what, amounts, unit in items:
        price = prices.cost(*kind, item, what)
        total += np.outer(_each(price.of(1.0, unit) if price else NOTHING), amounts)
        priced = joined(filter(None, (utility, kind[1], said(f"item.{item}"), what)), "item.between")
        needed = np.flatnonzero(amounts > 0).tolist()
        for row in needed if price is None else ():
            lacking[row].append(said("fact.price", what=priced))
        for row in needed if prices.stands_in(*kind, item, what) else ():
            doubts[row].append(said("fact.stands_in", what=priced, utility=utility))
        for row in np.flatnonzero(np.isnan(amounts)).tolist() if item == "capacity" else ():
            lacking[row].append(said("fact.demand"))
    total *= prices.factor(connection.utility)
    total[:, [bool(facts) for facts in lacking]] = np.nan
    low, base, high = total
    return Bill(low, base, high, tuple(map(tuple, lacking)), tuple(map(tuple, doubts)))


def _each(price: Estimate) -> tuple[float, float, float]:
    return price.low, price.base, price.high
