"""Debris: found in the catalogue, explained by history and ledger. Only reads."""

from collections.abc import Sequence

from pgevolve.connect import connect
from pgevolve.errors import FailedMigrationError
from pgevolve.history import inspect_history
from pgevolve.janitor.constraints import unvalidated_constraints
from pgevolve.janitor.copies import left_copies
from pgevolve.janitor.debris import Debris
from pgevolve.janitor.indexes import invalid_indexes
from pgevolve.janitor.leftovers import left_over
from pgevolve.janitor.made import account_of
from pgevolve.ledger import LedgerMigration, ledger_migrations
from pgevolve.project import Project
from pgevolve.status import compare
from pgevolve.verify import schema_digest


def find_debris(project: Project, url: str, *, copies_url: str | None = None) -> tuple[Debris, ...]:
    """Return what interrupted changes left in a database, in the order in which it is cleared.

    What a migration uses that is applying or failed, and what an expand has made for a contract that is not
    applied yet, is no debris; nor is what neither history nor ledger explain. The tables of unvalidated
    constraints are read. `copies_url` is of the login that makes copies for rehearsals, where that of `url`
    does not. Raises what `inspect_history` and `connect` raise, and the first problem of the history with the
    ledger: an edited file would explain nothing.
    """
    history = inspect_history(project.migrations)
    with connect(url, purpose="janitor") as connection:
        rows = ledger_migrations(connection)
        for problem in compare(history, rows).problems:
            if not isinstance(problem, FailedMigrationError):
                raise problem
        account = account_of(history, rows)
        found = [
            *invalid_indexes(connection, project, account),
            *unvalidated_constraints(connection, project, account),
        ]
        if not _is_as_applied(project, url, rows):
            found += left_over(connection, project, account)
        found += left_copies(connection, copies_url or url)
    return tuple(found)


def _is_as_applied(project: Project, url: str, rows: Sequence[LedgerMigration]) -> bool:
    """Tell whether the schema is the one of the last applied migration: then nothing can be left over."""
    applied = [row for row in rows if row.state == "applied"]
    return bool(applied) and schema_digest(url, project) == applied[-1].digest
