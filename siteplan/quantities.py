"""Numbers as people write them, with or without their unit; read strictly, never by guessing.

What is read: "10 МВт", "2,5 тыс. м³/ч", "1 234,5" with any kind of space, a real minus sign, "1e3".
What is refused, with the reason: "1,234" (a thousand or one?), "10-15", "нет" (none, or not known?),
a unit of another quantity, a number without a unit among numbers with one.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from siteplan import cells, letters, units
from siteplan.errors import SiteplanError

# Digits are 0-9: a superscript or a digit of another script is not taken for one.
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}(?: [0-9]{3})+(?! ?[0-9])|[0-9]*)(?P<marks>(?:[.,][0-9]*)*)"
    r"(?P<power>[eE][+-]?[0-9]+(?![0-9]))?"
)
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"),
    " ",
)
_MINUS = {ord(sign): "-" for sign in "\u2212\u2010\u2011\ufe63\uff0d"}
_PLAIN = str.maketrans({**_SPACES, **_MINUS, **{0xFF10 + digit: str(digit) for digit in range(10)}})

# Official forms of grid companies write power so (МВт/ч); energy would be МВт·ч.
_PER_HOUR = re.compile(r"\s*/\s*(ч|час|h)\.?$", re.IGNORECASE)

Decimal = Literal[",", "."]


class NotReadError(ValueError):
    """A cell that is no number; the text says why, or is empty where that is plain to see."""


@dataclass(frozen=True)
class Reader:
    """How the numbers of one column are read.

    Attributes
    ----------
    unit
        The unit they are kept in.
    decimal
        The decimal mark of the texts, where it is known.
    bare
        Whether a number without a unit is one in `unit`.
    pair
        "first" takes the first number of several divided by slashes, as in voltages.
    """

    unit: str
    decimal: Decimal | None = None
    bare: bool = True
    pair: Literal["first"] | None = None

    def read(self, cell: object) -> object:
        """Return a cell as a number in the column's unit; what is none in a planner's eyes, as text.

        Examples
        --------
        >>> reader = Reader("MW")
        >>> reader.read("2500 кВт"), reader.read("2,5"), reader.read("н/д"), reader.read("нет")
        (2.5, 2.5, None, 'нет?')
        """
        try:
            return self.strictly(cell)
        except NotReadError:
            return f"{cell!s}?"

    def why(self, text: str) -> str:
        """Return the reason why a text is not read, in brackets; empty where it is plain to see.

        Examples
        --------
        >>> Reader("MW").why("1,234")
        ' (1234 or 1.234? state decimal = "," or "." in the catalogue)'
        """
        try:
            self.strictly(text)
        except NotReadError as reason:
            return f" ({reason})" if str(reason) else ""
        return ""

    def strictly(self, cell: object) -> float | None:
        """Return a cell as a number in the column's unit, or nothing where nothing is known.

        Raises
        ------
        NotReadError
            If it is no number.
        """
        if cells.blank(cell):
            return None
        if isinstance(cell, bool | np.bool_) or np.ndim(cell) != 0:  # type: ignore[arg-type]
            raise NotReadError("")
        if not isinstance(cell, str):
            return self._counted(cell)
        number, rest = split(cell, self.decimal)
        return self._converted(number, self._without_pair(rest), cell)

    def _counted(self, cell: object) -> float:
        """A cell that is a number already."""
        try:
            number = float(cell)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            raise NotReadError("") from None
        return self._converted(number, "", cell)

    def _without_pair(self, rest: str) -> str:
        """The unit that follows a number, past the other numbers of a pair."""
        while rest.startswith("/") and rest[1:].lstrip()[:1].isdigit():
            if self.pair != "first":
                raise NotReadError('several numbers; state pair = "first" in the catalogue, or keep the text')
            _, rest = split(rest[1:], self.decimal)
        return rest

    def _converted(self, number: float, unit: str, cell: object) -> float:
        if not math.isfinite(number):
            raise NotReadError("not finite")
        if not unit:
            if not self.bare:
                raise NotReadError(f'no unit; add it, or state unit_in = "column" if it is {self.unit}')
            return number
        try:
            factor = units.factor(_PER_HOUR.sub("", unit) if per_hour(cell) else unit, self.unit)
        except SiteplanError as unknown:
            raise NotReadError(str(unknown).partition(";")[0]) from None
        return number if factor == 1 else number * factor


def split(text: str, decimal: Decimal | None = None) -> tuple[float, str]:
    """Return the number that a text begins with, and what follows it.

    Parameters
    ----------
    text
        A cell.
    decimal
        The decimal mark, where it is known; the other mark then parts thousands.

    Raises
    ------
    NotReadError
        If it begins with no number, or with one that can be read in two ways.

    Examples
    --------
    >>> split("−1 234,5 м³/сут")
    (-1234.5, 'м³/сут')
    """
    found, rest = _begun(text)
    return float(found["sign"] + _digits(found, decimal) + (found["power"] or "")), rest


def _begun(text: str) -> tuple[re.Match[str], str]:
    """The signs and digits a text begins with, and what follows them."""
    plain = text.translate(_PLAIN).strip()
    found = _NUMBER.match(plain)
    if found is None or not re.search("[0-9]", found["whole"] + found["marks"]):
        word = letters.compared(plain)
        none = word in (letters.compared("нет"), letters.compared("отсутствует"), "NONE", "NO")
        raise NotReadError("none, or not known? give 0 or leave it empty" if none else "")
    rest = plain[found.end() :]
    if rest[:1].isdigit() or rest.lstrip()[:1].isdigit() or rest[:1] in ("_", "'", "’"):
        raise NotReadError("digits that do not belong together")
    return found, rest.strip()


def _digits(found: re.Match[str], decimal: Decimal | None) -> str:
    """The digits of a number with a point for its decimal mark."""
    grouped = " " in found["whole"]
    whole, marks = found["whole"].replace(" ", ""), re.findall("[.,][0-9]*", found["marks"])
    if not marks:
        return whole
    signs = [mark[0] for mark in marks]
    thousands = bool(re.fullmatch("[1-9][0-9]{0,2}", whole)) and not grouped
    if decimal is None:
        if signs == [","] and thousands and len(marks[0]) == 4:
            one, other = whole + marks[0][1:], f"{whole}.{marks[0][1:]}"
            raise NotReadError(f'{one} or {other}? state decimal = "," or "." in the catalogue')
        alike = len(marks) > 1 and len(set(signs)) == 1
        decimal = ("." if signs[0] == "," else ",") if alike else signs[-1]
    parted = marks[:-1] if signs[-1] == decimal else marks
    if any(mark[0] == decimal or len(mark) != 4 for mark in parted) or (parted and not thousands):
        raise NotReadError("marks that do not belong together")
    if len({mark[0] for mark in parted}) > 1 or (signs[-1] == decimal == "," and marks[-1] == ","):
        raise NotReadError("marks that do not belong together")
    fraction = marks[-1][1:] if signs[-1] == decimal else ""
    return whole + "".join(mark[1:] for mark in parted) + "." + fraction


def has_unit(cell: object) -> bool:
    """Return whether a cell is a number that carries a unit of its own.

    Examples
    --------
    >>> has_unit("10 МВт"), has_unit("10"), has_unit("wide")
    (True, False, False)
    """
    if not isinstance(cell, str):
        return False
    try:
        return bool(re.sub(r"^(\s*/\s*[0-9., ]+)+", "", _begun(cell)[1]))
    except NotReadError:
        return False


def per_hour(cell: object) -> bool:
    """Return whether a cell gives power as "МВт/ч", which official forms do; energy would be МВт·ч.

    Examples
    --------
    >>> per_hour("10 МВт/ч"), per_hour("10 м3/ч"), per_hour("10 МВт·ч")
    (True, False, False)
    """
    if not isinstance(cell, str) or not _PER_HOUR.search(cell.strip()):
        return False
    try:
        _, unit = _begun(cell)
        return units.unit(_PER_HOUR.sub("", unit)).quantity == "power"
    except (NotReadError, SiteplanError):
        return False
