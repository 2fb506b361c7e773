"""What a command says: text that no name in it can bend, JSON, and a sign of life on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from siteplan import safe


def say(text: str, *, err: bool = False) -> None:
    """Print text; whatever names it holds, the terminal obeys none of them."""
    typer.echo("\n".join(safe.visible(line) for line in text.splitlines()), err=err)


def complain(text: str) -> None:
    """Print text on the error stream."""
    say(text, err=True)


def print_json(data: Any) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal what takes a while; say nothing to a file or a pipe."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(f"{what} ..."):
        yield
