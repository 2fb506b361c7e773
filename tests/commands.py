"""The command line in the process of the tests, and a folder with what it is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from siteplan.cli import main

RESULTS = ["contributions.csv", "report.json", "scorecard.json", "scores.csv", "scores.gpkg"]
"""What a result of the world is made of."""


class Run:
    """The command line in this process: code, what it said and what it complained about."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        said = self.capsys.readouterr()
        code = left.value.code
        return (code if isinstance(code, int) else int(code is not None)), said.out, said.err

    def refused(self, *arguments: object) -> str:
        """The one message of a refusal."""
        code, out, err = self(*arguments)
        assert code == 1
        assert out == ""
        assert "Traceback" not in err
        assert err.startswith("error: ")
        assert all(line.startswith("  - ") for line in err.splitlines()[1:])
        return err


class Place:
    """A folder with the world's plan and park, and what is asked of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "out"
        self.plan, self.park = folder / "plan.toml", folder / "park.toml"

    @property
    def asked(self) -> list[object]:
        return ["score", self.plan, "--park", self.park, "--out", self.out]
