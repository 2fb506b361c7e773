"""Straight lines through amounts, from which worths are told apart."""

from __future__ import annotations

from typing import Any

from siteplan.worth import Linear

Line = tuple[float, float]


def line_of(value: Any) -> Line:
    """Return the straight line of a value function, 0 and 0 where it has none.

    Examples
    --------
    >>> line_of(Linear(shape="linear", best=0, worst=4))
    (-0.25, 1.0)
    """
    if not isinstance(value, Linear):
        return 0.0, 0.0
    slope = 1 / (value.best - value.worst)
    return slope, -value.worst * slope
