"""The files and processes of one cluster: `initdb`, the running server, what it says about itself."""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq

from pgevolve.local.account import Account, run_as
from pgevolve.local.binaries import Binaries
from pgevolve.local.config import PORT, settings_file
from pgevolve.local.errors import DataDirectoryDamagedError, DataDirectoryVersionError, ServerStartError
from pgevolve.local.locks import open_lock, try_lock

_BUILTIN_LOCALE_SINCE = 17
_LOG_BYTES = 10_000_000
_TAIL_LINES = 15
_POLL_SECONDS = 0.02
_SHELL_LAUNCH = 'exec 1>>"$1" 2>&1; shift; "$@" &'


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cluster lies, with which programs, and who runs it."""

    home: Path
    binaries: Binaries
    socket_dir: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What `initdb` and the server said."""
        return self.home / "log"


def make_if_missing(place: Place, server_lock: int, *, sync: bool) -> None:
    """Run `initdb` when there is no data directory, else check that it is a whole one of our version.

    The directory gets its name when it is complete: one that was begun and left is made anew. `initdb`
    inherits the lock, so that nobody does so while one whose starter was killed still writes.
    Raises DataDirectoryVersionError, DataDirectoryDamagedError, ServerStartError.
    """
    if place.data.is_dir() and any(place.data.iterdir()):
        _require_whole(place)
        return
    pending = place.home / "data.new"
    if pending.exists():
        shutil.rmtree(pending)
    _initialise(place, pending, server_lock, sync=sync)
    pending.rename(place.data)


def _require_whole(place: Place) -> None:
    for missing in ("PG_VERSION", "postgresql.conf", "global/pg_control"):
        if not (place.data / missing).is_file():
            raise DataDirectoryDamagedError(place.data, missing)
    found = (place.data / "PG_VERSION").read_text(encoding="ascii", errors="replace").strip()
    if found != str(place.binaries.major):
        raise DataDirectoryVersionError(place.data, found, place.binaries.major)


def _initialise(place: Place, pending: Path, server_lock: int, *, sync: bool) -> None:
    password = place.home / "password"
    password.unlink(missing_ok=True)
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    pending.mkdir(mode=0o700)
    if place.account is not None:
        place.account.owns(pending, password)
    offset = _log_size(place)
    with place.log.open("ab") as log:
        command = _initdb(place, pending, password, sync=sync)
        done = run_as(place.account, command, output=log, pass_fds=(server_lock,))
    if done.returncode != 0:
        shutil.rmtree(pending)
        raise start_error(place, offset)
    with (pending / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write("\ninclude_if_exists = 'local.conf'\n")


def _initdb(place: Place, pending: Path, password: Path, *, sync: bool) -> list[str]:
    command = [place.binaries.tool("initdb"), "-D", str(pending), "-U", "postgres"]
    command += ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password}"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    if place.binaries.major >= _BUILTIN_LOCALE_SINCE:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return command if sync else [*command, "--no-sync"]


def write_settings(place: Place, settings: Mapping[str, str]) -> None:
    """Replace `local.conf`, which the server reads after its own configuration."""
    path = place.data / "local.conf"
    path.write_bytes(settings_file(settings))
    if place.account is not None:
        place.account.owns(path)


def launch(place: Place, server_lock: int) -> int:
    """Start the server in the background with a copy of the lock; returns where its part of the log begins.

    The shell only detaches: `pg_ctl start` would paste the paths into a command line of its own. The server
    is in a session of its own, so that Ctrl-C at a terminal does not reach it.
    """
    if _log_size(place) > _LOG_BYTES:
        place.log.unlink()
    place.log.touch(mode=0o600)
    if place.account is not None:
        place.account.owns(place.log)
    offset = _log_size(place)
    server = [place.binaries.tool("postgres"), "-D", str(place.data)]
    command = ["/bin/sh", "-c", _SHELL_LAUNCH, "sh", str(place.log), *server]
    run_as(place.account, command, output=subprocess.DEVNULL, pass_fds=(server_lock,), start_new_session=True)
    return offset


def wait_until_ready(place: Place, log_offset: int, seconds: float) -> None:
    """Return when the server takes connections. Raises ServerStartError when it ended or is too slow."""
    deadline = time.monotonic() + seconds
    # A descriptor of its own: the lock is refused to it as long as the server has inherited the other one.
    probe = open_lock(place.home / "server.lock", None)
    try:
        while not answers(place):
            if try_lock(probe):
                raise start_error(place, log_offset)
            if time.monotonic() > deadline:
                raise start_error(place, log_offset, f"it did not answer within {seconds:g} s")
            time.sleep(_POLL_SECONDS)
    finally:
        os.close(probe)


def ask_to_stop(place: Place) -> None:
    """Send the server the signal of a fast shutdown; the caller waits for `server.lock`."""
    command = [place.binaries.tool("pg_ctl"), "-D", str(place.data), "-m", "fast", "-W", "stop"]
    run_as(place.account, command)


def answers(place: Place, *, also_when_closing: bool = False) -> bool:
    """Say whether a server of this cluster takes connections (or, with the flag, rejects them itself)."""
    directory = running_socket_directory(place)
    if directory is None:
        return False
    address = _conninfo(directory, running_port(place) or PORT)
    answer = pq.PGconn.ping(address)
    return answer == pq.Ping.OK or (also_when_closing and answer == pq.Ping.REJECT)


def _conninfo(directory: Path, port: int) -> bytes:
    host = os.fsencode(directory).replace(b"\\", b"\\\\").replace(b"'", b"\\'")
    return b"host='%s' port=%d user=postgres dbname=postgres connect_timeout=5" % (host, port)


def running_socket_directory(place: Place) -> Path | None:
    """Return the socket directory that a started server noted, which another TMPDIR may have chosen."""
    noted = _pid_file_line(place, 4)
    return Path(os.fsdecode(noted)) if noted else None


def running_port(place: Place) -> int | None:
    """Return the port that a started server noted."""
    noted = _pid_file_line(place, 3)
    return int(noted) if noted and noted.isdigit() else None


def listens(place: Place) -> bool:
    """Say whether a started server noted a TCP address."""
    return bool(_pid_file_line(place, 5))


def _pid_file_line(place: Place, number: int) -> bytes | None:
    """Return a line of `postmaster.pid` (from 0): pid, data, start time, port, socket directory, address."""
    try:
        lines = (place.data / "postmaster.pid").read_bytes().split(b"\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return lines[number].strip() if number < len(lines) else None


def start_error(place: Place, log_offset: int, reason: str | None = None) -> ServerStartError:
    """Return the error with the last lines that were logged after the offset."""
    with place.log.open("rb") as log:
        log.seek(log_offset)
        lines = log.read().decode("utf-8", errors="replace").splitlines()
    return ServerStartError(place.home, place.log, tuple(lines[-_TAIL_LINES:]), reason)


def _log_size(place: Place) -> int:
    return place.log.stat().st_size if place.log.exists() else 0
