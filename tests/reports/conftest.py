"""The small park of the map's tests, scored; and a font with Chinese characters, where there is one."""

from __future__ import annotations

import os

import pytest
import typst
from maps.drawable import REGIME, catalogue, layers, plan, plots

from siteplan.findings import Report
from siteplan.reports.typesetting import FAMILIES
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park


@pytest.fixture(scope="session")
def park() -> Park:
    return Park(catalogue(), plots(), layers(), (REGIME,), Report())


@pytest.fixture(scope="session")
def card(park: Park) -> Scorecard:
    return score(park.plots, park.layers, plan())


@pytest.fixture(scope="session")
def chinese() -> str:
    """The family that Chinese is set in; without one the tests are skipped, except where CI promises it."""
    there = set(typst.Fonts().families())
    found = next((family for family in FAMILIES["zh"] if family in there), None)
    if found is None:
        reason = "no font with Chinese characters on this machine"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        # `make fonts`, a part of `make test`, installs one where it can: only who may not install skips
        pytest.skip(reason)
    return found
