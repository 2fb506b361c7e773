"""The connection passport: a row per plot and utility with tie-in, way, money, headroom, and open facts."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan.connect import crossed, headroom, money
from siteplan.connect import table as columns
from siteplan.connect.answers import Answers, answers
from siteplan.connect.ways import Way
from siteplan.connections import Connection
from siteplan.features import chosen
from siteplan.prices import Prices
from siteplan.words import Saying, joined, said


def passports(
    connection: Connection,
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    prices: Prices | None,
    way: Way,
) -> gpd.GeoDataFrame:
    """Return one row per plot: how it reaches one utility.

    Parameters
    ----------
    connection
        What every plot wants.
    plots, layers
        Checked tables in one metric CRS.
    prices
        Unit costs; without them no cost is given.
    way
        How tie-ins are reached: straight, along roads or over terrain, over the same plots and the
        tie-ins that `headroom.offers` gives.

    Returns
    -------
    passports
        On the index of `plots`: `status` (served, no_capacity, not_reachable, unknown) with its
        `reason`, the tie-in (`layer`, `feature`, `feature_name`, `availability`, `as_of`, `source`,
        `tie_in_x`, `tie_in_y`), `straight_m`, `route_m` and `billed_m`, how many metres of it may be
        the grid's (`route_error_m`), by which share it may be dearer ground than the best way
        (`route_excess`: 0 is proven best, missing is not known), how many metres lie on ground whose
        slope counts but is not known (`no_slope_m`: then neither is what is billed) and how many are
        straight beside the roads (`snap_m`, `target_snap_m`), how often what was crossed,
        `demand`, `free`, `free_after` and `capacity` in `unit`, the `largest` headroom within reach
        where none suffices (at most that much, where `missing` says that it is not known) with its
        `largest_feature`, `largest_id`, `largest_x` and `largest_y`, `cost_low`, `cost_base`,
        `cost_high` in RUB, `months`, what is `missing`, and the route as geometry.
    """
    found = answers(connection, plots, headroom.offers(connection, layers), way)
    counted = _crossed(connection, found, plots, layers)
    table = _described(found, connection, plots.index)
    table["crossings"] = _listed(counted, len(plots))
    names = table["feature_name"].tolist()
    for row in np.flatnonzero((table["status"] == "served") & table["months"].isna()).tolist():
        found.missing[row].append(said("fact.build_time", name=names[row]))
    if prices is not None:
        _price(table, found, connection, prices, counted)
    for row in np.flatnonzero(table["status"] == "served").tolist():
        found.missing[row] += _doubts(found, row)
    missing = [joined(dict.fromkeys(facts)) for facts in found.missing]
    table["missing"] = pd.Series(missing, table.index, dtype=object)
    return gpd.GeoDataFrame(table, geometry=found.reached.route, crs=plots.crs)


def _crossed(
    connection: Connection,
    found: Answers,
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
) -> dict[str, NDArray[np.int64]]:
    """How often each route crosses what goes by one price name, a feature that is named twice once."""
    features: dict[str, dict[str, NDArray[np.bool_]]] = {}
    for one in connection.crossings:
        layer = layers[one.layer]
        meant = features.setdefault(one.label, {}).setdefault(one.layer, np.zeros(len(layer), dtype=bool))
        meant |= chosen(layer, one.where)
    shapes, route = plots.geometry.to_numpy(), found.reached.route
    return {
        label: crossed.crossings(
            route,
            np.concatenate([layers[name].geometry.to_numpy()[meant] for name, meant in each.items()]),
            shapes,
        )
        for label, each in features.items()
    }


def _described(found: Answers, connection: Connection, plots: pd.Index) -> pd.DataFrame:
    """The table with all that the search tells; money comes later."""
    named = (connection.name, connection.label, connection.utility, connection.price_class)
    empty = {**dict(zip(columns.NAMED, named, strict=True)), **dict.fromkeys(columns.TEXTS, "")}
    table = pd.DataFrame({**empty, **dict.fromkeys(columns.NUMBERS, np.nan)}, index=plots)
    table = table.astype(dict.fromkeys(empty, "str"))
    reached, has = found.reached, found.reached.tie_in >= 0
    offered = found.offers.drop(columns="geometry").take(reached.tie_in[has])
    for name in ("layer", "feature", "feature_name", "availability", "as_of", "source", "free", "capacity"):
        table.loc[has, name] = offered[name].to_numpy()
    served = found.status == "served"
    wait = np.where(table["availability"] == "can_be_built", _of(found, "build_months"), 0.0)
    given = {
        "status": found.status,
        "largest_feature": _of_largest(found, "feature_name", ""),
        "largest_id": _of_largest(found, "feature", ""),
    }
    table = table.assign(**{name: pd.Series(texts, plots, dtype="str") for name, texts in given.items()})
    return table.assign(
        reason=pd.Series(found.reason, plots, dtype=object),
        given_up=pd.Series(reached.given_up, plots, dtype=object),
        unit=connection.symbol,
        route=connection.route,
        demand=found.demand if connection.wants else np.nan,
        straight_m=found.straight,
        route_m=np.where(np.isfinite(reached.metres), reached.metres, np.nan),
        route_error_m=np.where(has, reached.error, np.nan),
        route_excess=np.where(has, reached.excess, np.nan),
        no_slope_m=np.where(has, reached.no_slope, np.nan),
        snap_m=np.where(has, reached.snap, np.nan),
        target_snap_m=np.where(has, reached.target_snap, np.nan),
        billed_m=np.where(np.isfinite(reached.billed), reached.billed, np.nan),
        largest=_of_largest(found, "most", np.nan).astype(float),
        largest_x=found.largest.x,
        largest_y=found.largest.y,
        free_after=np.where(served, np.maximum(table["free"] - found.demand, 0.0), np.nan),
        months=np.where(served, wait, np.nan),
        tie_in_x=reached.x,
        tie_in_y=reached.y,
    )


def _doubts(found: Answers, row: int) -> list[Saying]:
    """What is not known of a route: whether it is the best, and how exact."""
    reached, doubts = found.reached, list[Saying]()
    if np.isnan(reached.excess[row]):
        spared = reached.given_up[row] or said("fact.entered")
        doubts.append(said("fact.beyond_window", what=spared))
    elif reached.excess[row] > 0:
        doubts.append(said("fact.best"))
    if np.isnan(reached.billed[row]):
        doubts.append(said("fact.slope"))
    return [*doubts, said("fact.exactness")] if np.isnan(reached.error[row]) else doubts


def _of_largest(found: Answers, column: str, otherwise: object) -> NDArray[np.object_]:
    """What a column says of the tie-in with the most, where none suffices."""
    said = np.array([*found.offers[column], otherwise], dtype=object)
    return np.asarray(said[found.largest.tie_in], dtype=object)  # -1 is the one appended


def _of(found: Answers, column: str) -> NDArray[np.float64]:
    """A number of each plot's tie-in; missing where it has none."""
    numbers = np.append(found.offers[column].to_numpy(dtype=float), np.nan)
    return numbers[found.reached.tie_in]  # -1 is the one appended


