"""The passport of a plot: two pages of paper with everything a buyer asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from siteplan import safe
from siteplan.errors import DataError, OutputError
from siteplan.models import near
from siteplan.reports.content import Content, characters, plots_of
from siteplan.reports.cutout import Surroundings
from siteplan.reports.typesetting import Typesetter
from siteplan.words import words as spoken

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

_TEMPLATE = "passport.typ"


@dataclass(frozen=True)
class Passport:
    """A plot's passport.

    Attributes
    ----------
    plot
        Whose it is.
    pdf
        The file.
    spelled_out
        Characters of other people's text that no font here has, and that stand as their numbers.
    """

    plot: str
    pdf: bytes
    spelled_out: tuple[str, ...] = ()

    @property
    def warning(self) -> str:
        """What a reader may stumble over, in one sentence; mostly empty."""
        if not self.spelled_out:
            return ""
        shown = ", ".join(f"U+{ord(character):04X}" for character in self.spelled_out[:10])
        more = f" and {len(self.spelled_out) - 10} more" if len(self.spelled_out) > 10 else ""
        return f"{self.plot}: no font here has {shown}{more}; spelled out"


def passport(
    card: Scorecard,
    park: Park,
    plot: str,
    language: str = "en",
    *,
    address: str = "",
    fonts: Sequence[str | Path] = (),
) -> Passport:
    """Set the passport of a plot as a PDF.

    Parameters
    ----------
    card, park
        The result, and what it was scored from.
    plot
        Its identifier.
    language
        "en", "ru" or "zh". Names, titles and acts stand as they were given.
    address
        Where the map can be opened: the passport then carries it, with a code for a phone.
    fonts
        Folders with fonts, where the machine's do not suffice: Chinese needs one.

    Returns
    -------
    passport
        PDF/A-2a, tagged, A4. The same result makes the same bytes on every machine, as long as the
        fonts that typst brings suffice; with other fonts, on every machine that has the same.

    Raises
    ------
    DataError
        If there is no such plot.
    OutputError
        If the language is not spoken, or no font has a character it is written with.

    Examples
    --------
    >>> from siteplan import read_park, read_scorecard
    >>> card, park = read_scorecard("out").card, read_park("park.toml")  # doctest: +SKIP
    >>> made = passport(card, park, "28:21:999999:7", "ru")  # doctest: +SKIP
    >>> len(made.pdf) > 0, made.warning  # doctest: +SKIP
    (True, '')
    """
    return next(passports(card, park, [plot], language, address=address, fonts=fonts))


def passports(
    card: Scorecard,
    park: Park,
    plots: Sequence[str] | None = None,
    language: str = "en",
    *,
    address: str = "",
    fonts: Sequence[str | Path] = (),
) -> Iterator[Passport]:
    """Set the passports of several plots, one after the other; of all of them in order of rank if not told.

    Takes what `passport` takes, and raises what it raises.
    """
    words = spoken(language)
    known = set(map(str, card.plots.index))
    if unknown := [plot for plot in plots or () if plot not in known]:
        raise DataError(f"there is no plot {unknown[0]!r}{near(unknown[0], known)}")
    content = Content(card, park, words, Surroundings(card, park), address)
    typesetter = Typesetter(_TEMPLATE, language, characters(words), fonts)
    for plot in plots_of(card, plots):
        pdf, spelled_out = typesetter.pdf(content.of(plot), harmless=_spelled)
        yield Passport(plot, pdf, spelled_out)


def pictures(
    card: Scorecard, park: Park, plot: str, language: str = "en", *, fonts: Sequence[str | Path] = ()
) -> list[bytes]:
    """Return the pages of a passport as pictures (PNG), to look at where no PDF can be shown."""
    words = spoken(language)
    content = Content(card, park, words, Surroundings(card, park))
    return Typesetter(_TEMPLATE, language, characters(words), fonts).png(content.of(plot))


def file_names(card: Scorecard) -> dict[str, str]:
    """Return each plot's file name: no two are the same, on no file system.

    Raises
    ------
    OutputError
        If two plots have one identifier.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for plot in map(str, card.plots.index):
        base = name = f"passport-{safe.file_name(plot)}"
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{base}-{number}"
        if plot in names:
            raise OutputError(f"there are two plots {plot!r}")
        taken.add(name.casefold())
        names[plot] = f"{name}.pdf"
    return names


def _spelled(character: str) -> str:
    return character.encode("unicode_escape").decode() if ord(character) > 127 else "?"
