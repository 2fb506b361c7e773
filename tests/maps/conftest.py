"""The small park, scored, and a browser to look at its map."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from maps.drawable import REGIME, catalogue, layers, plan, plots

from siteplan.findings import Report
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park

_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def park() -> Park:
    return Park(catalogue(), plots(), layers(), (REGIME,), Report())


@pytest.fixture(scope="session")
def card(park: Park) -> Scorecard:
    return score(park.plots, park.layers, plan())


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; without one the tests are skipped, except where CI promises it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        reason = "no Chromium on this machine; the map is tested in a real browser"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=_ARGS)
        yield running
        running.close()
