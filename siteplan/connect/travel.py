"""From every plot along the roads to the nearest target: metres, minutes, and by which way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.connect import speeds
from siteplan.connect.joints import Joints, at_doors, inside, join
from siteplan.connect.junctions import Rows
from siteplan.connect.network import Network
from siteplan.connect.search import Costs, Ways, doors_beside, search
from siteplan.connect.snapping import way_for
from siteplan.errors import CrsError, DataError
from siteplan.shapes import Shapes

STATUSES = ("reached", "disconnected", "too_far", "no_target", "no_road")
"""What became of a plot's question."""

_REACHED, _DISCONNECTED, _TOO_FAR, _NO_TARGET, _NO_ROAD = range(5)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trips:
    """The way taken from each plot.

    Attributes
    ----------
    joints
        Where the plot joins the roads; one joint for each plot.
    place
        Where the way leads first, see `search.Ways`.
    target
        Position of the target reached, -1 out of reach.
    spent, besides
        What was minimised and the other measure, the straight stretches included.
    """

    joints: Joints
    place: Rows
    target: Rows
    spent: Floats
    besides: Floats


def travel(  # noqa: PLR0913 (three tables, and four choices that are keywords only)
    network: Network,
    plots: gpd.GeoDataFrame,
    targets: gpd.GeoDataFrame,
    *,
    by: Literal["time", "distance"] = "time",
    access_speed: float = 20.0,
    reach: float | None = None,
    routes: bool = False,
) -> pd.DataFrame:
    """Find for every plot the target that is nearest along the roads.

    Plots and targets join the roads at the nearest point of the nearest road, in the middle of an
    edge too; where several points are equally near (a side along a road, two roads, roads that touch
    the plot) the cheapest counts. The straight stretch beside the road counts, in metres and minutes.

    Parameters
    ----------
    network
        The roads.
    plots
        Polygons in the network's CRS.
    targets
        Gates, stations, border crossings, towns: any shapes in the network's CRS, indexed by
        identifier, with their `name`.
    by
        Whether the quickest way is taken or the shortest.
    access_speed
        Speed on the straight stretches beside the roads, km/h.
    reach
        The longest stretch from a plot to its road, metres; a plot farther away is "too_far".
    routes
        Whether to draw the ways.

    Returns
    -------
    travelled
        On the index of `plots`: `metres` and `minutes` of the way, the target `feature` with its
        `feature_name`, `snap_m` and `target_snap_m` (the straight stretches), the `road` joined and
        the `part` of the network it lies in, the tie-in point on the road (`tie_in_x`, `tie_in_y`), and
        `status`: "reached"; "disconnected" where no target lies in the plot's part of the network
        (metres and minutes are unknown: more likely a gap in the data than in the land);
        "too_far", "no_target" and "no_road" (infinite). With `routes` a GeoDataFrame whose geometry
        `route` leads from plot to target, missing where there is none or it has no length.

    Raises
    ------
    CrsError
        If a table is not in the network's CRS.
    DataError
        If a number is not what it must be, or a plot or target has no shape or no finite coordinates.

    Examples
    --------
    >>> from siteplan.connect.network import build
    >>> road = gpd.GeoDataFrame(
    ...     geometry=[shapely.LineString([(0, 0), (3000, 0)])], index=["r1"], crs="EPSG:32652"
    ... )
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(500, 100, 600, 200)], index=["a"], crs=road.crs)
    >>> gate = gpd.GeoDataFrame(
    ...     {"name": ["Gate"]}, geometry=[shapely.Point(2000, 0)], index=["g"], crs=road.crs
    ... )
    >>> way = travel(build(road, speeds=60), plots, gate)
    >>> way[["metres", "minutes", "feature_name", "snap_m", "status"]].round(2).to_dict("records")
    [{'metres': 1500.0, 'minutes': 1.7, 'feature_name': 'Gate', 'snap_m': 100.0, 'status': 'reached'}]
    """
    _usable(network, plots, targets, by=by, access_speed=access_speed, reach=reach)
    if not len(network.ends) or not len(plots):
        travelled, drawn = _table(plots.index), np.full(len(plots), None, dtype=object)
    else:
        metres, minutes = Costs(network.metres, 1.0), Costs(network.minutes, 0.06 / access_speed)
        cost, other = (minutes, metres) if by == "time" else (metres, minutes)
        shapes, goals = plots.geometry.to_numpy(), targets.geometry.to_numpy()
        way = way_for(max(len(shapes), len(goals)))
        gates = join(network, goals, way, ids=targets.index, what="targets")
        # Plots are joined while the roads are searched: the kernels hold no lock.
        with ThreadPoolExecutor(1) as pool:
            joined = pool.submit(join, network, shapes, way, ids=plots.index, what="plots")
            ways = search(network, gates, cost, other)
            starts = joined.result()
        joints = at_doors(starts, shapes, ways.doors, len(network.ends))
        trips = _cheapest(network, joints, inside(joints, ways.doors, goals), ways, (cost, other))
        status = _status(trips, reach=reach, targets=len(targets))
        travelled = _table(plots.index, **_told(network, targets, ways, trips, status, by=by))
        drawn = trace(network, ways, trips, (status == _REACHED) & routes)
    if not routes:
        return travelled
    return gpd.GeoDataFrame(travelled.assign(route=drawn), geometry="route", crs=network.crs)


