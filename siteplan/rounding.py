"""How a sum is rounded so that its printed parts still add up."""

from __future__ import annotations

import math
from collections.abc import Sequence

from siteplan.errors import OutputError

_TOLERANCE = 1e-6


def shown_parts(parts: Sequence[float], total: float, *, scale: int = 1000) -> list[int]:
    """Round parts to whole numbers that add up to the rounded total.

    Each part is cut, and the largest remainders get what is missing, so a reader who adds the
    printed numbers finds the printed sum.

    Parameters
    ----------
    parts
        Contributions of one plot, 0-1.
    total
        Their sum, as the scorecard states it.
    scale
        Whole numbers in one; 1000 prints as points of 100 with one decimal.

    Raises
    ------
    OutputError
        If the parts do not add up to the total: rounding must not hide that.

    Examples
    --------
    >>> shown_parts([1 / 3, 1 / 3, 1 / 3], 1.0)
    [334, 333, 333]
    """
    if abs(math.fsum(parts) - total) > _TOLERANCE:
        raise OutputError(
            f"contributions add up to {math.fsum(parts):.6f}, but the score says {total:.6f}; "
            "score the plots again instead of changing either"
        )
    exact = [part * scale for part in parts]
    whole = [math.floor(part + _TOLERANCE) for part in exact]
    missing = round(total * scale) - sum(whole)
    by_remainder = sorted(range(len(parts)), key=lambda i: (whole[i] - exact[i], i))
    for i in by_remainder[:missing]:
        whole[i] += 1
    return whole
