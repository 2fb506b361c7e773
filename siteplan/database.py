"""Where a table lies in a PostGIS database; never with which password."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from siteplan.models import Document

URL_ENV = "SITEPLAN_DATABASE_URL"
"""The environment variable that holds the database's URL, unless another is named."""

LONGEST = 63
"""Bytes of the longest name PostgreSQL keeps whole."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[\w.\-]+")


# Refusals below do not repeat what was typed: a password put into the wrong key must not be printed.
def _variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise ValueError(
            f'must be the NAME of an environment variable such as "{URL_ENV}", not the URL itself'
        )
    return name


def _plain(name: str) -> str:
    if not _PLAIN.fullmatch(name):
        raise ValueError("must be a plain name of letters, digits, . _ and -; a password has no place here")
    return name


def _identifier(name: str) -> str:
    if not name or "\0" in name or len(name.encode("utf-8", "replace")) > LONGEST:
        raise ValueError(f"must be 1 to {LONGEST} bytes long, without NUL")
    return name


Identifier = Annotated[str, AfterValidator(_identifier)]
Plain = Annotated[str, AfterValidator(_plain)]


class Database(Document):
    """A table or query of a PostGIS database.

    The password comes from the URL in the environment, from PGPASSWORD or from ~/.pgpass. Use a
    database user that may only read: a query can call any function that its user may call.

    Attributes
    ----------
    url_env
        Name of the environment variable that holds the URL; `SITEPLAN_DATABASE_URL` unless
        `dbname` is given.
    host, port, dbname, user
        Where the database is, instead of a URL.
    schema_name, table
        The table or view (`schema` in the catalogue).
    query
        One SELECT instead of a table.
    geometry
        The geometry column; needed where there are several.
    connect_timeout, statement_timeout
        Seconds to wait for a connection, and for each step of an answer.
    retries
        How often a connection is tried again; a read never is.
    chunk
        Records fetched in one step.
    """

    url_env: Annotated[str, AfterValidator(_variable)] | None = None
    host: Plain | None = None
    port: int = Field(default=5432, ge=1, le=65535)
    dbname: Plain | None = None
    user: Plain | None = None
    schema_name: Identifier = Field(default="public", alias="schema")
    table: Identifier | None = None
    query: Annotated[str, Field(min_length=1)] | None = None
    geometry: Identifier | None = None
    connect_timeout: int = Field(default=10, ge=1, le=3600)
    statement_timeout: float = Field(default=60.0, gt=0, le=86_400)
    retries: int = Field(default=2, ge=0, le=10)
    chunk: int = Field(default=10_000, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("give either table or query")
        if self.url_env and (self.host or self.dbname or self.user):
            raise ValueError("give either url_env or host, dbname and user")
        if (self.host or self.user) and not self.dbname:
            raise ValueError("dbname is missing")
        return self

    @property
    def place(self) -> str:
        """Where the table lies, in words."""
        server = f"{self.dbname} on {self.host or 'this machine'}" if self.dbname else f"${self.variable}"
        what = f"{self.schema_name}.{self.table}" if self.table else "a query"
        return f"database {server}, {what}"

    @property
    def variable(self) -> str:
        """The environment variable the URL is read from."""
        return self.url_env or URL_ENV
