"""What is left of a plot, in one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from siteplan.losses import sentence


def land(net: float, *, high: float | None = None, **more: Any) -> dict[str, Any]:
    high = net if high is None else high
    areas = {"gross_ha": 1.0, "net_ha": net, "net_high_ha": high}
    refused = {"net_refused_ha": net, "net_refused_high_ha": high}
    box = {"rectangle_length_m": 100.0, "rectangle_width_m": 60.0}
    return {**areas, **refused, **box, "parts": 1.0, "largest_piece_ha": net, "unknown": "", **more}


def test_a_strip_of_a_millimetre_is_nothing_left():
    strip = land(1e-8, rectangle_width_m=0.0001, parts=0.0)
    assert sentence(strip) == "0 of 1 ha can be built on"


def test_a_rectangle_too_narrow_for_a_step_is_not_told():
    assert sentence(land(0.004, rectangle_width_m=0.4)) == "0.004 of 1 ha can be built on"


def test_consent_for_less_than_a_square_metre_is_not_told():
    assert "consent" not in sentence(land(0.5, net_refused_ha=0.49999999))
    assert "0.49 ha of it with no consent" in sentence(
        land(0.5, net_refused_ha=0.49, net_refused_high_ha=0.49)
    )


@pytest.mark.parametrize(("low", "words"), [(0.0, "0 to 0.5"), (1e-9, "0 to 0.5"), (0.2, "0.2 to 0.5")])
def test_what_is_not_known_is_an_interval(low: float, words: str):
    assert sentence(land(low, high=0.5)).startswith(f"{words} of 1 ha can be built on")
