"""After manual work on a failed migration: is it rolled back, is it applied? The catalogue is asked, too."""

from typing import Literal, TypeAlias

from pgevolve.deploy.session import deploy_session
from pgevolve.failures import NotFailedError, ResolveRefusedError
from pgevolve.ledger import finish_migration, ledger_migrations, mark_rolled_back
from pgevolve.project import Project
from pgevolve.verify import schema_digest

Claim: TypeAlias = Literal["rolled back", "applied"]


def resolve(project: Project, url: str, name: str, claim: Claim, *, wait: float = 600) -> None:
    """Record what became of a failed or interrupted migration, under the deploy lock.

    Rolled back is true when the schema is the one from before the migration, applied when it is the one that
    the migration leads to. Raises NotFailedError, ResolveRefusedError, DeployRunningError.
    """
    with deploy_session(project, url, wait=wait) as session:
        connection = session.connection
        rows = {row.name: row for row in ledger_migrations(connection)}
        row = rows.get(name)
        if row is None or row.state not in {"failed", "applying"}:
            raise NotFailedError(name)
        expected = row.digest_before if claim == "rolled back" else row.digest
        found = schema_digest(url, project)
        if found != expected:
            raise ResolveRefusedError(name, claim, expected, found)
        with session.as_owner():
            if claim == "rolled back":
                mark_rolled_back(connection, name)
            else:
                finish_migration(connection, name)
