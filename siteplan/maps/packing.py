"""Columns of numbers and texts as one compressed block that a browser unpacks by itself.

GeoJSON spends a hundred characters on what takes twenty bytes. Here every column keeps the type its
numbers need, and its bytes are laid out by significance (all the first bytes, then all the second ones:
the high ones hardly differ and vanish under compression). Each such plane is deflated in the way that
suits it, and all of them are one zlib stream, which the page inflates with the browser's own
DecompressionStream: no decoder is shipped. It stands in the page as text, five characters for four bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[Any]
Column = Numbers | Sequence[str]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%()*+,./:;=?@[]^_{|}~"
"""The 85 digits: no quote, backslash or character of markup is among them, so that a script may hold them."""

_HEAD = b"\x78\x9c"  # of a zlib stream
_LEVEL = 6  # 9 takes three times as long and saves less than one byte in a hundred
_MEMORY = 9  # the most there is
_APART = 4096
"""Bytes of a plane that is deflated by itself; smaller ones share a table of codes."""
_NOISE = 0.98
"""What plain coding leaves of bytes among which nothing repeats; looking for it takes most of the time."""
_TYPES = {"i1", "i2", "i4", "u1", "u2", "u4", "f4", "f8"}
_TEXT = "text"


def packed(columns: Mapping[str, Column]) -> tuple[list[list[Any]], str]:
    r"""Return a directory of columns and the columns themselves as text.

    Parameters
    ----------
    columns
        Arrays of one dimension, of whole numbers up to 4 bytes or floats; or texts without line
        breaks, which `siteplan.safe.visible` has spelled out.

    Returns
    -------
    directory
        For each column its name, its type (`u2`, `f8` ..., or `text`) and the bytes it takes.
    block
        All columns in that order, deflated.

    Examples
    --------
    >>> directory, block = packed({"rank": np.array([1, 2], "u2"), "id": ["a", "b"]})
    >>> directory
    [['rank', 'u2', 4], ['id', 'text', 3]]
    """
    directory: list[list[Any]] = []
    parts: list[bytes] = []
    for name, column in columns.items():
        kind, planes = _planes(column) if isinstance(column, np.ndarray) else _texts(column)
        directory.append([name, kind, sum(map(len, planes))])
        parts += planes
    return directory, written(_HEAD + b"".join(_deflated(parts)) + _checksum(parts))


def narrow(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers in the smallest unsigned type that holds them.

    Examples
    --------
    >>> narrow(np.array([0, 70_000])).dtype.str[1:]
    'u4'
    """
    most = int(numbers.max(initial=0))
    return numbers.astype(np.uint8 if most < 1 << 8 else np.uint16 if most < 1 << 16 else np.uint32)


def coded(texts: Sequence[str]) -> tuple[NDArray[Any], list[str]]:
    """Return texts as numbers into a list of the different ones, in order of appearance.

    Examples
    --------
    >>> coded(["free", "sold", "free"])
    (array([0, 1, 0], dtype=uint8), ['free', 'sold'])
    """
    codes, different = pd.factorize(np.array([*texts], dtype=object))
    return narrow(codes), different.tolist()


def written(content: bytes) -> str:
    """Return bytes as text: every four as five digits of 85, the last ones as one digit more than there are.

    Examples
    --------
    >>> written(bytes([0, 0, 0, 1])), written(b"")
    ('00001', '')
    """
    missing = -len(content) % 4
    numbers = np.frombuffer(content + bytes(missing), ">u4").astype(np.uint32)
    digits = np.empty((len(numbers), 5), np.uint8)
    for place in range(4, -1, -1):
        numbers, digits[:, place] = np.divmod(numbers, np.uint32(85))
    text = np.frombuffer(ALPHABET.encode(), np.uint8)[digits].tobytes().decode()
    return text[: len(text) - missing]


def _checksum(parts: Iterable[bytes]) -> bytes:
    total = 1
    for part in parts:
        total = zlib.adler32(part, total)
    return total.to_bytes(4, "big")


def _texts(column: Sequence[str]) -> tuple[str, list[bytes]]:
    return _TEXT, ["\n".join(column).encode()]


def _planes(column: Numbers) -> tuple[str, list[bytes]]:
    """The bytes of numbers, least significant of all numbers first."""
    array = np.ascontiguousarray(column)
    kind = array.dtype.str[1:]
    if kind not in _TYPES or array.ndim != 1:
        raise TypeError(f"no column of the page can hold {array.dtype} of {array.ndim} dimensions")
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return kind, [plane.tobytes() for plane in little.view(np.uint8).reshape(-1, array.itemsize).T]


def _deflated(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks of one deflate stream of all parts."""
    small: list[bytes] = []
    for part in parts:
        if len(part) < _APART:
            small.append(part)
            continue
        yield _repeats(b"".join(small))
        small = []
        yield _shortest(part)
    yield _repeats(b"".join(small), zlib.Z_FINISH)


def _shortest(part: bytes) -> bytes:
    plain = _coded_by(zlib.Z_RLE, part)
    if len(plain) > _NOISE * len(part):
        return plain
    return min(plain, _repeats(part), key=len)


def _repeats(part: bytes, end: int = zlib.Z_FULL_FLUSH) -> bytes:
    return _coded_by(zlib.Z_FILTERED, part, end) if part or end == zlib.Z_FINISH else b""


def _coded_by(strategy: int, part: bytes, end: int = zlib.Z_FULL_FLUSH) -> bytes:
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, _MEMORY, strategy)
    return stream.compress(part) + stream.flush(end)
