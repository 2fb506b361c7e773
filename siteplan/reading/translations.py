"""A park's glossary in, and which of its titles nobody translated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from siteplan.errors import CatalogueError, SourceError
from siteplan.findings import Finding, Report
from siteplan.glossary import Glossary
from siteplan.park import Catalogue
from siteplan.reading.documents import read_toml


def translations(folder: Path, catalogue: Catalogue) -> tuple[Glossary, Report]:
    """Read the texts that a park translates; a language that lacks some of its titles is noted."""
    if catalogue.glossary is None:
        return Glossary(), Report()
    path = folder / catalogue.glossary
    try:
        glossary = Glossary.from_dict(read_toml(path, error=CatalogueError), where=str(path))
    except (CatalogueError, SourceError) as failure:
        return Glossary(), Report((Finding("error", catalogue.glossary, str(failure)),))
    languages = dict.fromkeys(language for said in glossary.texts.values() for language in said)
    return glossary, Report(tuple(_untold(glossary, catalogue, languages)))


def _untold(glossary: Glossary, catalogue: Catalogue, languages: dict[str, None]) -> Iterator[Finding]:
    for language in languages:
        untold = glossary.untold(_titles(catalogue), language)
        if untold:
            message = f"{len(untold)} titles and notices of the catalogue have no text in {language!r}"
            yield Finding("note", str(catalogue.glossary), message, "add them to the glossary", tuple(untold))


def _titles(catalogue: Catalogue) -> list[str]:
    """The texts of the catalogue that a reader of maps and passports meets."""
    tables = (catalogue.plots, *catalogue.layers.values())
    columns = [one.title for table in tables for one in table.columns.values() if one.shown]
    return list(filter(None, [catalogue.title, catalogue.notice, *(one.title for one in tables), *columns]))
