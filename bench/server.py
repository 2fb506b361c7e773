"""A PostgreSQL server with PostGIS for a while, all of it in a temporary folder: for bench and tests."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ABSENT = "no PostgreSQL with PostGIS here; install it with: make database"

# The administrator comes in through the socket; others over TCP, with a password.
_ACCESS = "local all postgres trust\nlocal all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


def programs() -> Path | None:
    """Return the folder of the newest server's programs that has PostGIS; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    with_postgis = [
        path.parent
        for path in found
        if Path(f"/usr/share/postgresql/{path.parts[4]}/extension/postgis.control").exists()
    ]
    return with_postgis[-1] if with_postgis else None


@contextmanager
def running(*settings: str) -> Iterator[tuple[str, int]]:
    """Start a server, give its socket's folder and port, and remove everything of it at the end.

    Parameters
    ----------
    settings
        More of its configuration, such as "shared_buffers=512MB".

    Raises
    ------
    RuntimeError
        If there is no server to start, or one of its programs fails.
    """
    binaries = programs()
    if binaries is None:
        raise RuntimeError(ABSENT)
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data, port = folder / "data", _free_port()
        how = ("-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        _run(binaries / "initdb", "-D", data, *how)
        (data / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
        chosen = ("listen_addresses=127.0.0.1", "fsync=off", "max_connections=30", *settings)
        options = f"-p {port} -k {folder} " + " ".join(f"-c {setting}" for setting in chosen)
        _run(binaries / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            yield str(folder), port
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str | Path) -> None:
    """Run a program of the server, as its own user where we are root (it refuses root)."""
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*become, *map(str, command)], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
