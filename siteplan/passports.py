"""Connection passports in words: one sentence for each, in the order an investor asks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from siteplan import units

_KILOMETRE = 1000.0
_MILLION = 1e6
_BILLION = 1e9

# From here on the straight stretches of a way along roads are part of what is said of it.
_MUCH, _MUCH_M = 0.25, 100.0


def sentence(row: Mapping[Any, Any]) -> str:
    """Return a passport as one sentence.

    Parameters
    ----------
    row
        A row of a scorecard's connections.

    Examples
    --------
    >>> row = {
    ...     "status": "served",
    ...     "reason": "",
    ...     "route_m": 1400.0,
    ...     "route_error_m": 3.0,
    ...     "route_excess": 0.0,
    ...     "straight_m": 1210.0,
    ...     "snap_m": float("nan"),
    ...     "target_snap_m": float("nan"),
    ...     "class": "10 kV",
    ...     "feature_name": "Substation Park-1",
    ...     "availability": "yes",
    ...     "free": 6.2,
    ...     "capacity": 40.0,
    ...     "demand": 3.0,
    ...     "unit": "MW",
    ...     "cost_low": 38e6,
    ...     "cost_high": 61e6,
    ...     "months": 0.0,
    ...     "missing": "",
    ...     "given_up": "",
    ...     "prices": "prices 2024 without VAT",
    ... }
    >>> sentence(row)
    '1.4 km to Substation Park-1, 10 kV, 6.2 of 40 MW free, 3 wanted, 38-61 M RUB, prices 2024 without VAT'
    """
    said = _served(row) if row["status"] == "served" else _not_served(row)
    notes = [
        _unproven(row["route_excess"]) if row["status"] == "served" else "",
        f"only if these give way: {row['given_up']}" if row["given_up"] else "",
        f"not known: {row['missing']}" if row["missing"] and row["status"] != "unknown" else "",
    ]
    return "; ".join([said, *filter(None, notes)])


def _served(row: Mapping[Any, Any]) -> str:
    parts = [
        f"{length(row['route_m'], row['route_error_m'])} to {row['feature_name']}{_off_road(row)}",
        row["class"],
        _free(row),
    ]
    if row["availability"] == "can_be_built":
        months = row["months"]
        parts.append("can be built" + ("" if math.isnan(months) else f" in {months:g} months"))
    if not math.isnan(row["cost_low"]):
        parts += [money(row["cost_low"], row["cost_high"]), row["prices"]]
    return ", ".join(filter(None, parts))


def _unproven(excess: float) -> str:
    """By how much a way that is not proven best may miss it."""
    return (
        f"may be up to {math.ceil(excess * 100)} % longer or harder than the best way" if excess > 0 else ""
    )


def _off_road(row: Mapping[Any, Any]) -> str:
    """How much of a way along roads is not along any, where that is much."""
    off = row["snap_m"] + row["target_snap_m"]
    if off < _MUCH_M or not off > _MUCH * row["route_m"]:
        return ""
    return f" ({length(off)} of it straight, beside the roads)"


def _free(row: Mapping[Any, Any]) -> str:
    if not row["unit"] or math.isnan(row["free"]):
        return ""
    whole = "" if math.isnan(row["capacity"]) else f" of {units.shown(row['capacity'], '1')}"
    wanted = "" if math.isnan(row["demand"]) else f", {units.shown(row['demand'], '1')} wanted"
    return f"{units.shown(row['free'], '1')}{whole} {row['unit']} free{wanted}"


def _not_served(row: Mapping[Any, Any]) -> str:
    words = f"{row['status'].replace('_', ' ')}: {row['reason']}"
    if row["feature_name"] and row["status"] != "no_capacity" and not math.isnan(row["straight_m"]):
        words += f"; {row['feature_name']} is {length(row['straight_m'])} away in a straight line"
    return words


def length(metres: float, error: float = 0.0) -> str:
    """Return a length in words, with its error where rounding does not hide that.

    Examples
    --------
    >>> length(84.2), length(1437.0), length(0.0)
    ('84 m', '1.4 km', '0 m')
    >>> length(84.2, error=2.6), length(1437.0, error=2.6), length(1437.0, error=90.0)
    ('84 m ±3 m', '1.4 km', '1.4 km ±90 m')
    """
    if metres >= _KILOMETRE:
        said, step = f"{metres / _KILOMETRE:.1f} km", _KILOMETRE / 10
    else:
        said, step = f"{metres:.0f} m", 1.0
    return said + (f" ±{error:.0f} m" if error >= step / 2 else "")


def money(low: float, high: float) -> str:
    """Return a range of RUB in words: three digits, all whole ones, one more to tell two ends apart.

    Examples
    --------
    >>> money(38.2e6, 61e6), money(4.5e5, 4.5e5), money(0.0, 612e6)
    ('38.2-61 M RUB', '0.45 M RUB', '0-612 M RUB')
    >>> money(1.2345e9, 2.5e9), money(999.6e6, 1e9), money(5e8, 1.2e13)
    ('1.23-2.5 bn RUB', '0.9996-1 bn RUB', '0.5-12000 bn RUB')
    """
    many, word = (_BILLION, "bn") if high >= _BILLION else (_MILLION, "M")
    for digits in (3, 4):
        first, last = _digits(low / many, digits), _digits(high / many, digits)
        if first != last:
            break
    return f"{first}{'' if first == last else f'-{last}'} {word} RUB"


def _digits(number: float, digits: int) -> str:
    """A number with so many digits, all whole ones, none of them written as a power."""
    text = f"{number:.0f}" if abs(number) >= 10**digits else format(Decimal(f"{number:.{digits}g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
