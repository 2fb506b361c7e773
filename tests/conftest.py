"""How the properties are tried: often enough to find something, quickly enough to be run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import chromium
import database
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "siteplan",
    max_examples=40,
    # The gate gives the same answer twice; everywhere else every run tries something new.
    derandomize=bool(os.environ.get("CI")),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("siteplan")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser that lives as long as the tests."""
    with chromium.running() as one:
        yield one


@pytest.fixture(scope="session")
def server() -> Iterator[database.Server]:
    """A PostgreSQL with PostGIS that lives as long as the tests."""
    with database.running() as one:
        yield one


@pytest.fixture
def address(server: database.Server, monkeypatch: pytest.MonkeyPatch) -> database.Server:
    """The server, its URL with password where siteplan looks for it."""
    monkeypatch.setenv("SITEPLAN_DATABASE_URL", server.url)
    return server
