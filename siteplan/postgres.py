"""Connections to PostgreSQL, and its refusals in words without the password.

SQLAlchemy and psycopg belong to the extra `postgis`; this module is loaded when a database is asked for.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

from siteplan import safe
from siteplan.database import Database
from siteplan.errors import SiteplanError, SourceError

try:
    import psycopg
    from sqlalchemy import URL, Connection, Engine, create_engine, func, make_url, select
    from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
    from sqlalchemy.pool import NullPool
except ImportError:
    raise SourceError(
        "databases need more libraries; install them with: pip install 'siteplan[postgis]'"
    ) from None

_PAUSE = 0.2
# What another attempt does not mend.
_FINAL = re.compile(r"authentication|password|does not exist|no pg_hba|not permitted|unknown host", re.I)


def url(database: Database, *, error: type[SiteplanError]) -> URL:
    """Return the URL of a database; its text form hides the password.

    Raises
    ------
    SiteplanError
        Of the kind `error`, if the environment variable is not set or holds no such URL.
    """
    if database.dbname:
        return URL.create(
            "postgresql+psycopg", database.user, None, database.host, database.port, database.dbname
        )
    text = os.environ.get(database.variable, "")
    if not text:
        example = "postgresql://user:password@host/dbname"
        raise error(f"the environment variable {database.variable} is not set; set it to {example}")
    try:
        given = make_url(text)
    except (ArgumentError, ValueError):
        given = None
    if given is None or given.get_backend_name() not in ("postgresql", "postgres"):
        raise error(f"the environment variable {database.variable} holds no postgresql:// URL")
    return given.set(drivername="postgresql+psycopg")


@contextmanager
def connected(
    database: Database, where: str, *, read_only: bool, error: type[SiteplanError]
) -> Iterator[Connection]:
    """Give one transaction, rolled back when anything fails, or when it was only to read.

    Parameters
    ----------
    database
        Where to connect to, and how long to wait.
    where
        The table's name for the messages.
    read_only
        Whether the server is to refuse every change.
    error
        The kind of error to raise.

    Raises
    ------
    SiteplanError
        Of the kind `error`, in words that never hold the password.
    """
    address = url(database, error=error)

    engine = create_engine(
        address,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": database.connect_timeout, "application_name": "siteplan"},
    )
    try:
        with _connection(engine, database.retries, where, error) as connection:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=read_only)
            with connection.begin() as transaction:
                limit = f"{max(1, round(database.statement_timeout * 1000))}ms"
                connection.execute(select(func.set_config("statement_timeout", limit, True)))
                yield connection
                if read_only:
                    # Before version 16, large objects could be written in a read-only transaction.
                    transaction.rollback()
    except DBAPIError as wrong:
        raise error(f"{where}: {_words(wrong, database, address)}") from None
    except SQLAlchemyError as wrong:
        raise error(f"{where}: {_without_password(str(wrong), address)}") from None
    finally:
        engine.dispose()


def _connection(engine: Engine, retries: int, where: str, error: type[SiteplanError]) -> Connection:
    """A connection, tried again a bounded number of times where that can help."""
    for attempt in range(retries + 1):
        try:
            return engine.connect()
        except DBAPIError as wrong:
            reason = _without_password(str(wrong.orig), engine.url)
            if attempt == retries or _FINAL.search(reason):
                tried = f" (tried {attempt + 1} times)" if attempt else ""
                raise error(f"{where}: no connection{tried}: {reason}") from None
            time.sleep(_PAUSE * 2**attempt)
    raise AssertionError("unreachable")


def _words(wrong: DBAPIError, database: Database, address: URL) -> str:
    """What the server refused, in its own words."""
    if isinstance(wrong.orig, psycopg.errors.QueryCanceled):
        return f"no answer within {database.statement_timeout:g} s; ask for less, or raise statement_timeout"
    return _without_password(str(wrong.orig), address)


def is_lost(wrong: DBAPIError) -> bool:
    """Return whether a connection broke, rather than a statement being refused."""
    return wrong.connection_invalidated or (
        isinstance(wrong.orig, psycopg.OperationalError)
        and not isinstance(wrong.orig, psycopg.errors.QueryCanceled)
    )


def _without_password(text: str, address: URL) -> str:
    """A message in one line, in which no spelling of the password is left."""
    password = str(address.password or "")
    for spelling in {password, quote(password, safe=""), quote_plus(password)} - {""}:
        text = text.replace(spelling, "***")
    return safe.visible(" ".join(text.split()))
