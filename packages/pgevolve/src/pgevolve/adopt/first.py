"""`baseline --write`: the first migration of a project, written from a database that is there already."""

from datetime import datetime
from pathlib import Path

from pgevolve.adopt import alembic, prisma
from pgevolve.adopt.foreign import ForeignTable, ForeignTableComparedError
from pgevolve.errors import UsageError
from pgevolve.history import read_history
from pgevolve.new import NewMigration, migration_to
from pgevolve.project import Project
from pgevolve.verify import schema_catalog


class NothingThereError(UsageError):
    """The database holds nothing that a first migration could make."""

    hint = "write the first migration from the models with `new NAME`, and apply it with `deploy`"

    def __str__(self) -> str:
        return "the database holds nothing of the project yet"


class HistoryExistsError(UsageError):
    """The project has migrations already, and a first one can only stand before them."""

    hint = "record the history with `baseline`, or write what the models say beyond it with `new`"

    def __init__(self, migrations: Path, head: str) -> None:
        super().__init__(migrations, head)
        self.migrations, self.head = migrations, head

    def __str__(self) -> str:
        return f"there is a history in {str(self.migrations)!r} already, its head is {self.head!r}"


def first_migration(project: Project, url: str, name: str, *, now: datetime | None = None) -> NewMigration:
    """Write the migration that leads from nothing to the schema of a database, which is only read.

    It is proved on a scratch server: the same digest, no difference. Nothing is recorded: `baseline` does
    that, in each database. Of the result, `changes` is what the models say beyond the database. Raises
    HistoryExistsError, NothingThereError, ForeignTableComparedError, UnplannableChangeError, PlanFailedError,
    PlanNotProvedError, and what history, scratch and `connect` raise.
    """
    head = read_history(project.migrations).head
    if head is not None:
        raise HistoryExistsError(project.migrations, head.name)
    live = schema_catalog(url, project)
    for ident in live.objects:
        # Written into the first migration, it would be made in every new environment.
        if ident.kind == "table" and ident.name in {alembic.TABLE, prisma.TABLE}:
            raise ForeignTableComparedError(ForeignTable(ident.schema, ident.name))
    written = migration_to(project, name, live, now=now)
    if not written.migrations:
        raise NothingThereError
    return written
