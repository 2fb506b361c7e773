"""Plans and worlds for the properties: everything that can be meant, and nothing drawn with care."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st
from world import EAST, NORTH, UTM

from siteplan.plan import Plan

NAME = st.from_regex(r"\A[a-z][a-z0-9_]{0,8}\Z")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
NUMBER = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 6))
WORTH = st.floats(0, 1)

_UNITS = {
    "distance": ["m", "km", "м"],
    "overlap": ["%", "share"],
    "length": ["m", "km"],
    "count": ["1", "шт."],
    "area": ["ha", "m2", "га"],
    "attribute": ["MW", "m3/h", "million RUB/ha", "1", "кВт"],
}


@st.composite
def _measure(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    if kind == "area":
        return {"kind": kind}
    if kind == "attribute":
        return {"kind": kind, "column": draw(st.text(min_size=1, max_size=9))}
    return {"kind": kind, "layer": draw(NAME), "may_be_empty": draw(st.booleans())}


@st.composite
def values(draw: st.DrawFn) -> dict[str, Any]:
    """A value function of any numeric shape."""
    shape = draw(st.sampled_from(["linear", "piecewise", "step", "exponential"]))
    if shape == "linear":
        best, worst = draw(st.lists(NUMBER, min_size=2, max_size=2, unique=True))
        return {"shape": shape, "best": best, "worst": worst}
    if shape == "exponential":
        best, half = draw(st.lists(NUMBER, min_size=2, max_size=2, unique=True))
        return {"shape": shape, "best": best, "half": half}
    amounts = sorted(draw(st.lists(NUMBER, min_size=2, max_size=5, unique=True)))
    points = [(amount, draw(WORTH)) for amount in amounts]
    if shape == "piecewise":
        return {"shape": shape, "points": points}
    return {"shape": shape, "steps": points, "beyond": draw(WORTH)}


@st.composite
def _criterion(draw: st.DrawFn, name: str) -> dict[str, Any]:
    common = {"name": name, "title": draw(TEXT), "note": draw(TEXT), "weight": draw(st.floats(0, 1e9))}
    if draw(st.booleans()):
        kind = draw(st.sampled_from(sorted(_UNITS)))
        unit = draw(st.sampled_from(_UNITS[kind]))
        return {**common, "measure": draw(_measure(kind)), "unit": unit, "value": draw(values())}
    worths = draw(st.dictionaries(TEXT, WORTH, min_size=1, max_size=3))
    value = {"shape": "category", "worths": worths, "other": draw(st.none() | WORTH)}
    return {**common, "measure": draw(_measure("attribute")), "value": value}


@st.composite
def _constraint(draw: st.DrawFn, name: str) -> dict[str, Any]:
    if draw(st.booleans()):
        texts = draw(st.lists(TEXT, min_size=1, max_size=3))
        return {"name": name, "measure": draw(_measure("attribute")), "one_of": texts}
    kind = draw(st.sampled_from(sorted(_UNITS)))
    low, high = sorted(draw(st.tuples(NUMBER, NUMBER)))
    bounds = draw(st.sampled_from([{"at_least": low}, {"at_most": high}, {"at_least": low, "at_most": high}]))
    return {
        "name": name,
        "measure": draw(_measure(kind)),
        "unit": draw(st.sampled_from(_UNITS[kind])),
        **bounds,
    }


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan that can be meant."""
    names = draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
    criteria = [draw(_criterion(name)) for name in names]
    criteria[0]["weight"] = draw(st.floats(1e-3, 1e9))
    return Plan.from_dict(
        {
            "name": draw(st.text(min_size=1, max_size=9)),
            "title": draw(TEXT),
            "author": draw(TEXT),
            "as_of": draw(st.none() | st.dates(date(1900, 1, 1))),
            "metric_crs": draw(st.none() | st.just(UTM)),
            "criteria": criteria,
            "constraints": [
                draw(_constraint(name)) for name in draw(st.lists(NAME, max_size=2, unique=True))
            ],
        }
    )


_COORDINATE = st.integers(-40, 40).map(lambda step: step * 25.0) | st.floats(-1000, 1000).map(
    lambda metres: round(metres, 3)
)
_POINT = st.tuples(_COORDINATE, _COORDINATE)


@st.composite
def boxes(draw: st.DrawFn) -> shapely.Polygon:
    """A rectangle, sometimes turned, sometimes with a hole."""
    x, y = draw(_POINT)
    width, height = draw(st.tuples(st.floats(5, 400), st.floats(5, 400)))
    box = shapely.box(x, y, x + width, y + height)
    if draw(st.booleans()):
        box = box.difference(shapely.box(x + width / 4, y + height / 4, x + width / 2, y + height / 2))
    return shapely.affinity.rotate(box, draw(st.sampled_from([0.0, 0.0, 30.0, 45.0])))


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Geometry:
    """A rectangle or two of them as one shape."""
    first = draw(boxes())
    if draw(st.integers(0, 3)):
        return first
    both = shapely.union(first, draw(boxes()))
    return both if both.geom_type in ("Polygon", "MultiPolygon") else first


@st.composite
def lines(draw: st.DrawFn) -> shapely.Geometry:
    """A line of a few points, sometimes in two parts."""
    one = draw(st.lists(_POINT, min_size=2, max_size=5, unique=True))
    other = draw(st.none() | st.lists(_POINT, min_size=2, max_size=3, unique=True))
    return shapely.LineString(one) if other is None else shapely.MultiLineString([one, other])


points = st.builds(shapely.Point, _POINT) | st.builds(
    shapely.MultiPoint, st.lists(_POINT, min_size=1, max_size=3)
)

shapes = points | lines() | polygons()


def frame(drawn: list[Any], key: str, prefix: str, **columns: Any) -> gpd.GeoDataFrame:
    """A table of shapes in UTM 52N."""
    ids = pd.Index([f"{prefix}{row}" for row in range(len(drawn))], name=key, dtype="str")
    placed = [shapely.affinity.translate(shape, EAST, NORTH) for shape in drawn]
    names = [name.upper() for name in ids]
    return gpd.GeoDataFrame({"name": names, **columns}, geometry=placed, index=ids, crs=UTM)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[gpd.GeoDataFrame, dict[str, gpd.GeoDataFrame]]:
    """Plots with a number and a text each, and three layers of anything around them."""
    drawn = draw(st.lists(polygons(), min_size=1, max_size=6))
    numbers = st.just(np.nan) | st.floats(0, 100)
    texts = st.sampled_from(["paved", "gravel", None])
    plots = frame(
        drawn,
        "plot",
        "p",
        free=np.array([draw(numbers) for _ in drawn]),
        road=pd.array([draw(texts) for _ in drawn], dtype="str"),
    )
    layers = {
        "any": frame(draw(st.lists(shapes, min_size=1, max_size=6)), "feature", "a"),
        "zones": frame(draw(st.lists(polygons(), min_size=1, max_size=4)), "feature", "z"),
        "pipes": frame(draw(st.lists(lines(), min_size=1, max_size=4)), "feature", "l"),
    }
    return plots, layers
