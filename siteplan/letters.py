"""Letters that look alike: text as it is compared, never as it is kept.

Cyrillic and Latin letters are mixed freely in real files, and the eye cannot tell.
"""

from __future__ import annotations

import unicodedata

_CYRILLIC = "АВЕКМНОРСТУХаеорсух"
_LATIN = "ABEKMHOPCTYXaeopcyx"
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)


def latin(text: str) -> str:
    """Return text with every Cyrillic letter that looks Latin made Latin.

    Examples
    --------
    >>> latin("ЕРSG:4326") == "EPSG:4326"
    True
    """
    return text.translate(_TO_LATIN)


def cyrillic(text: str) -> str:
    """Return text with every Latin letter that looks Cyrillic made Cyrillic.

    Examples
    --------
    >>> cyrillic("MCK-28, зoнa 3") == "МСК-28, зона 3"
    True
    """
    return text.translate(_TO_CYRILLIC)


def compared(text: str) -> str:
    """Return what identifiers and words are compared by: no case, no look-alikes, nothing invisible.

    Examples
    --------
    >>> compared("ТП\u200b-7") == compared("тп-7"), compared("КТ") == compared("kt")
    (True, True)
    """
    plain = unicodedata.normalize("NFKC", text)
    seen = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    return latin(" ".join(seen.upper().split()))
