from __future__ import annotations

from typing import Any

import pytest
import world

from siteplan.errors import CatalogueError
from siteplan.park import Catalogue

SECRET = "s3cr3t"


def park(**database: Any) -> Catalogue:
    """The world's catalogue with its plots in a database."""
    data = world.catalogue()
    del data["plots"]["file"]
    data["plots"]["database"] = database
    return Catalogue.from_dict(data)


def test_a_place_names_everything_but_the_password():
    assert park(table="plots").plots.place == "database $SITEPLAN_DATABASE_URL, public.plots"
    assert park(table="plots", url_env="GIS", schema="land").plots.place == "database $GIS, land.plots"
    there = park(host="db.example", dbname="gis", user="reader", query="SELECT 1")
    assert there.plots.place == "database gis on db.example, a query"


def test_a_catalogue_reads_back_as_itself():
    catalogue = park(table="plots", schema="land", geometry="geom")

    assert Catalogue.from_dict(catalogue.to_dict()) == catalogue


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({}, "give either table or query"),
        ({"table": "a", "query": "SELECT 1"}, "give either table or query"),
        ({"table": "a", "url_env": "X", "dbname": "d"}, "give either url_env or host"),
        ({"table": "a", "host": "h"}, "dbname is missing"),
        ({"table": ""}, "1 to 63 bytes"),
        ({"table": "я" * 32}, "1 to 63 bytes"),
        ({"table": "a\0"}, "1 to 63 bytes"),
        ({"table": "a", "statement_timeout": 0}, "statement_timeout"),
        ({"table": "a", "chunk": 0}, "chunk"),
        ({"table": "a", "retries": 11}, "retries"),
    ],
)
def test_what_cannot_be_meant_is_refused(keys: dict[str, Any], says: str):
    with pytest.raises(CatalogueError, match=says):
        park(**keys)


@pytest.mark.parametrize(
    "keys",
    [
        {"password": SECRET},
        {"url_env": f"postgresql://u:{SECRET}@h/d"},
        {"host": f"u:{SECRET}@h", "dbname": "d"},
        {"dbname": f"postgresql://u:{SECRET}@h/d"},
        {"dbname": f"d password={SECRET}"},
        {"dbname": "d", "user": f"u:{SECRET}"},
    ],
)
def test_a_password_in_the_catalogue_is_refused_and_not_repeated(keys: dict[str, Any]):
    with pytest.raises(CatalogueError) as refused:
        park(table="plots", **keys)
    assert SECRET not in str(refused.value)


def test_a_table_lies_in_a_file_or_in_a_database():
    data = world.catalogue()
    data["plots"]["database"] = {"table": "plots"}
    with pytest.raises(CatalogueError, match="give either file or database"):
        Catalogue.from_dict(data)

    data = world.catalogue()
    del data["layers"]["gas"]["file"]
    with pytest.raises(CatalogueError, match=r"layers\.gas: file is missing; give either file or database"):
        Catalogue.from_dict(data)
