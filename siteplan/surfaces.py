"""Placeholder until terrain lands."""

from siteplan.models import Document, Where


class Surface(Document):
    @property
    def uses(self) -> list[tuple[str, Where]]:
        return []
