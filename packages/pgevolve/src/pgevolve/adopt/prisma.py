"""Prisma's history: the table `_prisma_migrations`, and a directory with `migration.sql` for each migration.

A row has the SHA-256 of the file. It is failed while it has neither an end nor a time at which somebody said
that it is rolled back; one that was rolled back and ran again has two rows. See ARCHITECTURE.md of Prisma's
schema engine.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg import sql
from psycopg.rows import class_row

from pgevolve.adopt.foreign import (
    ForeignHistory,
    ForeignHistoryError,
    ForeignMigration,
    ForeignTable,
    NoForeignFilesError,
    raise_problems,
    require_table,
)
from pgevolve.connect import Connection

TABLE = "_prisma_migrations"
_MIGRATION = "migration.sql"


class PrismaFailedError(ForeignHistoryError):
    """A migration began, did not end, and nobody said that it is rolled back."""

    def __init__(self, name: str, log: str | None) -> None:
        super().__init__(name, log)
        self.name, self.log = name, log
        self.hint = (
            f"finish or undo {name} by hand, then run `prisma migrate resolve --applied {name}` or"
            f" `prisma migrate resolve --rolled-back {name}`"
        )

    def __str__(self) -> str:
        lines = (self.log or "").strip().splitlines()
        return f"migration {self.name!r} of prisma failed{f': {lines[0]}' if lines else ''}"


class PrismaEditedError(ForeignHistoryError):
    """The file of an applied migration is not the one that ran."""

    def __init__(self, name: str, recorded: str, found: str) -> None:
        super().__init__(name, recorded, found)
        self.name, self.recorded, self.found = name, recorded, found
        self.hint = f"restore {name}/{_MIGRATION} from version control"

    def __str__(self) -> str:
        return (
            f"migration {self.name!r} of prisma was edited after it was applied:"
            f" its checksum was {self.recorded[:12]} and its file gives {self.found[:12]}"
        )


class PrismaPendingError(ForeignHistoryError):
    """A migration has a directory and was not applied here."""

    hint = "run `prisma migrate deploy` once more"

    def __init__(self, name: str, *, rolled_back: bool) -> None:
        super().__init__(name, rolled_back)
        self.name, self.rolled_back = name, rolled_back

    def __str__(self) -> str:
        what = "was rolled back and not applied again" if self.rolled_back else "is not applied here"
        return f"migration {self.name!r} of prisma {what}"


class PrismaFilesMissingError(ForeignHistoryError):
    """A migration was applied, and its file is gone."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.hint = f"restore {name}/{_MIGRATION} from version control"

    def __str__(self) -> str:
        return f"migration {self.name!r} of prisma is applied here, and its {_MIGRATION} is missing"


class PrismaProviderError(ForeignHistoryError):
    """The folder was written for another kind of database."""

    hint = "name the folder of the migrations for PostgreSQL"

    def __init__(self, provider: str) -> None:
        super().__init__(provider)
        self.provider = provider

    def __str__(self) -> str:
        return f"the migrations were written for {self.provider!r}, as migration_lock.toml says"


@dataclass(frozen=True, slots=True)
class PrismaRow:
    """One row of the table."""

    name: str
    checksum: str
    started_at: datetime
    finished_at: datetime | None
    rolled_back_at: datetime | None
    steps: int
    logs: str | None

    @property
    def failed(self) -> bool:
        """Whether it began and nobody knows how it ended."""
        return self.finished_at is None and self.rolled_back_at is None

    @property
    def applied(self) -> bool:
        """Whether it is in place."""
        return self.finished_at is not None and self.rolled_back_at is None


def prisma_history(connection: Connection, folder: Path, schema: str = "public") -> ForeignHistory:
    """Return Prisma's history, when the table and the directories agree and everything is applied.

    Only reads. Raises NoForeignFilesError, ForeignTableMissingError, ForeignHistoryError.
    """
    table = ForeignTable(schema, TABLE)
    root = folder / "migrations" if (folder / "migrations").is_dir() else folder
    files = _files(root)
    if not files:
        raise NoForeignFilesError("prisma", folder, "a directory with migration.sql for each migration")
    require_table(connection, "prisma", table)
    rows = _rows(connection, table)
    raise_problems([*_provider_problems(root), *problems(rows, files)])
    return ForeignHistory("prisma", table, tuple(_migration(row) for row in rows))


def problems(rows: Sequence[PrismaRow], files: Mapping[str, bytes]) -> Iterator[ForeignHistoryError]:
    """Yield what is wrong: rows in the order in which they began, and the files by directory."""
    applied = {row.name: row for row in rows if row.applied}
    failed = {row.name: row for row in rows if row.failed}
    for name in sorted({*files, *(row.name for row in rows)}):
        text = files.get(name)
        if name in failed:
            yield PrismaFailedError(name, failed[name].logs)
        elif text is None:
            if name in applied:
                yield PrismaFilesMissingError(name)
        elif name not in applied:
            yield PrismaPendingError(name, rolled_back=any(row.name == name for row in rows))
        elif applied[name].checksum not in _checksums(text):
            yield PrismaEditedError(name, applied[name].checksum, _checksums(text)[0])


def _checksums(text: bytes) -> tuple[str, ...]:
    """Return the checksum as the file stands, and those with the other ends of lines: git may change them."""
    unix = text.replace(b"\r\n", b"\n")
    return tuple(
        hashlib.sha256(variant).hexdigest() for variant in (text, unix, unix.replace(b"\n", b"\r\n"))
    )


def _files(root: Path) -> dict[str, bytes]:
    found = sorted(root.glob(f"*/{_MIGRATION}")) if root.is_dir() else []
    return {path.parent.name: path.read_bytes() for path in found}


def _provider_problems(root: Path) -> Iterator[ForeignHistoryError]:
    lock = root / "migration_lock.toml"
    if lock.is_file():
        provider = tomllib.loads(lock.read_text(encoding="utf-8")).get("provider")
        if provider not in {"postgresql", "postgres", "cockroachdb"}:
            yield PrismaProviderError(str(provider))


def _rows(connection: Connection, table: ForeignTable) -> tuple[PrismaRow, ...]:
    query = sql.SQL(
        "SELECT migration_name AS name, checksum, started_at, finished_at, rolled_back_at,"
        " applied_steps_count AS steps, logs FROM {} ORDER BY started_at, id"
    ).format(sql.Identifier(table.schema, table.name))
    with connection.cursor(row_factory=class_row(PrismaRow)) as cursor:
        cursor.execute(query)
        return tuple(cursor)


def _migration(row: PrismaRow) -> ForeignMigration:
    return ForeignMigration(
        row.name,
        row.checksum,
        "applied" if row.applied else "rolled back",
        row.started_at,
        row.finished_at,
        {"applied_steps_count": row.steps},
    )
