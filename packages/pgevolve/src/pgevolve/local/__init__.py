"""A PostgreSQL server of one's own: in one directory, for one operating system user, without installation."""

from pgevolve.local.binaries import Binaries, find_binaries, find_dump_programs
from pgevolve.local.errors import (
    BinariesNotFoundError,
    BinariesUnreachableError,
    DataDirectoryDamagedError,
    DataDirectoryVersionError,
    DumpProgramsNotFoundError,
    HomeBelongsToAnotherUserError,
    HomeNotUsableError,
    LocalPostgresError,
    NotListeningError,
    ServerStartError,
    ServerStopError,
    ServiceAccountError,
    SocketDirectoryError,
)
from pgevolve.local.server import LocalPostgres

__all__ = [
    "Binaries",
    "BinariesNotFoundError",
    "BinariesUnreachableError",
    "DataDirectoryDamagedError",
    "DataDirectoryVersionError",
    "DumpProgramsNotFoundError",
    "HomeBelongsToAnotherUserError",
    "HomeNotUsableError",
    "LocalPostgres",
    "LocalPostgresError",
    "NotListeningError",
    "ServerStartError",
    "ServerStopError",
    "ServiceAccountError",
    "SocketDirectoryError",
    "find_binaries",
    "find_dump_programs",
]
