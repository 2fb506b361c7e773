"""What the page unpacks is what was packed: numbers, texts, outlines, worths."""

from __future__ import annotations

import base64
import string
import struct
import zlib
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from siteplan.maps.columns import _missed
from siteplan.maps.lines import line_of
from siteplan.maps.outlines import inside, insides
from siteplan.maps.packing import ALPHABET, coded, narrow, packed, written
from siteplan.maps.rings import Rings, rings
from siteplan.worth import Linear, Step

_RFC_1924 = string.digits + string.ascii_uppercase + string.ascii_lowercase + "!#$%&()*+-;<=>?@^_`{|}~"
floats = st.floats(width=64, allow_nan=False)


def read(text: str) -> bytes:
    """What RFC 1924 writes with other digits."""
    return base64.b85decode(text.translate(str.maketrans(ALPHABET, _RFC_1924)))


def unpacked(directory: list[list[Any]], block: str) -> dict[str, Any]:
    """The plain twin of page/unpack.js."""
    content, found, start = zlib.decompress(read(block)), {}, 0
    for name, kind, length in directory:
        part, start = content[start : start + length], start + length
        if kind == "text":
            found[name] = part.decode().split("\n")
        else:
            width = int(kind[1])
            planes = np.frombuffer(part, np.uint8).reshape(width, -1)
            found[name] = np.frombuffer(planes.T.tobytes(), f"<{kind}")
    assert start == len(content)
    return found


@given(st.lists(floats, max_size=20), st.lists(st.integers(-(2**31), 2**31 - 1), max_size=20))
def test_numbers_and_texts_come_back(many: list[float], whole: list[int]) -> None:
    texts = [f"Plot {number} \u0416\U0001f600" for number in whole]
    columns = {"a": np.array(many), "b": np.array(whole, np.int32), "c": texts or [""]}
    found = unpacked(*packed(columns))
    assert found["a"].tolist() == many
    assert found["b"].tolist() == whole
    assert found["c"] == (texts or [""])


@given(st.binary(max_size=40))
def test_bytes_come_back_from_their_text(content: bytes) -> None:
    text = written(content)
    assert read(text) == content
    assert len(text) == -(-len(content) * 5 // 4)
    assert not set(text) & set("<>&\"'`\\-! \n")


@pytest.mark.parametrize("count", [10, 5_000, 20_000])
def test_large_planes_are_deflated_apart_and_come_back(count: int) -> None:
    noise = np.random.default_rng(7)
    columns = {
        "noise": noise.random(count),
        "steps": np.arange(count, dtype=np.uint32),
        "few": noise.integers(0, 3, count).astype(np.uint8),
        "text": [f"plot {number % 50}" for number in range(count)],
        "last": np.array([1], np.uint8),
    }
    found = unpacked(*packed(columns))
    assert all(np.array_equal(found[name], columns[name]) for name in columns)
    assert packed(columns) == packed(columns)


def test_a_column_that_no_page_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="int64"):
        packed({"a": np.array([1])})


@given(st.lists(st.sampled_from(["", "free", "sold", "a\tb"]), max_size=30))
def test_coded_texts_come_back(texts: list[str]) -> None:
    codes, different = coded(texts)
    assert [different[code] for code in codes] == texts
    assert len(set(different)) == len(different)


@pytest.mark.parametrize(("most", "kind"), [(255, "u1"), (256, "u2"), (65_536, "u4")])
def test_whole_numbers_are_narrow(most: int, kind: str) -> None:
    assert narrow(np.array([0, most])).dtype.str[1:] == kind


def drawn(found: Rings) -> list[NDArray[np.float64]]:
    """Rings in degrees, from the columns alone, as page/outlines.js puts them together."""
    columns = {name: iter(column.tolist()) for name, column in found.columns().items()}
    made = []
    for ring, size in enumerate(found.sizes):
        far = found.columns()["far"][ring]
        place = np.array([next(columns["first_x"]), next(columns["first_y"])])
        points = [place]
        for _ in range(size - 1):
            kind = "wide" if far else "near"
            place = place + np.array([next(columns[f"{kind}_{axis}"]) for axis in "xy"])
            points.append(place)
        made.append((np.array(points) + found.corner) / found.steps)
    assert all(next(column, None) is None for name, column in columns.items() if "_" in name)
    return made


def frame(found: Rings) -> list[Any]:
    """Polygons put together again, None for a plot without one."""
    outlines, polygons = iter(drawn(found)), []
    sizes = iter(found.rings)
    for parts in found.parts:
        own = []
        for _ in range(parts):
            outer, *holes = [next(outlines) for _ in range(next(sizes))]
            own.append(shapely.Polygon(outer, holes))
        polygons.append(shapely.MultiPolygon(own) if own else None)
    return polygons


