"""The settings file of the server and the place of its socket."""

import hashlib
import os
import socket
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pgevolve.local.account import Account, may_enter
from pgevolve.local.errors import SocketDirectoryError

PORT = 5432
"""The number in the socket's name; the directory is private, so every server may use the same."""

_SOCKET_PATH_BYTES = 107  # sun_path of unix(7) has 108, the last one is NUL
_ESCAPES = {"\\": "\\\\", "'": "''", "\n": "\\n", "\r": "\\r"}


def settings_file(settings: Mapping[str, str]) -> bytes:
    """Return the text of a configuration file; values may hold quotes, line ends and any file name."""
    lines = (f"{name} = '{_escaped(value)}'\n" for name, value in settings.items())
    return os.fsencode("".join(lines))


def _escaped(value: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in value)


def directory_list(directory: Path) -> str:
    """Return the value of `unix_socket_directories`, which is a list, for one directory of any name."""
    doubled = str(directory).replace('"', '""')
    return f'"{doubled}"'


def socket_directory(home: Path, account: Account | None) -> Path:
    """Return `home/run`, or a short directory when a socket's path would be too long there.

    The short one is named by the home, so that the next process finds it again.
    """
    inside = home / "run"
    if fits_a_socket(inside):
        return inside
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 (made private and checked below)
        short = parent / f"pgevolve-{name}"
        if fits_a_socket(short) and (account is None or may_enter(account, parent)):
            return short
    raise SocketDirectoryError(Path(tempfile.gettempdir()))


def fits_a_socket(directory: Path) -> bool:
    """Say whether the server's socket can be bound in the directory."""
    return len(os.fsencode(directory / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_BYTES


def make_private(directory: Path, account: Account | None) -> None:
    """Make the directory, or check that it is one of the server's user alone.

    Raises SocketDirectoryError when somebody else made it before or when others may enter.
    """
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if account is not None:
            account.owns(directory)
    found = directory.lstat()
    wanted = os.geteuid() if account is None else account.uid
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != wanted or stat.S_IMODE(found.st_mode) != 0o700:  # noqa: PLR2004 (read, write and enter, for the owner)
        raise SocketDirectoryError(directory)


def free_tcp_port() -> int:
    """Return a port of the loopback address that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
