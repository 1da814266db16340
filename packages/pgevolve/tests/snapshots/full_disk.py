"""A disk is full while a snapshot is made, read or restored, in a mount namespace of its own.

python full_disk.py SCENARIO MAJOR FOLDER says what happened: the server of that major version lies in the
folder; `small` in it is a file system in memory, where the scenario puts what is to meet its end.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pyrage

from pgevolve.errors import PgevolveError
from pgevolve.local import LocalPostgres, find_binaries
from pgevolve.project import BackupOptions
from pgevolve.scratch import SCRATCH_SETTINGS, create_database, with_database
from pgevolve.snapshot import create_snapshot, open_storage, restore_snapshot, verify_snapshot

_MEGABYTE = 1 << 20
# Rows that gzip cannot make smaller: 6 MB of them.
_ROWS = (
    "CREATE TABLE filled AS SELECT n, decode(string_agg(md5(n::text || m::text), ''), 'hex') AS noise"
    " FROM generate_series(1, 6000) AS n, generate_series(1, 64) AS m GROUP BY n"
)


def _failing(act: Callable[[], object]) -> dict[str, object]:
    try:
        act()
    except PgevolveError as error:
        return {"kind": type(error).__name__, "said": str(error), "hint": error.hint}
    return {}


def _dump(server: LocalPostgres, _folder: Path, small: Path) -> dict[str, object]:
    """The destination takes less than the dump."""
    url, options = _filled(server), BackupOptions(str(small / "backups"))
    failure = _failing(lambda: create_snapshot(url, options))
    left = _names(small / "backups")
    _grow(small, 64)
    made = create_snapshot(url, options)
    again = verify_snapshot(open_storage(options.destination), made)
    return {"failure": failure, "left": left, "again": again.rows}


def _encrypt(server: LocalPostgres, _folder: Path, small: Path) -> dict[str, object]:
    """The destination takes the dump, and not its ciphertext beside it."""
    key = pyrage.x25519.Identity.generate()
    options = BackupOptions(str(small / "backups"), recipients=(str(key.to_public()),))
    url = _filled(server)
    _grow(small, 10)
    failure = _failing(lambda: create_snapshot(url, options))
    left = _names(small / "backups")
    _grow(small, 64)
    made = create_snapshot(url, options)
    again = verify_snapshot(open_storage(options.destination), made, [key])
    return {"failure": failure, "left": left, "again": again.rows}


def _decrypt(server: LocalPostgres, folder: Path, small: Path) -> dict[str, object]:
    """The temporary directory takes less than a file, then a file and not its plain text beside it."""
    key = pyrage.x25519.Identity.generate()
    options = BackupOptions(str(folder / "backups"), recipients=(str(key.to_public()),))
    made = create_snapshot(_filled(server), options)
    tempfile.tempdir = str(small)
    copying = _failing(lambda: verify_snapshot(open_storage(options.destination), made, [key]))
    _grow(small, 10)
    failure = _failing(lambda: verify_snapshot(open_storage(options.destination), made, [key]))
    left = _names(small)
    _grow(small, 64)
    again = verify_snapshot(open_storage(options.destination), made, [key])
    return {"copying": copying, "failure": failure, "left": left, "again": again.rows}


def _restore(server: LocalPostgres, folder: Path, small: Path) -> dict[str, object]:
    """The server's disk takes a second database, and not all of its rows."""
    url, options = _filled(server), BackupOptions(str(folder / "backups"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO filled SELECT -n, noise FROM filled, generate_series(1, 3)")
        connection.execute("CHECKPOINT")
    made = create_snapshot(url, options)
    storage = open_storage(options.destination)
    ballast = small / "ballast"
    free = os.statvfs(small)
    # An empty database takes a good 7 MB, and the rows take 24.
    ballast.write_bytes(b"\0" * max(0, free.f_bavail * free.f_frsize - 12 * _MEGABYTE))
    failure = _failing(lambda: restore_snapshot(url, storage, made))
    with psycopg.connect(url) as connection:
        serves = connection.execute("SELECT count(*) FROM filled").fetchone()
        left = [name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()]
    ballast.unlink()
    again = restore_snapshot(url, storage, made)
    return {
        "failure": failure,
        "left": sorted(set(left) - {"postgres", "template0", "template1"}),
        "serves": serves and serves[0],
        "again": again.rows,
    }


_SCENARIOS = {"dump": _dump, "encrypt": _encrypt, "decrypt": _decrypt, "restore": _restore}


def main(scenario: str, major: int, folder: Path) -> None:
    """Run the scenario and print what was seen as JSON."""
    small = folder / "small"
    small.mkdir()
    on_it = scenario == "restore"
    _mount("-t", "tmpfs", "-o", "size=160m" if on_it else "size=4m", "tmpfs", str(small))
    small.chmod(0o755)
    home = small / "home" if on_it else folder / "home"
    server = LocalPostgres(home, binaries=find_binaries(major), settings=SCRATCH_SETTINGS)
    server.start()
    try:
        if on_it:
            _move_wal(server, folder)
        sys.stdout.write(json.dumps(_SCENARIOS[scenario](server, folder, small)))
    finally:
        server.delete()


def _move_wal(server: LocalPostgres, folder: Path) -> None:
    """Let the WAL lie elsewhere: a server that cannot write it stops, which is another fault."""
    server.stop()
    wal = server.home / "data" / "pg_wal"
    subprocess.run(["mv", str(wal), str(folder / "wal")], check=True)
    wal.symlink_to(folder / "wal")
    server.start()


def _filled(server: LocalPostgres) -> str:
    create_database(server.url(), "shop")
    url = with_database(server.url(), "shop")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_ROWS.encode())
    return url


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _grow(small: Path, megabytes: int) -> None:
    _mount("-o", f"remount,size={megabytes}m", str(small))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