def _usable(
    network: Network,
    plots: gpd.GeoDataFrame,
    targets: gpd.GeoDataFrame,
    *,
    by: str,
    access_speed: float,
    reach: float | None,
) -> None:
    for table, frame in (("plots", plots), ("targets", targets)):
        if frame.crs is None or frame.crs != network.crs:
            its = "no CRS" if frame.crs is None else f"{frame.crs.name}"
            raise CrsError(f"{table}: {its}, but the roads are in {network.crs.name}; project them alike")
    if by not in ("time", "distance"):
        raise DataError(f'by is {by!r}; give "time" or "distance"')
    speeds.refuse_speed("access_speed", access_speed)
    if reach is not None and not reach >= 0:
        raise DataError(f"reach is {reach!r}; give metres, 0 or more, or None for no limit")


def _table(index: pd.Index, **given: object) -> pd.DataFrame:
    empty: dict[str, object] = {
        "metres": np.inf,
        "minutes": np.inf,
        "feature": None,
        "feature_name": None,
        "snap_m": np.inf,
        "target_snap_m": np.nan,
        "road": None,
        "part": -1,
        "tie_in_x": np.nan,
        "tie_in_y": np.nan,
        "status": "no_road",
    }
    table = pd.DataFrame({**empty, **given}, index=index)
    return table.astype({"feature": "str", "feature_name": "str", "road": "str", "status": "str"})


def _cheapest(
    network: Network, joints: Joints, there: Rows, ways: Ways, measures: tuple[Costs, Costs]
) -> Trips:
    """The cheapest way on from every plot: by either end of its edge, to a door on it, or none at all."""
    cost, other = measures
    metres, ends = network.metres[joints.edge], network.ends[joints.edge]
    off = np.stack([joints.along, metres - joints.along])
    rate = cost.edges[joints.edge] / metres
    by_start, by_end = ways.cost[ends.T] + off * rate
    later = by_end < by_start
    place, spent = np.where(later, ends[:, 1], ends[:, 0]), np.where(later, by_end, by_start)
    off = np.where(later, off[1], off[0])
    for beside in doors_beside(ways.doors, joints, len(network.ends)):
        _shorter(beside, ways.first_door, ways, joints, rate, (place, off, spent))
    _shorter(there, ways.first_target, ways, joints, rate, (place, off, spent))
    spent += cost.per_metre * joints.gap
    besides = ways.other[place] + off / metres * other.edges[joints.edge] + other.per_metre * joints.gap
    first = _least(joints.row, spent, besides)
    place = place[first]
    return Trips(joints.take(first), place, ways.target[place], spent[first], besides[first])


def _shorter(
    beside: Rows, first: int, ways: Ways, joints: Joints, rate: Floats, best: tuple[Rows, Floats, Floats]
) -> None:
    """Take the way straight to a door on the joint's edge or to the target around it where that is cheaper.

    Places are `first` and what is beside each joint, -1 for nothing; `best` is changed.
    """
    place, off, spent = best
    rows = np.flatnonzero(beside >= 0)
    to, metres = first + beside[rows], np.zeros(len(rows))
    if first == ways.first_door:
        metres = np.abs(ways.doors.along[beside[rows]] - joints.along[rows])
    straight = ways.cost[to] + metres * rate[rows]
    cheaper = straight < spent[rows]
    rows = rows[cheaper]
    place[rows], off[rows], spent[rows] = to[cheaper], metres[cheaper], straight[cheaper]


