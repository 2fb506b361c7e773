"""Reads spoiled files in a process of its own, so that a crash or a hang names the file and harms nothing.

Run as a script with a folder whose subfolders each hold one data set; prints a line as each begins
and one as it ends: refused, or how many records were read and set aside, and whether anything was said.
"""

from __future__ import annotations

import signal
import sys
import warnings
from pathlib import Path

from siteplan.errors import SourceError
from siteplan.reading.files import read_records

SECONDS = 10


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    for case in sorted(folder.iterdir()):
        say("begin", case.name)
        # Without a handler the alarm ends the process, even inside GDAL.
        signal.alarm(SECONDS)
        main_file = (case / "main.txt").read_text()
        try:
            records = read_records(case / main_file)
        except SourceError as refused:
            say("end refused", " ".join(str(refused).split())[:200])
        except Exception as unforeseen:
            say("end traceback", " ".join(repr(unforeseen).split())[:300])
        else:
            say("end read", len(records.frame), len(records.broken), len(records.findings))
        signal.alarm(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
