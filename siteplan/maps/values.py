"""Values as the page takes them: text without hidden characters, finite numbers, or nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np
import pandas as pd

from siteplan import safe


def text(value: Any) -> str:
    r"""Return a value as text that shows every character it has; nothing for what is missing.

    Examples
    --------
    >>> text("A\u202eB"), text(None)
    ('A\\u202eB', '')
    """
    return "" if missing(value) else safe.visible(value)


def texts(values: pd.Series | pd.Index) -> list[str]:
    r"""Return a column as `text` returns each of its values, but quickly: each different text once.

    Examples
    --------
    >>> texts(pd.Series(["A\u202eB", None]))
    ['A\\u202eB', '']
    """
    if isinstance(values.dtype, pd.StringDtype):
        codes, different = pd.factorize(values)
        given = different.to_numpy(object)
        plain = "".join(given).isprintable()  # as nearly all columns are: one look at all their texts
        said = np.array([*(given if plain else map(safe.visible, given)), ""], dtype=object)
        return cast(list[str], said[codes].tolist())
    gone = np.asarray(values.isna())
    return [
        "" if none else safe.visible(value) for value, none in zip(values.to_numpy(object), gone, strict=True)
    ]


def number(value: Any, digits: int = 6) -> float | None:
    """Return a finite number, or None for anything else.

    Examples
    --------
    >>> number(1.23456789), number(float("inf")), number(None)
    (1.234568, None, None)
    """
    return None if missing(value) or not math.isfinite(value) else round(float(value), digits)


def missing(value: Any) -> bool:
    """Return whether a cell holds nothing."""
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def attributes(record: Mapping[Any, Any], names: Iterable[str]) -> list[Any]:
    """Return a record's values: numbers and flags as they are, everything else as text, missing as None."""
    return [_attribute(record.get(name)) for name in names]


def flag(value: Any) -> bool:
    """Return whether a cell says yes; a missing one does not."""
    return not missing(value) and bool(value)


def _attribute(value: Any) -> Any:
    if missing(value):
        return None
    if pd.api.types.is_bool(value):
        return bool(value)
    return number(value) if pd.api.types.is_number(value) else text(value)
