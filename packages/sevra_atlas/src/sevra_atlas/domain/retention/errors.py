"""What the way through the archive refuses."""

from collections.abc import Iterable, Mapping

from sevra_atlas.domain.errors import ConflictError, DomainError, NotFoundError

_NAMED = 5


class MoveCountError(DomainError):
    """As many rows must arrive in the archive as left, and as many must leave as the batch holds."""

    code = "ARCHIVE_COUNT"
    hint = "run `sevra retention verify`; the batch stays in the trash as it is"

    def __init__(self, batch: int, held: int, gone: Mapping[str, int], kept: Mapping[str, int]) -> None:
        super().__init__(batch, held, dict(gone), dict(kept))
        self.batch, self.held, self.gone, self.kept = batch, held, dict(gone), dict(kept)

    def __str__(self) -> str:
        return (
            f"deletion batch {self.batch} holds {self.held} rows, {sum(self.gone.values())} left"
            f" and {sum(self.kept.values())} arrived"
        )


class BatchNotFoundError(NotFoundError):
    """There is no deletion batch of that number."""

    def __init__(self, batch: int) -> None:
        super().__init__("deletion batch", batch)
        self.batch = batch


class AlreadyHeldError(ConflictError):
    """An open hold names the same row."""

    def __init__(self, kind: str, key: int) -> None:
        super().__init__(kind, key)
        self.kind, self.key = kind, key
        self.hint = f"lift it first: `sevra retention hold lift {kind}:{key}`"

    def __str__(self) -> str:
        return f"{self.kind} {self.key} is already under a legal hold"


class NotHeldError(ConflictError):
    """There is no open hold to lift."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.what} is under no legal hold"


class FinishedBatchError(ConflictError):
    """A batch whose rows are live again or gone for good has nothing left to hold."""

    def __init__(self, batch: int, state: str) -> None:
        super().__init__(batch, state)
        self.batch, self.state = batch, state

    def __str__(self) -> str:
        return f"deletion batch {self.batch} is {self.state}"


class NotArchivedError(ConflictError):
    """A batch is in the trash, or its rows are live again."""

    def __init__(self, batch: int, state: str) -> None:
        super().__init__(batch, state)
        self.batch, self.state = batch, state
        if state in {"TRASHED", "BLOCKED"}:
            self.hint = f"take it out of the trash: `sevra trash restore {batch}`"

    def __str__(self) -> str:
        return f"deletion batch {self.batch} is {self.state}, not in the archive"


class StillWaitingError(ConflictError):
    """Everything that is left of a deletion waits for somebody who is still away."""

    hint = "bring them back first, from the trash or from the archive, then run the command again"

    def __init__(self, batch: int, absent: Iterable[str]) -> None:
        self.batch, self.absent = batch, sorted(absent)
        super().__init__(batch, self.absent)

    def __str__(self) -> str:
        shown = ", ".join(self.absent[:_NAMED])
        more = f" and {len(self.absent) - _NAMED} more" if len(self.absent) > _NAMED else ""
        return f"no row of deletion batch {self.batch} can come back: they wait for {shown}{more}"


class PurgedError(DomainError):
    """The days in the archive are over; the rows are nowhere any more."""

    code = "GONE"

    def __init__(self, batch: int) -> None:
        super().__init__(batch)
        self.batch = batch

    def __str__(self) -> str:
        return f"deletion batch {self.batch} was purged"


class DamagedBatchError(DomainError):
    """What lies in the archive is not what was archived."""

    code = "ARCHIVE_DAMAGED"
    hint = "run `sevra retention verify`, then take the rows from a snapshot of the database"

    def __init__(self, batch: int, what: str) -> None:
        super().__init__(batch, what)
        self.batch, self.what = batch, what

    def __str__(self) -> str:
        return f"deletion batch {self.batch} is damaged: {self.what}"


class UnknownMigrationError(DomainError):
    """A row was archived after a migration that this version does not know."""

    code = "ARCHIVE_VERSION"
    hint = "use the version of Sevra Atlas that the database was deployed with"

    def __init__(self, migration: str) -> None:
        super().__init__(migration)
        self.migration = migration

    def __str__(self) -> str:
        return f"migration {self.migration!r} is not in the history"


class UnfitRowError(DomainError):
    """An archived row has other columns than its table, and no converter for a migration in between."""

    code = "ARCHIVE_VERSION"
    hint = "register what the row becomes in sevra_atlas/domain/retention/upconverting.py"

    def __init__(self, table: str, migration: str, missing: Iterable[str], surplus: Iterable[str]) -> None:
        self.table, self.migration = table, migration
        self.missing, self.surplus = sorted(missing), sorted(surplus)
        super().__init__(table, migration, self.missing, self.surplus)

    def __str__(self) -> str:
        return (
            f"a row of {self.table} archived after {self.migration!r} has no column {self.missing}"
            f" and columns {self.surplus} too many"
        )


class SegmentStoreError(DomainError):
    """The place of the exported months cannot be read or written."""

    code = "ARCHIVE_STORE"
    hint = "check SEVRA_ARCHIVE, its rights and its free space, then run the command again"

    def __init__(self, destination: str, reason: str) -> None:
        super().__init__(destination, reason)
        self.destination, self.reason = destination, reason

    def __str__(self) -> str:
        return f"the exported months in {self.destination!r} cannot be used: {self.reason}"


class SegmentMissingError(DomainError):
    """An exported month is not where the database says."""

    code = "ARCHIVE_DAMAGED"
    hint = "bring the file back from a copy of the place where exported months lie"

    def __init__(self, destination: str, key: str) -> None:
        super().__init__(destination, key)
        self.destination, self.key = destination, key

    def __str__(self) -> str:
        return f"there is no {self.key!r} in {self.destination!r}"


class SegmentDamagedError(DomainError):
    """An exported month is not what was written."""

    code = "ARCHIVE_DAMAGED"
    hint = "bring the file back from a copy; while its partition is there, export the month again"

    def __init__(self, key: str, what: str) -> None:
        super().__init__(key, what)
        self.key, self.what = key, what

    def __str__(self) -> str:
        return f"{self.key!r} is damaged: {self.what}"


class SegmentFormatError(DomainError):
    """An exported month has a form that this version does not know."""

    code = "ARCHIVE_VERSION"

    def __init__(self, key: str, form: int, known: int) -> None:
        super().__init__(key, form, known)
        self.key, self.form, self.known = key, form, known
        self.hint = f"use a version of Sevra Atlas that reads format {form}"

    def __str__(self) -> str:
        return f"{self.key!r} has format {self.form}, and this version reads format {self.known}"


class SegmentNeededError(DomainError):
    """Rows lie in an exported month only, and this run was given no place to read it from."""

    code = "ARCHIVE_STORE"
    hint = "set SEVRA_ARCHIVE to where exported months lie"

    def __init__(self, batch: int) -> None:
        super().__init__(batch)
        self.batch = batch

    def __str__(self) -> str:
        return f"the rows of deletion batch {self.batch} lie in an exported month only"


class PersonHeldError(ConflictError):
    """A legal hold and an erasure of one person; a person decides which it is to be."""

    hint = "lift the hold first, if the law allows it: `sevra retention hold list`"

    def __init__(self, user: int) -> None:
        super().__init__(user)
        self.user = user

    def __str__(self) -> str:
        return f"USER {self.user} is under a legal hold"
