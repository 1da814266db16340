"""Whether the pending migrations are rehearsed before they run, decided before anything is done."""

from collections.abc import Sequence
from dataclasses import replace

from psycopg.rows import scalar_row

from pgevolve.catalog.tables import has_tables
from pgevolve.connect import Connection
from pgevolve.deploy.beyond import inside
from pgevolve.deploy.copying import why_no_copy
from pgevolve.deploy.pending import begun_state
from pgevolve.deploy.report import RehearsalPlan
from pgevolve.failures import RehearsalImpossibleError
from pgevolve.history import Migration
from pgevolve.ledger import LedgerMigration
from pgevolve.preflight import Space
from pgevolve.project import Project

_SIZE = "SELECT pg_catalog.pg_database_size(current_database())"


def plan_rehearsal(  # noqa: PLR0913 (what decides)
    connection: Connection,
    project: Project,
    pending: Sequence[Migration],
    rows: Sequence[LedgerMigration],
    *,
    wanted: bool | None,
    without_snapshot: bool,
    copies_url: str | None,
) -> RehearsalPlan:
    """Decide it; `wanted` is None where the size of the database decides. Only reads.

    `copies_url` is that of the login that would make the copy, None for the one of `connection`. Raises
    RehearsalImpossibleError when one is wanted that cannot be.
    """
    if wanted is False:
        return RehearsalPlan("it was to be left out", expected=False)
    if not wanted and not (project.backup.before_deploy and project.rehearsal.below):
        return RehearsalPlan("the project does not ask for it", expected=False)
    if begun_state(pending[0], rows) is not None:
        return RehearsalPlan("a migration is begun already", expected=bool(wanted))
    if not has_tables(connection):
        return RehearsalPlan("there is no table yet", expected=bool(wanted))
    size = _value(connection, _SIZE)
    hindrance = _hindrance(connection, project, pending, without_snapshot, copies_url)
    if wanted and hindrance is not None:
        raise RehearsalImpossibleError(hindrance)
    if not wanted and size >= project.rehearsal.below:
        hindrance = f"the database has {size >> 20} MB, and the limit is {project.rehearsal.below >> 20} MB"
    return RehearsalPlan(hindrance, required=bool(wanted), size=size)


def if_there_is_room(plan: RehearsalPlan, found: Space) -> RehearsalPlan:
    """Leave out a rehearsal for which the disk is too small; of one that is wanted the preflight says it."""
    if plan.reason is None and found.free is not None and found.rehearsal > found.free:
        megabytes = found.rehearsal >> 20
        return replace(plan, reason=f"the disk has no room for the {megabytes} MB that it takes")
    return plan


def _hindrance(
    connection: Connection,
    project: Project,
    pending: Sequence[Migration],
    without_snapshot: bool,  # noqa: FBT001 (as above)
    copies_url: str | None,
) -> str | None:
    if without_snapshot:
        return "there is no snapshot to restore"
    if not inside(pending):
        return f"{pending[0].name} reaches beyond its database"
    return why_no_copy(connection, project.owner, copies_url)


def _value(connection: Connection, query: str) -> int:
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(query.encode())
        return cursor.fetchone() or 0
