from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import world
from database import PASSWORD, QUOTED
from sqlalchemy import make_url

from siteplan import postgres


@pytest.mark.parametrize("spelling", [PASSWORD, QUOTED])
def test_every_spelling_of_the_password_is_struck_out(spelling: str):
    address = make_url(f"postgresql+psycopg://u:{QUOTED}@h/d")

    said = postgres._without_password(f"refused: {spelling}\n at host", address)

    assert said == "refused: *** at host"


def test_without_the_libraries_the_command_to_install_them_is_said(tmp_path: Path):
    data = world.catalogue()
    del data["plots"]["file"]
    data["plots"]["database"] = {"table": "plots"}
    world.write_park(tmp_path)
    (tmp_path / "park.toml").write_text(world.toml(data), encoding="utf-8")
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "import siteplan\n"
        "try: siteplan.read_park(sys.argv[1])\n"
        "except siteplan.DataError as told: print(told)\n"
        "try: siteplan.write_database\n"
        "except siteplan.SourceError as told: print(told)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.count("pip install 'siteplan[postgis]'") == 2
