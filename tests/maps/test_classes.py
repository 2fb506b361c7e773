"""Colours and rounded sums."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siteplan.errors import OutputError
from siteplan.maps.classes import area_classes, ramp, score_classes
from siteplan.rounding import shown_parts


@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=12))
def test_shown_parts_add_up_to_the_shown_sum_and_stay_near(parts: list[float]) -> None:
    total = math.fsum(parts)
    shown = shown_parts(parts, total)
    assert sum(shown) == round(total * 1000)
    assert all(abs(whole - part * 1000) <= 1.001 for whole, part in zip(shown, parts, strict=True))


def test_rounding_does_not_hide_a_sum_that_is_wrong() -> None:
    with pytest.raises(OutputError, match=r"add up to 0\.500000, but the score says 0\.600000"):
        shown_parts([0.2, 0.3], 0.6)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50))
def test_every_score_is_in_exactly_one_of_at_most_seven_classes(tenths: list[int]) -> None:
    scores = [tenth / 10 for tenth in tenths]
    classes = score_classes(scores)
    assert 1 <= len(classes) <= 7
    assert sum(one.count for one in classes) == len(scores)
    for number, one in enumerate(classes):
        last = number == len(classes) - 1
        inside = [
            score
            for score in scores
            if one.low - 1e-9 <= score < one.high - 1e-9 or (last and score == one.high)
        ]
        assert len(inside) == one.count


def test_no_scores_no_classes() -> None:
    assert score_classes([]) == []


@pytest.mark.parametrize("number", range(1, 8))
def test_ramp_darkens_step_by_step(number: int) -> None:
    light = [sum(bytes.fromhex(colour[1:])) for colour in ramp(number)]
    assert len(light) == number
    assert light == sorted(light, reverse=True)


@given(st.lists(st.floats(0, 5_000) | st.just(math.nan), max_size=30))
def test_every_known_area_is_in_exactly_one_of_at_most_seven_classes(areas: list[float]) -> None:
    known = [area for area in areas if not math.isnan(area)]
    classes = area_classes(areas)
    assert (1 <= len(classes) <= 7) if known else classes == []
    assert sum(one.count for one in classes) == len(known)
    for number, one in enumerate(classes):
        there = [area for area in known if one.low - 1e-6 <= area < one.high + 1e-6]
        assert one.low < one.high
        assert one.count <= len(there)
        assert number == 0 or classes[number - 1].high == one.low


@given(st.lists(st.integers(0, 60_000).map(lambda count: count / 10), min_size=1, max_size=30))
def test_areas_on_a_bound_belong_above_it(areas: list[float]) -> None:
    for one in area_classes(areas):
        assert one.count == sum(one.low <= area < one.high for area in areas)
