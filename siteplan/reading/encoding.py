"""In which encoding a text without a label was written: Russian offices send three."""

from __future__ import annotations

import codecs
import struct
from dataclasses import dataclass
from pathlib import Path

from siteplan.errors import SourceError

_CANDIDATES = ("utf-8", "cp1251", "cp866")
_SAMPLE = 4_000_000
# Letters by how often they stand in Russian text; a wrong encoding turns frequent ones into rare ones.
_FREQUENT = frozenset("оеаинтсрвлкмдпуяыьгзбОЕАИНТСРВЛКМДПУЯЫЬГЗБ№«»–— ")


@dataclass(frozen=True)
class Guess:
    """An encoding, and the share of the letters outside ASCII that are plausible in it."""

    encoding: str
    share: float


def guess(data: bytes) -> Guess | None:
    """Return the encoding of text: what decodes, and reads most like Russian; None for plain ASCII.

    Examples
    --------
    >>> guess("Участок № 7".encode("cp1251")).encoding
    'cp1251'
    >>> guess("Участок".encode("cp866")).encoding, guess(b"plot 7")
    ('cp866', None)
    """
    if data.isascii():
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        # A sample may end inside a letter.
        if wrong.start < len(data) - 3 or len(data) < _SAMPLE:
            guesses = [Guess(name, _plausible(data, name)) for name in _CANDIDATES[1:]]
            return max(guesses, key=lambda one: one.share)
    return Guess("utf-8", 1.0)


def _plausible(data: bytes, encoding: str) -> float:
    letters = [letter for letter in data.decode(encoding, "replace") if ord(letter) > 127]
    lower = sum(letter.islower() for letter in letters)
    return (sum(letter in _FREQUENT for letter in letters) + lower / 4) / max(len(letters), 1)


def checked(encoding: str, path: Path) -> str:
    """Return an encoding's name as Python and GDAL know it.

    Raises
    ------
    SourceError
        If there is no such encoding.
    """
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise SourceError(f"{path}: there is no encoding {encoding!r}; give utf-8, cp1251 or cp866") from None


def dbf_text(path: Path) -> bytes:
    """Return the field names and the text cells of a .dbf, whose numbers and padding say nothing."""
    with path.open("rb") as file:
        data = file.read(_SAMPLE)
    rows, start, width = struct.unpack("<IHH", data[4:12])
    fields = [data[place : place + 32] for place in range(32, max(start - 1, 32), 32)]
    pieces = [field[:11].split(b"\0")[0] for field in fields if len(field) == 32]
    spans, offset = [], 1
    for field in fields:
        if len(field) < 32:
            break
        length = field[16]
        if field[11:12] == b"C":
            spans.append((offset, offset + length))
        offset += length
    if width:
        for row in range(start, min(len(data), start + rows * width), width):
            pieces += [data[row + left : row + right].rstrip(b" \0") for left, right in spans]
    return b"\n".join(pieces)


def dbf_language(path: Path) -> int:
    """Return the language byte of a .dbf: 0 says nothing, 0x57 the machine's own, others an encoding."""
    with path.open("rb") as file:
        head = file.read(30)
    return head[29] if len(head) == 30 else 0
