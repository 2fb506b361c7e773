"""What a park's own texts are in other languages: titles, notices, names, words in its cells.

siteplan says its own words in every language it speaks; other people's text it shows as it stands,
unless the park brings a translation. A text is translated whole or not at all, wherever it stands
alone: a title, a cell, a notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from siteplan.errors import CatalogueError, SiteplanError
from siteplan.models import Sheet, near
from siteplan.words import LANGUAGES

Said = Annotated[str, StringConstraints(min_length=1)]


class Glossary(Sheet):
    """Translations by the text they stand for.

    Attributes
    ----------
    texts
        For each text its translations, by language.

    Examples
    --------
    >>> glossary = Glossary.from_dict({"texts": {"Forest": {"ru": "Лес", "zh": "森林"}}})
    >>> glossary.said("Forest", "ru"), glossary.said("Forest", "en"), glossary.said("Creek", "ru")
    ('Лес', 'Forest', 'Creek')
    """

    called: ClassVar[str] = "glossary"
    refused_as: ClassVar[type[SiteplanError]] = CatalogueError

    texts: dict[Said, dict[str, Said]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _spoken(self) -> Self:
        strange = [
            f"texts {text!r}: siteplan does not speak {language!r}{near(language, LANGUAGES)}; "
            f"give {', '.join(LANGUAGES)}"
            for text, said in self.texts.items()
            for language in said
            if language not in LANGUAGES
        ]
        if strange:
            raise ValueError("; ".join(strange))
        return self

    def said(self, text: str, language: str) -> str:
        """Return a text in a language; as it stands where nobody translated it."""
        return self.texts.get(text, {}).get(language, text)

    def untold(self, texts: Iterable[str], language: str) -> list[str]:
        """Return the texts that have no translation into a language, each once, in order."""
        return [text for text in dict.fromkeys(texts) if language not in self.texts.get(text, {})]
