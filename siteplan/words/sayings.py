"""Sentences of siteplan's own that stand in tables: English text that knows how it is said elsewhere.

A measure finds a reason long before anyone knows who will read it. It writes the reason down as
English, as a terminal shows it, and with it what the text was made of; whoever tells it in another
language makes it again of the same parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from siteplan.errors import OutputError
from siteplan.words.spoken import Words, plainly

Named = Callable[[str], str]
"""What somebody else's text is in a language."""

_WAYS = {"say", "count", "amount", "sides", "cell", "lower", "joined"}
_DEEPEST = 20


class Saying(str):
    r"""English text, and the parts it is made of.

    Attributes
    ----------
    way, args, fills
        The method of `Words` that says it, what it takes, and the texts that are filled in: other
        sayings, or somebody else's text.

    Examples
    --------
    >>> reach = Saying.of("amount", 5000.0, "m")
    >>> reason = Saying.of("say", "reason.too_long", length=Saying.of("amount", 6200.0, "m"), reach=reach)
    >>> reason
    'the way of 6200 m is longer than the reach of 5000 m'
    >>> from siteplan.words import words
    >>> retold(reason, words("zh"))
    '路径长 6\u202f200\xa0米，超过上限 5\u202f000\xa0米'
    """

    way: str
    args: tuple[Any, ...]
    fills: Mapping[str, str]

    @classmethod
    def of(cls, way: str, *args: Any, **fills: str) -> Saying:
        """Return what a method of `Words` says.

        Raises
        ------
        OutputError
            If there is no such text, or no such way of saying one.
        """
        if way not in _WAYS:
            raise OutputError(f"nothing is said by {way!r}; give one of {', '.join(sorted(_WAYS))}")
        made = cls(getattr(plainly(), way)(*args, **fills))
        made.way, made.args, made.fills = way, args, fills
        return made

    @property
    def parts(self) -> list[str]:
        """The texts that were joined; the text itself where none were."""
        return list(self.fills.values()) if self.way == "joined" else [self]

    def to_data(self) -> list[Any]:
        """Return plain data for JSON."""
        fills = {key: one.to_data() if isinstance(one, Saying) else one for key, one in self.fills.items()}
        return [self.way, list(self.args), fills]


def said(key: str, **fills: str) -> Saying:
    """Return a text of the catalogue."""
    return Saying.of("say", key, **fills)


def joined(texts: Iterable[str], between: str = "word.semicolon") -> str:
    """Return texts one after the other; a single one as it is, nothing where there are none.

    Examples
    --------
    >>> joined(["Forest", "Flood"], "word.comma"), joined(["Forest"]), joined([])
    ('Forest, Flood', 'Forest', '')
    """
    parts = list(texts)
    if len(parts) < 2:
        return parts[0] if parts else ""
    return Saying.of("joined", between, **{str(number): one for number, one in enumerate(parts)})


def listed(texts: Sequence[str]) -> str:
    """Return one, two or more texts as people list them.

    Examples
    --------
    >>> listed(["class"]), listed(["availability", "free capacity", "class"])
    ('class', 'availability, free capacity and class')
    """
    if len(texts) < 2:
        return joined(texts)
    return said("word.listed", first=joined(texts[:-1], "word.comma"), last=texts[-1])


def retold(text: str, words: Words, named: Named = str) -> str:
    """Return a text in a language; somebody else's as `named` has it."""
    if not isinstance(text, Saying):
        return named(text)
    fills = {key: retold(one, words, named) for key, one in text.fills.items()}
    return str(getattr(words, text.way)(*text.args, **fills))


class Sayings(dict[str, Saying]):
    """The sayings of a result by their English: its tables hold that alone."""

    @classmethod
    def among(cls, *columns: Iterable[object]) -> Sayings:
        """Return the sayings that stand in columns."""
        return cls({str(one): one for column in columns for one in column if isinstance(one, Saying)})

    def retold(self, text: str, words: Words, named: Named = str) -> str:
        """Return a text of a table in a language, whether it is a saying or somebody else's.

        Examples
        --------
        >>> from siteplan.words import words
        >>> nothing = said("reason.nothing")
        >>> Sayings.among([nothing]).retold("there is nothing to connect to", words("ru"))
        'подключаться не к чему'
        """
        return retold(self.get(text, text), words, named)

    def parts(self, text: str) -> list[str]:
        """Return the texts that were joined into one; nothing for none."""
        if not text:
            return []
        return self[text].parts if text in self else [text]

    def to_data(self) -> list[Any]:
        """Return plain data for JSON."""
        return [one.to_data() for one in self.values()]

    @classmethod
    def from_data(cls, data: Iterable[Any]) -> Sayings:
        """Return the sayings that `to_data` told.

        Raises
        ------
        OutputError
            If one of them is none of this version's.
        """
        return cls.among(_read(one) for one in data)


def _read(data: Any, deep: int = 0) -> Saying:
    way, args, fills = data
    if deep > _DEEPEST:
        raise OutputError("a saying is made of too many others")
    texts = {key: one if isinstance(one, str) else _read(one, deep + 1) for key, one in fills.items()}
    return Saying.of(way, *args, **texts)
