"""What can be wrong with a snapshot, a class per situation.

What was found damaged is a FindingsError (exit status 1); what cannot be begun is a UsageError (2).
"""

from pgevolve.errors import FindingsError, LockNotObtainedError, UsageError


class SnapshotNotFoundError(UsageError):
    """No snapshot of this name is at the destination."""

    hint = "`backup list` shows what is there"

    def __init__(self, wanted: str, destination: str) -> None:
        super().__init__(wanted, destination)
        self.wanted, self.destination = wanted, destination

    def __str__(self) -> str:
        return f"no snapshot {self.wanted!r} is in {self.destination!r}"


class AmbiguousSnapshotError(UsageError):
    """The beginning of a name fits several snapshots."""

    hint = "give more letters of the name"

    def __init__(self, wanted: str, found: tuple[str, ...]) -> None:
        super().__init__(wanted, found)
        self.wanted, self.found = wanted, found

    def __str__(self) -> str:
        return f"{self.wanted!r} fits {', '.join(self.found)}"


class StorageError(UsageError):
    """The destination cannot be read or written."""

    hint = "check the address, the permissions and, for a bucket, the AWS_* variables"

    def __init__(self, destination: str, reason: str) -> None:
        super().__init__(destination, reason)
        self.destination, self.reason = destination, reason

    def __str__(self) -> str:
        return f"the destination {self.destination!r} cannot be used: {self.reason}"


class NoSpaceError(StorageError):
    """The disk took no more; what was half-done is removed."""

    def __init__(self, destination: str) -> None:
        super().__init__(destination, "no space is left on the device")
        self.hint = f"make room where {destination!r} lies, and run it again: nothing half-done is left"


class ServerLostError(UsageError):
    """The server ended a session amid the work."""

    hint = "run it again once the server is back: nothing half-done is left"

    def __str__(self) -> str:
        return "the connection to the server was lost"


class EncryptionRequiredError(UsageError):
    """The policy asks for encryption, and nobody is named who could read the snapshot."""

    hint = "name a public key in `recipients` of [tool.pgevolve.backup]; `age-keygen` makes one"

    def __str__(self) -> str:
        return "snapshots must be encrypted here, and there are no recipients"


class RecipientError(UsageError):
    """A text is no public key of age."""

    hint = "give the line that begins with age1, which `age-keygen -y KEYFILE` prints"

    def __init__(self, recipient: str) -> None:
        super().__init__(recipient)
        self.recipient = recipient

    def __str__(self) -> str:
        return f"{self.recipient!r} is no public key of age"


class IdentityFileError(UsageError):
    """The file with the private keys cannot be read."""

    hint = "give a file that `age-keygen` wrote"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"the identity file {self.path!r} cannot be used: {self.reason}"


class IdentityNeededError(UsageError):
    """An encrypted snapshot was to be read without a private key."""

    hint = "give --identity FILE, or set PGEVOLVE_AGE_IDENTITY"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"snapshot {self.name!r} is encrypted, and no identity was given"


class WrongKeyError(UsageError):
    """None of the private keys opens the file, which is whole."""

    hint = "use the identity of one of the recipients that `backup list --json` shows"

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path)
        self.name, self.path = name, path

    def __str__(self) -> str:
        return f"none of the keys opens {self.path!r} of snapshot {self.name!r}"


def complaint(said: tuple[str, ...]) -> str:
    """Return the line of a program that names what went wrong: the first error, else the last line."""
    errors = (line for line in said if "error:" in line.lower())
    found = next(errors, said[-1] if said else "it left no message")
    return found.strip().rstrip(".")


class ToolFailedError(UsageError):
    """pg_dump, pg_restore or psql ended with an error; `said` holds its last lines."""

    def __init__(self, tool: str, status: int, said: tuple[str, ...]) -> None:
        super().__init__(tool, status, said)
        self.tool, self.status, self.said = tool, status, said
        if any("no space left on device" in line.lower() for line in said):
            self.hint = "make room on that disk, and run it again: nothing half-done is left"
        elif status < 0:
            self.hint = "run it again: nothing half-done is left"

    def __str__(self) -> str:
        if self.status < 0:
            return f"{self.tool} was ended by signal {-self.status}"
        return f"{self.tool} failed with status {self.status}: {complaint(self.said)}"


class DamagedSnapshotError(FindingsError):
    """A snapshot that must not be restored; `name` says which."""

    hint = "restore another one, and remove this one when it is no longer of use"

    def __init__(self, name: str, *facts: object) -> None:
        super().__init__(name, *facts)
        self.name = name


class ManifestMissingError(DamagedSnapshotError):
    """There are files, and no manifest: the snapshot was never finished, or somebody removed it."""

    def __str__(self) -> str:
        return f"snapshot {self.name!r} has no manifest"


class ManifestEditedError(DamagedSnapshotError):
    """The manifest is not the one that the snapshot's name was made from."""

    def __str__(self) -> str:
        return f"the manifest of snapshot {self.name!r} is not the one that was written"


