"""How much of a stranger's file is taken in before siteplan refuses it; every bound is a setting."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from siteplan.models import Document

Bound = Annotated[int, Field(gt=0)]


class Limits(Document):
    """Bounds on what is read, overridable in a catalogue as `[limits]`.

    Attributes
    ----------
    file_bytes
        Largest file, in bytes.
    unpacked_bytes, ratio, members
        What an archive may unpack to, in bytes; how many times its packed size that may be
        (archives that unpack to less than 10 MB are spared); how many members it may have.
    xml_depth
        How deep the elements of an XML file may lie in each other.
    vertices
        Most vertices of one geometry; a record with more is set aside.
    text_length
        Most characters in one cell; a record with more is set aside.
    records
        Most records of a layer.

    Examples
    --------
    >>> Limits(members=10).members, Limits().ratio
    (10, 200)
    """

    file_bytes: Bound = 20_000_000_000
    unpacked_bytes: Bound = 4_000_000_000
    ratio: Bound = 200
    members: Bound = 10_000
    xml_depth: Bound = 100
    vertices: Bound = 5_000_000
    text_length: Bound = 1_000_000
    records: Bound = 50_000_000

    def says(self, name: str) -> str:
        """Return a limit as the words that stand in a message.

        Examples
        --------
        >>> Limits().says("members")
        'limits.members = 10000'
        """
        return f"limits.{name} = {getattr(self, name)}"
