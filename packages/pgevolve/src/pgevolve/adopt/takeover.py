"""`adopt`: the history that another tool kept ends here, and goes on in the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pgevolve.adopt import alembic, prisma
from pgevolve.adopt.alembic import alembic_history
from pgevolve.adopt.baseline import (
    Baseline,
    Happening,
    migrations_up_to,
    require_unused_ledger,
    take_over,
)
from pgevolve.adopt.foreign import ForeignHistory, ForeignMigration, ForeignTable, require_left_out
from pgevolve.adopt.prisma import prisma_history
from pgevolve.connect import Connection
from pgevolve.deploy import deploy_session
from pgevolve.history import read_history
from pgevolve.project import Project


@dataclass(frozen=True, slots=True)
class Adoption:
    """The history that was taken over, and what is recorded as applied instead of it."""

    foreign: ForeignHistory
    baseline: Baseline


def adopt_prisma(  # noqa: PLR0913 (where the history is kept, and what is done with it)
    project: Project,
    url: str,
    folder: Path,
    name: str | None = None,
    *,
    schema: str = "public",
    wait: float = 600,
) -> Adoption:
    """Take over from Prisma: its table and directories must agree, and everything must be applied.

    Under the deploy lock. What Prisma did becomes events of the ledger, and the project's own migrations up
    to `name` (without one, all) are recorded as applied, in one transaction. Prisma's table stays, untouched.
    Raises what `prisma_history` and `baseline` raise, and ForeignTableComparedError.
    """
    return _adopt(
        project,
        url,
        name,
        wait,
        ForeignTable(schema, prisma.TABLE),
        lambda connection: prisma_history(connection, folder, schema),
    )


def adopt_alembic(  # noqa: PLR0913 (where the history is kept, and what is done with it)
    project: Project,
    url: str,
    folder: Path,
    name: str | None = None,
    *,
    schema: str = "public",
    table: str = alembic.TABLE,
    wait: float = 600,
) -> Adoption:
    """Take over from Alembic: the database must be at the only head of the files, of which none is run.

    As `adopt_prisma` otherwise. Raises what `alembic_history` and `baseline` raise, and
    ForeignTableComparedError.
    """
    return _adopt(
        project,
        url,
        name,
        wait,
        ForeignTable(schema, table),
        lambda connection: alembic_history(connection, folder, schema, table),
    )


def _adopt(  # noqa: PLR0913, PLR0917 (what both ways have in common)
    project: Project,
    url: str,
    name: str | None,
    wait: float,
    table: ForeignTable,
    read: Callable[[Connection], ForeignHistory],
) -> Adoption:
    require_left_out(table, project.ignore_tables)
    wanted = migrations_up_to(read_history(project.migrations), name, project)
    with deploy_session(project, url, wait=wait) as session:
        require_unused_ledger(session.connection)
        foreign = read(session.connection)
        done = take_over(session, wanted, [_happening(foreign, entry) for entry in foreign.migrations])
    return Adoption(foreign, done)


def _happening(foreign: ForeignHistory, entry: ForeignMigration) -> Happening:
    detail = {
        "migration": entry.name,
        "sha256": entry.checksum,
        "state": entry.state,
        "started_at": None if entry.started_at is None else entry.started_at.isoformat(),
        "finished_at": None if entry.finished_at is None else entry.finished_at.isoformat(),
        **entry.facts,
    }
    return Happening(f"{foreign.tool}.adopted", detail)