class ManifestFormatError(DamagedSnapshotError):
    """The manifest is whole, and this release cannot read it."""

    hint = "install the release of pgevolve that made it, or a newer one"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the manifest of snapshot {self.name!r} cannot be read: {self.reason}"


class DamagedFileError(DamagedSnapshotError):
    """Something is wrong with one file."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path)
        self.path = path


class FileMissingError(DamagedFileError):
    """A file of the manifest is not there."""

    def __str__(self) -> str:
        return f"file {self.path!r} of snapshot {self.name!r} is missing"


class FileUnexpectedError(DamagedFileError):
    """A file is there that the manifest does not name."""

    def __str__(self) -> str:
        return f"file {self.path!r} of snapshot {self.name!r} is not in its manifest"


class FileSizeError(DamagedFileError):
    """A file is shorter or longer than it was; sizes are in bytes."""

    def __init__(self, name: str, path: str, expected: int, found: int) -> None:
        DamagedSnapshotError.__init__(self, name, path, expected, found)
        self.path, self.expected, self.found = path, expected, found

    def __str__(self) -> str:
        return (
            f"file {self.path!r} of snapshot {self.name!r} has {self.found} bytes instead of {self.expected}"
        )


class FileChangedError(DamagedFileError):
    """A file has other bytes than were written."""

    def __str__(self) -> str:
        return f"file {self.path!r} of snapshot {self.name!r} is not the one that was written"


class PlainTextChangedError(DamagedFileError):
    """An encrypted file is as the manifest says, and holds something else than was encrypted."""

    def __str__(self) -> str:
        return f"file {self.path!r} of snapshot {self.name!r} holds something else than was encrypted"


class DataUndecodableError(DamagedFileError):
    """A data file cannot be decompressed to its end, or ends too early."""

    def __str__(self) -> str:
        return f"the rows in {self.path!r} of snapshot {self.name!r} cannot be read to their end"


class DumpUndecodableError(DamagedSnapshotError):
    """pg_restore cannot read the dump; `said` holds its last lines."""

    def __init__(self, name: str, said: tuple[str, ...]) -> None:
        super().__init__(name, said)
        self.said = said

    def __str__(self) -> str:
        return f"pg_restore cannot read snapshot {self.name!r}: {complaint(self.said)}"


class RowCountError(DamagedSnapshotError):
    """A table has another number of rows than when the snapshot was made."""

    def __init__(self, name: str, table: str, expected: int, found: int) -> None:
        super().__init__(name, table, expected, found)
        self.table, self.expected, self.found = table, expected, found

    def __str__(self) -> str:
        return f"{self.table} has {self.found} rows in snapshot {self.name!r} instead of {self.expected}"


class RestoreRunningError(LockNotObtainedError):
    """Another restore of the same database is at work."""

    hint = "wait until it ends"

    def __init__(self, database: str) -> None:
        super().__init__(database)
        self.database = database

    def __str__(self) -> str:
        return f"another restore of database {self.database!r} is running"


class DatabaseExistsError(UsageError):
    """A database of the name that the restored one should have is there."""

    hint = "choose another name: nothing is overwritten"

    def __init__(self, database: str) -> None:
        super().__init__(database)
        self.database = database

    def __str__(self) -> str:
        return f"database {self.database!r} exists"


class SwapBlockedError(UsageError):
    """Something keeps hold of the old database, which is open again."""

    hint = "end what holds it (prepared transactions too), and run the restore again: it goes on at the swap"

    def __init__(self, database: str, reason: str) -> None:
        super().__init__(database, reason)
        self.database, self.reason = database, reason

    def __str__(self) -> str:
        return f"database {self.database!r} could not be swapped: {self.reason}"


class RestoredRowsError(DamagedSnapshotError):
    """A restored table has other rows than were dumped; the restored database was dropped."""

    def __init__(self, name: str, table: str, expected: int, found: int) -> None:
        super().__init__(name, table, expected, found)
        self.table, self.expected, self.found = table, expected, found

    def __str__(self) -> str:
        if self.expected != self.found:
            return f"{self.table} has {self.found} rows after the restore instead of {self.expected}"
        return f"{self.table} has other values after the restore"


class RestoredSchemaError(DamagedSnapshotError):
    """The restored schema is another one than was dumped; the restored database was dropped."""

    def __init__(self, name: str, expected: str, found: str) -> None:
        super().__init__(name, expected, found)
        self.expected, self.found = expected, found

    def __str__(self) -> str:
        return f"the restored schema has the digest {self.found[:12]} instead of {self.expected[:12]}"


class ReasonMissingError(UsageError):
    """A deploy was told to do without a snapshot, and not why."""

    hint = "say why with --reason TEXT: the ledger keeps it"

    def __str__(self) -> str:
        return "a deploy without a snapshot needs a reason"