AWKWARD = [
    shapely.box(128, 51, 128.001, 51.001),
    None,
    shapely.Polygon(),
    shapely.box(128, 51, 128.01, 51.01) - shapely.box(128.002, 51.002, 128.004, 51.004),
    shapely.MultiPolygon([shapely.box(127, 51, 127.001, 51.001), shapely.box(129, 51, 129.001, 51.001)]),
    shapely.box(120, 50, 130, 52).reverse(),
    shapely.GeometryCollection(
        [shapely.Point(1, 1), shapely.MultiPolygon([shapely.box(128.1, 51, 128.11, 51.01)])]
    ),
    shapely.LineString([(128, 51), (129, 52)]),
    shapely.Polygon([(128, 51), (128 + 1e-9, 51), (128.001, 51), (128.001, 51.001)]),
    shapely.transform(shapely.box(128, 51, 129, 52), lambda xy: np.where(xy == 52, np.inf, xy)),
]


def test_awkward_outlines_come_back() -> None:
    found = frame(rings(np.array(AWKWARD, dtype=object)))
    polygons = [
        shapely.union_all(
            [
                part
                for part in shapely.get_parts(shapely.get_parts(one))
                if np.isfinite(part.bounds).all() and part.area
            ]
        )
        for one in AWKWARD
    ]
    for got, wanted in zip(found, polygons, strict=True):
        if not wanted.area:
            assert got is None
        else:
            assert got.symmetric_difference(wanted).area < 1e-6 * wanted.length
            assert got.hausdorff_distance(wanted) < 1e-6


def test_outer_rings_turn_left_and_holes_right() -> None:
    hole = AWKWARD[3]
    shapes = np.array([hole, hole.reverse(), shapely.box(0, 0, 1, 1, ccw=False)], dtype=object)
    turns = [shapely.is_ccw(shapely.LinearRing(ring)) for ring in drawn(rings(shapes))]
    assert turns == [True, False, True, False, True]


def test_many_plots_are_counted_in_tenths_of_a_metre() -> None:
    many = np.array([shapely.box(x, 51, x + 0.001, 51.001) for x in np.linspace(100, 120, 2_001)])
    assert (rings(many[:2_000]).steps, rings(many).steps) == (10**7, 10**6)
    back = gpd.GeoSeries(frame(rings(many)))
    assert back.hausdorff_distance(gpd.GeoSeries(many)).max() < 1e-6


def test_middles_are_those_of_the_plots_first_rings() -> None:
    found = rings(np.array(AWKWARD, dtype=object))
    outlines = drawn(found)
    middle = (found.middles + found.corner) / found.steps
    number = 0
    for plot, parts in enumerate(found.parts):
        if parts:
            ring = int(found.rings[:number].sum())
            off = outlines[ring].mean(axis=0) - middle[plot]
            assert ((off > -1e-12) & (off < 1 / found.steps)).all()
        number += int(parts)


def test_many_points_inside_are_those_found_one_by_one() -> None:
    bent = shapely.Polygon([(128, 51), (128.01, 51), (128.01, 51.001), (128.001, 51.001), (128.001, 51.01)])
    flat = shapely.Polygon([(128, 51), (128.01, 51), (128.02, 51)])
    shapes = [*AWKWARD[:-1], bent, bent.reverse(), flat, shapely.Point(128, 51)]
    found = insides(np.array(shapes, dtype=object))
    for point, one in zip(found, map(inside, shapes), strict=True):
        assert np.isnan(point).all() if one is None else point.tolist() == one


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(-1e5, 1e5, width=32)), min_size=1, max_size=20),
    st.sampled_from([Linear(shape="linear", best=0, worst=3000), Linear(shape="linear", best=9, worst=-4)]),
)
def test_worths_come_back_to_the_last_bit(pairs: list[tuple[float, float]], value: Linear) -> None:
    worth, amount = np.array(pairs).T
    odd = [(np.nan, np.nan), (np.nan, 7.0), (1.0, np.inf), (0.0, -np.inf), (0.3, np.nan)]
    worth = np.append(worth, [one for one, _ in odd])
    amount = np.append(amount, [one for _, one in odd]).astype(np.float32)
    slope, height = line_of(value)
    low, high = _missed(worth, amount, (slope, height))
    for number, known in enumerate(worth):
        line = float(amount[number]) * slope + height
        guess = 0.0 if np.isnan(line) else min(1.0, max(0.0, line)) + 0.0
        (bits,) = struct.unpack("<Q", struct.pack("<d", guess))
        missed = (int(high[number]) << 32) + int(low[number])
        (back,) = struct.unpack("<d", struct.pack("<Q", bits ^ missed))
        assert back == known or (np.isnan(back) and np.isnan(known))


def test_a_value_without_a_line_is_told_whole() -> None:
    assert line_of(Step(shape="step", steps=((1.0, 0.5),), beyond=0.0)) == (0.0, 0.0)
