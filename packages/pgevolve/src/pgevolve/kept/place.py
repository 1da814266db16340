"""Where the kept server lies, and how it is started, mended and stopped."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from pgevolve.local import (
    DataDirectoryDamagedError,
    DataDirectoryVersionError,
    LocalPostgres,
    LocalPostgresError,
    ServerStartError,
    find_binaries,
)
from pgevolve.local.locks import locked
from pgevolve.scratch import SCRATCH_SETTINGS

_VARIABLE = "PGEVOLVE_CACHE_DIR"
_BROKEN = (ServerStartError, DataDirectoryDamagedError, DataDirectoryVersionError)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def cache_directory() -> Path:
    """Return `$PGEVOLVE_CACHE_DIR`, or the user's cache directory for the engine."""
    named = os.environ.get(_VARIABLE)
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pgevolve"


@contextmanager
def kept_server() -> Iterator[LocalPostgres | None]:
    """Run the kept server, or join it; None where none can be kept. The last user stops it.

    One server for each version of the server programs and of the engine. One that does not start is removed
    and made anew, as is one that ran when the machine stopped: it writes without waiting for the disk. A user
    that was killed leaves it running for the next one. Two starters wait for each other.
    """
    try:
        home = _home()
        home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        server = _started(home)
    except (LocalPostgresError, OSError):
        # Nobody may write there, or the disk is full: whoever asked makes a server of its own.
        yield None
        return
    try:
        yield server
    finally:
        with locked(_beside(home, "lock"), None):
            if server.stop():
                _beside(home, "boot").unlink(missing_ok=True)


def _started(home: Path) -> LocalPostgres:
    with locked(_beside(home, "lock"), None):
        _remove_after_a_crash_of_the_machine(home)
        if not home.exists():
            _remove_others(home)
        _beside(home, "boot").write_text(_boot(), encoding="utf-8")
        server = LocalPostgres(home, settings=SCRATCH_SETTINGS)
        try:
            server.start()
        except _BROKEN:
            _remove(home)
            server = LocalPostgres(home, settings=SCRATCH_SETTINGS)
            server.start()
        return server


def _home() -> Path:
    return cache_directory().absolute() / f"scratch-{find_binaries().version}-{version('pgevolve')}"


def _beside(home: Path, ending: str) -> Path:
    return home.with_name(f"{home.name}.{ending}")


def _boot() -> str:
    """Return what differs from one start of the machine to the next; never the same where it is not known."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_hex(8)


def _remove_after_a_crash_of_the_machine(home: Path) -> None:
    with suppress(FileNotFoundError):
        ran = _beside(home, "boot").read_text(encoding="utf-8")
        if ran != _boot() and not LocalPostgres(home).is_running:
            _remove(home)


def _remove_others(home: Path) -> None:
    """Remove what other versions have kept, save what runs."""
    for other in home.parent.glob("scratch-*"):
        if other.is_dir() and other != home and not LocalPostgres(other).is_running:
            _remove(other)
            for ending in ("lock", "boot"):
                _beside(other, ending).unlink(missing_ok=True)


def _remove(home: Path) -> None:
    with suppress(LocalPostgresError):
        LocalPostgres(home).delete()
    shutil.rmtree(home, ignore_errors=True)
