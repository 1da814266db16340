"""The pre-checks of a whole database, for a command of its own."""

from pgevolve.connect import connect, require_suitable
from pgevolve.history import inspect_history
from pgevolve.ledger import ledger_migrations, ledger_steps
from pgevolve.prechecks.check_rows import BUDGET_SECONDS, check_rows
from pgevolve.prechecks.model import RowsReport
from pgevolve.project import Project
from pgevolve.status import compare


def check_pending_rows(project: Project, url: str, *, budget_seconds: float = BUDGET_SECONDS) -> RowsReport:
    """Ask what the migrations that a deploy would apply ask; of an unfinished one, its remaining steps.

    Raises the first problem that `read_status` lists, what `check_rows` raises, and the errors of `connect`.
    """
    history = inspect_history(project.migrations)
    with connect(url, purpose="precheck") as connection:
        require_suitable(connection)
        connection.execute("SET ROLE NONE")
        status = compare(history, ledger_migrations(connection))
        if status.problems:
            raise status.problems[0]
        pending = [migration for migration in history if migration.name in status.pending]
        done = {
            entry.name: sum(step.state == "done" for step in ledger_steps(connection, entry.name))
            for entry in status.migrations
            if entry.kind == "unfinished"
        }
        return check_rows(connection, pending, owner=project.owner, budget_seconds=budget_seconds, done=done)
