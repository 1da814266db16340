"""A PostgreSQL server of one's own: in one directory, for one operating system user, without installation."""

from pgevolve.local.binaries import Binaries, find_binaries
from pgevolve.local.errors import (
    BinariesNotFoundError,
    BinariesUnreachableError,
    DataDirectoryDamagedError,
    DataDirectoryVersionError,
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
]