def _least(row: Rows, spent: Floats, besides: Floats) -> Rows:
    """The first joint of each row that costs least, and of those with the least of the other measure."""
    starts = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    group = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(row)]))
    least = spent == np.minimum.reduceat(spent, starts)[group]
    besides = np.where(least, besides, np.inf)
    least &= besides == np.minimum.reduceat(besides, starts)[group]
    number = np.where(least, np.arange(len(row)), len(row))
    return np.minimum.reduceat(number, starts)


def _status(trips: Trips, *, reach: float | None, targets: int) -> Rows:
    status = np.where(trips.target >= 0, _REACHED, _DISCONNECTED)
    if reach is not None:
        status[trips.joints.gap > reach] = _TOO_FAR
    return status if targets else np.full(len(status), _NO_TARGET)


def _told(
    network: Network, targets: gpd.GeoDataFrame, ways: Ways, trips: Trips, status: Rows, *, by: str
) -> dict[str, object]:
    """The columns of the result; what was not reached has no target."""
    reached, joints = status == _REACHED, trips.joints
    lost = np.where(status == _DISCONNECTED, np.nan, np.inf)
    spent, besides = (np.where(reached, amount, lost) for amount in (trips.spent, trips.besides))
    target = np.where(reached, trips.target, -1)
    # A plot's joint within a target ends there, without a door.
    door = np.where(reached, np.where(trips.place < ways.first_target, ways.door[trips.place], -1), -2)
    return {
        "metres": besides if by == "time" else spent,
        "minutes": spent if by == "time" else besides,
        "feature": _taken(targets.index, target),
        "feature_name": _taken(targets["name"], target),
        "snap_m": joints.gap,
        "target_snap_m": np.r_[ways.doors.gap, np.nan, 0.0][door],
        "road": network.features.take(network.feature[joints.edge]).to_numpy(),
        "part": network.part[network.ends[joints.edge, 0]],
        "tie_in_x": joints.at[:, 0],
        "tie_in_y": joints.at[:, 1],
        "status": pd.array(STATUSES, dtype="str").take(status),
    }


def _taken(names: pd.Index | pd.Series, rows: Rows) -> pd.api.extensions.ExtensionArray:
    """Names by position, -1 for a missing one."""
    taken: pd.api.extensions.ExtensionArray = names.astype("str").array.take(rows, allow_fill=True)
    return taken


def trace(network: Network, ways: Ways, trips: Trips, reached: NDArray[np.bool_]) -> Shapes:
    """Draw the ways from plot to target, all of them one step at a time.

    Returns
    -------
    lines
        One for each trip; missing where none is reached or the way has no length.
    """
    drawn = np.full(len(reached), None, dtype=object)
    if not reached.any():
        return drawn
    spots = np.concatenate([network.points, ways.doors.at])
    trip = np.flatnonzero(reached)
    place = trips.place[trip]
    steps = [(trip, trips.joints.own[trip]), (trip, trips.joints.at[trip])]
    trip, place = trip[place < ways.first_target], place[place < ways.first_target]
    while len(trip):
        steps.append((trip, spots[place]))
        there = ways.onward[place] >= ways.first_target
        steps.append((trip[there], ways.doors.own[place[there] - ways.first_door]))
        trip, place = trip[~there], ways.onward[place[~there]]
    of, points = (np.concatenate(column) for column in zip(*steps, strict=True))
    order = np.argsort(of, kind="stable")
    of, points = of[order], points[order]
    # A plot on the road, or a joint at a node, names the same point twice.
    moved = np.r_[True, (of[1:] != of[:-1]) | (points[1:] != points[:-1]).any(axis=1)]
    of, points = of[moved], points[moved]
    count = np.bincount(of, minlength=len(reached))
    number = np.cumsum(count > 1) - 1
    long_enough = count[of] > 1
    drawn[count > 1] = shapely.linestrings(points[long_enough], indices=number[of[long_enough]])
    return drawn
