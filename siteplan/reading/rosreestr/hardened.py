"""XML from strangers as a stream of elements, within limits.

No DTD, no entity and nothing external is allowed, so no text can grow or reach for another file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from siteplan.errors import SourceError

_CHUNK = 1 << 16


@dataclass(frozen=True)
class Limits:
    """How much of a document is accepted before it is refused.

    Attributes
    ----------
    file
        Bytes of the file; extracts of whole districts reach 100 MB.
    depth
        Elements inside each other.
    token
        Bytes of one tag, or of one comment.
    text
        Characters of one element's text.
    points
        Border points of one record.
    """

    file: int = 2_000_000_000
    depth: int = 64
    token: int = 1_000_000
    text: int = 100_000
    points: int = 2_000_000


LIMITS = Limits()


class RefusedError(Exception):
    """A document goes beyond a limit; the message names it."""


class Handler(ContentHandler):
    """Counts events and depth; what is done with elements is the subclass's part."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.limits = limits
        self.depth = 0
        self.moved = False

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802 (SAX names it)
        """Go one deeper."""
        self.moved = True
        self.depth += 1
        if self.depth > self.limits.depth:
            raise RefusedError(f"elements lie more than {self.limits.depth} deep")
        self.start(name, attrs)

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802
        """Come back up."""
        self.moved = True
        self.end()
        self.depth -= 1

    def characters(self, content: str) -> None:
        """Take a piece of text."""
        self.moved = True
        self.text(content)

    def start(self, name: str, attrs: object) -> None:
        """Take the start of an element."""

    def end(self) -> None:
        """Take the end of an element."""

    def text(self, content: str) -> None:
        """Take a piece of text."""


def stream(path: Path, handler: Handler) -> None:
    """Send a document's elements to a handler.

    Raises
    ------
    SourceError
        If the file cannot be read, is no well-formed XML, ends early, declares a DTD or an
        entity, or goes beyond a limit.
    """
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(handler)
    try:
        if path.stat().st_size > handler.limits.file:
            raise RefusedError(f"the file has {path.stat().st_size} bytes, more than {handler.limits.file}")
        _feed(path, parser, handler)
        parser.close()
    except RefusedError as refused:
        raise SourceError(f"{path}: refused: {refused}; raise the limit if the document is honest") from None
    except DefusedXmlException:
        raise SourceError(
            f"{path}: refused: it declares a DTD or an entity, which no extract needs; "
            "ask the sender for the file as the register issued it"
        ) from None
    except SAXParseException as wrong:
        place = f"line {wrong.getLineNumber()}, column {wrong.getColumnNumber()}"
        raise SourceError(
            f"{path}: damaged or cut short: {wrong.getMessage()} at {place}; ask for the file again"
        ) from None
    except (SAXException, LookupError, ValueError) as wrong:
        raise SourceError(f"{path}: not readable XML: {wrong}; ask for the file again") from None
    except OSError as wrong:
        raise SourceError(f"{path}: cannot be read: {wrong.strerror or wrong}") from None


def _feed(path: Path, parser: DefusedExpatParser, handler: Handler) -> None:
    """Feed the file in pieces; a tag that never ends would be scanned again with each of them."""
    silent = 0
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            handler.moved = False
            parser.feed(piece)
            silent = 0 if handler.moved else silent + len(piece)
            if silent > handler.limits.token:
                raise RefusedError(f"a tag or a comment is longer than {handler.limits.token} bytes")
