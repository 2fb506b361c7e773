"""Data into a PDF by typst: which fonts serve, and what happens to a character that none of them has.

A PDF for archives (PDF/A) refuses a character without a glyph, and names it. The fonts that typst
brings know Latin, Greek and Cyrillic; the machine's are asked only where those do not suffice, so
that most passports are the same bytes on every machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import typst

from siteplan.errors import OutputError

BODY = "Libertinus Serif"
"""Comes with typst."""

# Where a language needs a font of the machine: the first of these that is there.
FAMILIES = {
    "zh": (
        "Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC",
        "Songti SC", "PingFang SC", "Microsoft YaHei", "SimSun", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
        "Droid Sans Fallback",
    ),
}  # fmt: skip
_ADVICE = {
    "zh": "install a font with Chinese characters, such as Noto Sans CJK SC (Debian: fonts-noto-cjk), "
    "or name its folder with fonts",
}
_REFUSED = re.compile(r"the text `(\".*?\")` could not be displayed", re.DOTALL)
_STANDARD: Literal["a-2a"] = "a-2a"
_TRIES = 200
_STAMP = 946_684_800  # 2000-01-01, for a document without a date of its own


class Typesetter:
    """Sets documents of one template in one language.

    Parameters
    ----------
    template
        The name of a file in `page`.
    language
        Decides which fonts are needed.
    ours
        Every text of siteplan's own that may be set: a character in it that no font has is refused.
    fonts
        Folders with more fonts.
    """

    def __init__(self, template: str, language: str, ours: str, fonts: Sequence[str | Path] = ()) -> None:
        self._source = (files("siteplan.reports") / "page" / template).read_bytes()
        self._language, self._ours = language, set(ours)
        self._folders = tuple(str(folder) for folder in fonts)

    def pdf(
        self, data: Mapping[str, Any], *, harmless: Callable[[str], str]
    ) -> tuple[bytes, tuple[str, ...]]:
        """Return a document, and the characters of other people that were spelled out for want of a glyph.

        Parameters
        ----------
        data
            What the template sets: text, numbers, lists and dicts.
        harmless
            Spells a character out.

        Raises
        ------
        OutputError
            If no font has a character of siteplan's own texts, which would leave holes in every line.
        """
        whole, spelled = json.dumps(self._whole(data), ensure_ascii=False), dict[str, None]()
        machine = self._language in FAMILIES or bool(self._folders)
        for _ in range(_TRIES):
            try:
                return self._compiled(whole, machine), tuple(spelled)
            except typst.TypstError as refused:
                lacking = _lacking(refused)
            if not machine:
                machine = True
                continue
            self._refuse_holes(lacking)
            for character in lacking:
                spelled[character] = None
                whole = whole.replace(character, json.dumps(harmless(character), ensure_ascii=True)[1:-1])
        raise OutputError(f"more than {_TRIES} kinds of characters that no font here has; {self._advice}")

    def png(self, data: Mapping[str, Any], *, ppi: float = 110) -> list[bytes]:
        """Return a document's pages as pictures; a character without a glyph is left a box."""
        text = json.dumps(self._whole(data), ensure_ascii=False)
        fonts = fonts_of(True, self._folders)
        made: Any = typst.compile(
            self._source, format="png", ppi=ppi, font_paths=fonts, sys_inputs={"data": text}
        )
        return list(made) if isinstance(made, list) else [made]

    def _compiled(self, text: str, machine: bool) -> bytes:
        return typst.compile(
            self._source,
            format="pdf",
            font_paths=fonts_of(machine, self._folders),
            sys_inputs={"data": text},
            pdf_standards=[_STANDARD],
            timestamp=_STAMP,
        )

    def _whole(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {**data, "fonts": [BODY, *_chosen(self._language, self._folders)]}

    def _refuse_holes(self, lacking: set[str]) -> None:
        if own := sorted(lacking & self._ours):
            raise OutputError(
                f"no font here has {', '.join(f'{one} (U+{ord(one):04X})' for one in own[:5])}, which the "
                f"language {self._language!r} is written with; {self._advice}"
            )

    @property
    def _advice(self) -> str:
        return _ADVICE.get(self._language, "install a font that has them, or name its folder with fonts")


def _lacking(refused: typst.TypstError) -> set[str]:
    """The characters for which typst found no glyph; any other refusal is a fault of the template."""
    found = _REFUSED.search(refused.message)
    if found is None:
        raise OutputError(f"the passport cannot be set: {refused.message}") from refused
    return set(_unquoted(found[1])) - {" "}


def _unquoted(text: str) -> str:
    """A text as typst quotes it, which is nearly as JSON does."""
    plain = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text[1:-1])
    return plain.replace('\\"', '"').replace("\\\\", "\\")


@cache
def fonts_of(machine: bool, folders: tuple[str, ...]) -> typst.Fonts:
    """Return the fonts that typst brings, with the machine's if wanted, and those of folders."""
    return typst.Fonts(include_system_fonts=machine, include_embedded_fonts=True, font_paths=list(folders))


@cache
def _chosen(language: str, folders: tuple[str, ...]) -> tuple[str, ...]:
    """The family that a language is set in beside the body's, where one is there."""
    wanted = FAMILIES.get(language, ())
    if not wanted:
        return ()
    there = set(fonts_of(True, folders).families())
    return tuple(family for family in wanted if family in there)[:1]
