"""After manual work on a failed migration: is it rolled back, is it applied? The catalogue is asked, too."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pgevolve.deploy.decide import decide
from pgevolve.deploy.facts import read_step_facts, target_of
from pgevolve.deploy.session import Session, deploy_session
from pgevolve.errors import FindingsError
from pgevolve.failures import DebrisError, NotFailedError, ReasonMissingError, ResolveRefusedError
from pgevolve.history import Migration, inspect_history
from pgevolve.ledger import (
    LedgerMigration,
    finish_migration,
    ledger_migrations,
    mark_rolled_back,
    prepare_ledger,
    record_event,
)
from pgevolve.project import Project
from pgevolve.sqltext import commits_by_itself
from pgevolve.verify import schema_digest

Claim: TypeAlias = Literal["rolled back", "applied"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is recorded; `doubt` is what the catalogue says against it, None when it agrees."""

    name: str
    claim: Claim
    doubt: str | None


def resolve(  # noqa: PLR0913 (a claim, and how it is insisted on)
    project: Project,
    url: str,
    name: str,
    claim: Claim,
    *,
    wait: float = 600,
    force: bool = False,
    reason: str | None = None,
) -> Resolution:
    """Record what became of a failed or interrupted migration, under the deploy lock.

    Rolled back is true when the schema is the one from before the migration, applied when it is the one that
    the migration leads to; and no index that the migration builds is there invalid. With `force` a claim is
    recorded against the catalogue, for the `reason` that the ledger keeps. Raises NotFailedError,
    ResolveRefusedError, DebrisError, ReasonMissingError, DeployRunningError.
    """
    if force and not (reason or "").strip():
        raise ReasonMissingError("a claim against the catalogue")
    migrations = {migration.name: migration for migration in inspect_history(project.migrations)}
    with deploy_session(project, url, wait=wait) as session:
        rows = {row.name: row for row in ledger_migrations(session.connection)}
        row = rows.get(name)
        if row is None or row.state not in {"failed", "applying", "rolling_back"}:
            raise NotFailedError(name)
        doubt = _doubt(session, row, migrations.get(name), claim)
        if doubt is not None and not force:
            raise doubt
        prepare_ledger(session.connection, project.owner)
        resolution = Resolution(name, claim, None if doubt is None else str(doubt))
        with session.as_owner():
            detail = {"migration": name, "claim": claim, "against": resolution.doubt, "reason": reason}
            record_event(session.connection, "migration.resolved", detail)
            if claim == "rolled back":
                mark_rolled_back(session.connection, name)
            else:
                finish_migration(session.connection, name)
    return resolution


def _doubt(
    session: Session, row: LedgerMigration, migration: Migration | None, claim: Claim
) -> FindingsError | None:
    """Return what the catalogue has against the claim."""
    expected = row.digest_before if claim == "rolled back" else row.digest
    found = schema_digest(session.url, session.project)
    if found != expected:
        return ResolveRefusedError(row.name, claim, expected, found)
    debris = _debris(session, migration) if migration is not None else ()
    return DebrisError(row.name, claim, debris) if debris else None


def _debris(session: Session, migration: Migration) -> tuple[str, ...]:
    """Return the statements that would clear what steps outside a transaction left half-done."""
    found: list[str] = []
    for step in migration.up:
        if commits_by_itself(step.sql):
            target = target_of(step.sql)
            found += decide(target, None, read_step_facts(session.connection, target)).clear
    return tuple(found)
