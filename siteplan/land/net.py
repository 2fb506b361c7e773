"""Net land: what can be built on of each plot, and which cause takes how much of the rest.

Causes take in a fixed order: exclusions first, then consents, conditions and information, and
within a severity in the order in which causes first stand in the table of zones. The first cause
takes; what each would take alone stands beside it. Exclusions and consents take land, the others
only lie on it. So for every plot::

    gross = taken by all causes together + free
    net   = gross - taken by exclusions        (every consent is given)
    asked = net   - taken by consents          (every consent is refused)
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.findings import Finding
from siteplan.land import casting
from siteplan.land import overrides as planners
from siteplan.land.attribution import Taken, claims, take
from siteplan.land.reach import THREADS, Field, in_chunks, way_for
from siteplan.land.uncut import uncut, without_dust
from siteplan.land.uniting import together
from siteplan.shapes import Shapes


@dataclass(frozen=True, eq=False)
class Net:
    """What is left of every plot, and who took the rest.

    Attributes
    ----------
    plots
        On the index of the plots, square metres: `gross_m2`; `net_m2`, where every consent is given;
        `asked_m2`, where every consent is refused; `free_m2`, under nothing at all; `given_back_m2`,
        by how much the planner's buildable patches raise `net_m2`.
    shapes, asked
        On the same index: the land of `net_m2` and of `asked_m2`; an empty polygon where nothing is
        left. Pieces below `uncut.DUST_M2`, which rounding leaves, are not in it.
    losses
        One row per plot and cause that claims any of it, by plot and in the order of causes:
        `plot`, `cause`, `title`, `severity`; `taken_m2`, what causes before it had left; `alone_m2`,
        what it would take by itself; `features`, how many of its features reach the plot; and the
        patch it took, empty where nothing was left.
    given_back
        One row per plot and buildable patch on it: `plot`, `patch`, `author`, `date`, `reason`;
        `net_m2` and `asked_m2`, by how much those grow; and the part of the patch on the plot.
    findings
        Zones that were repaired or take nothing, patches outside all plots.
    """

    plots: pd.DataFrame
    shapes: gpd.GeoSeries
    asked: gpd.GeoSeries
    losses: gpd.GeoDataFrame
    given_back: gpd.GeoDataFrame
    findings: tuple[Finding, ...]


def net(
    plots: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    *,
    overrides: gpd.GeoDataFrame | None = None,
    threads: int = THREADS,
) -> Net:
    """Take every zone from every plot, and keep account of who took what.

    Parameters
    ----------
    plots
        Valid polygons in a metric CRS.
    zones
        One row per feature and rule: `cause`, `title`, `severity` (exclusion, consent, condition,
        information), `layer`, `feature`, `metres` and the feature's own shape. The zone is all that
        lies within `metres` of it.
    overrides
        Patches the planner drew: `effect` (buildable, lost), `author`, `date`, `reason` and a
        polygon. A lost patch is an exclusion that goes before all others; in a buildable one zones
        do not count. Where both lie, the land is lost.
    threads
        How many chunks of plots at once; the answer is the same.

    Raises
    ------
    DataError
        If a table is not what it must be.
    CrsError
        If the CRS cannot measure.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> zones = gpd.GeoDataFrame(
    ...     {
    ...         "cause": ["gas", "bog"],
    ...         "title": ["Gas main", "Bog"],
    ...         "severity": "exclusion",
    ...         "layer": ["pipes", "bogs"],
    ...         "feature": ["g1", "b1"],
    ...         "metres": [20.0, 0.0],
    ...     },
    ...     geometry=[shapely.LineString([(-50, 0), (150, 0)]), shapely.box(0, 0, 10, 100)],
    ... )
    >>> found = net(plots, zones)
    >>> found.plots[["gross_m2", "net_m2"]].to_dict("records")
    [{'gross_m2': 10000.0, 'net_m2': 7200.0}]
    >>> found.losses[["cause", "taken_m2", "alone_m2"]].to_dict("records")
    [{'cause': 'gas', 'taken_m2': 2000.0, 'alone_m2': 2000.0}, {'cause': 'bog', 'taken_m2': 800.0, 'alone_m2': 1000.0}]
    """  # noqa: E501 (a line of output)
    shapes = casting.grounds(plots, zones)
    cast, given, drawn = casting.cast(zones), planners.Given.nothing(), None
    if overrides is not None:
        drawn = planners.patches(overrides, plots)
        cast, given = planners.laid_over(cast, drawn), planners.given(shapes, drawn)
    # In a buildable patch zones do not count: they take from what lies outside.
    grounds = shapes.copy()
    some, patches = together(given.common, given.plot)
    grounds[some] = shapely.difference(shapes[some], patches)
    taken, rests, areas = _rounds(grounds, cast, threads)
    areas += np.bincount(given.plot, weights=shapely.area(given.common), minlength=len(plots))
    if drawn is not None and len(some):
        for rest, severity in zip(rests, ("consent", "condition"), strict=True):
            rest[some] = without_dust(uncut(shapes[some], cast, drawn, cast.first(severity)))
    grown = _grown(given.common, cast, threads)
    columns = {
        "gross_m2": shapely.area(shapes),
        "net_m2": areas[0],
        "asked_m2": areas[1],
        "free_m2": areas[2],
        "given_back_m2": np.bincount(given.plot, weights=grown[0], minlength=len(plots)),
    }
    shown, asked = (gpd.GeoSeries(rest, index=plots.index, crs=plots.crs) for rest in rests)
    return Net(
        pd.DataFrame(columns, index=plots.index),
        shown,
        asked,
        _losses(plots, cast, taken),
        _given_back(plots, overrides, given, grown),
        cast.findings,
    )


def _rounds(
    grounds: Shapes, cast: casting.Cast, threads: int
) -> tuple[Taken, tuple[Shapes, Shapes], NDArray[np.float64]]:
    """Who took what; what exclusions, then consents leave, dust apart; m2 of these and of the free."""
    field = Field.of(cast.shapes, cast.metres, way_for(len(grounds)))
    marks = (cast.first("consent"), cast.first("condition"))
    rests, areas = (grounds.copy(), grounds.copy()), np.empty((3, len(grounds)))

    def work(rows: NDArray[np.intp]) -> Taken:
        mine = grounds[rows]
        claimed = claims(mine, field, field.reached(mine), cast.rank, cast.feature)
        taken, kept = take(mine, claimed, marks)
        areas[:, rows] = [shapely.area(one) for one in kept]
        rests[0][rows], rests[1][rows] = (without_dust(one) for one in kept[:2])
        return taken.of(rows)

    return Taken.all(list(in_chunks(grounds, work, threads))), rests, areas


def _grown(patches: Shapes, cast: casting.Cast, threads: int) -> list[NDArray[np.float64]]:
    """By how much net and asked land grow where zones do not count, m2: what they would have taken there."""
    if not len(patches):
        return [np.empty(0), np.empty(0)]
    areas = _rounds(patches, cast.before(cast.first("condition")), threads)[2]
    return list(shapely.area(patches) - areas[:2])


def _losses(plots: gpd.GeoDataFrame, cast: casting.Cast, taken: Taken) -> gpd.GeoDataFrame:
    causes = cast.causes.iloc[taken.rank].reset_index(drop=True)
    columns = {
        "plot": plots.index.take(taken.plot),
        **{name: causes[name] for name in ("cause", "title", "severity")},
        "taken_m2": taken.taken_m2,
        "alone_m2": taken.alone_m2,
        "features": taken.features,
    }
    return gpd.GeoDataFrame(columns, geometry=taken.patch, crs=plots.crs)


def _given_back(
    plots: gpd.GeoDataFrame,
    overrides: gpd.GeoDataFrame | None,
    given: planners.Given,
    grown: list[NDArray[np.float64]],
) -> gpd.GeoDataFrame:
    words = ("author", "date", "reason")
    columns: dict[str, object] = {"plot": plots.index.take(given.plot)}
    if overrides is None:
        columns |= {name: [] for name in ("patch", *words)}
    else:
        columns |= {"patch": overrides.index.take(given.patch)}
        columns |= {name: overrides[name].to_numpy()[given.patch] for name in words}
    columns |= {"net_m2": grown[0], "asked_m2": grown[1]}
    return gpd.GeoDataFrame(columns, geometry=given.common, crs=plots.crs)