def _listed(counted: Mapping[str, NDArray[np.int64]], count: int) -> list[str]:
    """What each route crosses, in words: "railway x2; creek x1"."""
    return [
        "; ".join(f"{name} x{times[row]}" for name, times in counted.items() if times[row])
        for row in range(count)
    ]


def _price(
    table: pd.DataFrame,
    found: Answers,
    connection: Connection,
    prices: Prices,
    counted: Mapping[str, NDArray[np.int64]],
) -> None:
    """Write what the connections of the served plots cost, and what is missing to know it."""
    served = np.flatnonzero(found.status == "served")
    bill = money.bill(
        connection,
        prices,
        metres=table["billed_m"].to_numpy()[served],
        crossings={what: times[served] for what, times in counted.items()},
        demand=found.demand[served] if connection.wants else np.full(len(served), np.nan),
    )
    to_build = (table["availability"] == "can_be_built").to_numpy()[served]
    building = np.where(to_build, _of(found, "build_cost")[served], 0.0)
    for name, part in (("cost_low", bill.low), ("cost_base", bill.base), ("cost_high", bill.high)):
        cost = np.full(len(table), np.nan)
        cost[served] = part + building
        table[name] = cost
    table.loc[table["cost_base"].notna(), "prices"] = prices.name
    names = table["feature_name"].tolist()
    unbuilt = np.isnan(building).tolist()
    for row, lacking, doubts, unknown in zip(
        served.tolist(), bill.lacking, bill.doubts, unbuilt, strict=True
    ):
        found.missing[row] += [*lacking, *doubts]
        found.missing[row] += [said("fact.build_cost", name=names[row])] if unknown else []
