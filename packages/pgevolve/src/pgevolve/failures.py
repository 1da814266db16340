"""How a deploy ends when it does not reach the head, a class per situation."""

from pgevolve.blockers import Blocker
from pgevolve.errors import FailedMigrationError, FindingsError, PendingError, UsageError


class MigrationFailedError(FailedMigrationError):
    """A step failed. Its transaction is undone; the first `in_place` steps stay and are recorded."""

    def __init__(  # noqa: PLR0913, PLR0917 (the facts an operator needs)
        self,
        name: str,
        step: int,
        line: int,
        sqlstate: str | None,
        message: str,
        statement: str,
        in_place: int = 0,
        blockers: tuple[Blocker, ...] = (),
        leads_back: bool = False,  # noqa: FBT001, FBT002 (errors pickle by their arguments)
    ) -> None:
        super().__init__(name, step, line, sqlstate, message, statement, in_place, blockers, leads_back)
        self.name, self.step, self.line = name, step, line
        self.sqlstate, self.message, self.statement = sqlstate, message, statement
        self.in_place, self.blockers, self.leads_back = in_place, blockers, leads_back
        self.hint = way_on(name, in_place, leads_back=leads_back)

    def __str__(self) -> str:
        held = f"; in the way: {'; '.join(map(str, self.blockers))}" if self.blockers else ""
        return (
            f"migration {self.name!r} failed at step {self.step} (up.sql line {self.line}): {self.message}"
            f" (SQLSTATE {self.sqlstate}){held}"
        )


def way_on(name: str, in_place: int, *, leads_back: bool = False) -> str:
    """Return what to do about a failed migration of which so many steps are in place."""
    if in_place == 0:
        return (
            f"nothing of it is in place: mend the cause and run `resume` to go on,"
            f" or run `resolve --rolled-back {name}` to give it up"
        )
    steps = "step 1 is" if in_place == 1 else f"steps 1 to {in_place} are"
    if leads_back:
        return (
            f"{steps} in place: mend the cause and run `resume` to go on, or `rollback {name}` to undo that"
        )
    return (
        f"{steps} in place: mend the cause and run `resume` to go on, or undo what is in place"
        f" and run `resolve --rolled-back {name}` to give it up"
    )


class RollbackFailedError(FailedMigrationError):
    """A step of down.sql failed. Its transaction is undone; the steps before it stay undone."""

    def __init__(  # noqa: PLR0913, PLR0917 (the facts an operator needs)
        self, name: str, step: int, line: int, sqlstate: str | None, message: str, statement: str
    ) -> None:
        super().__init__(name, step, line, sqlstate, message, statement)
        self.name, self.step, self.line = name, step, line
        self.sqlstate, self.message, self.statement = sqlstate, message, statement
        self.hint = f"mend the cause and run `rollback {name}` again: it goes on at that step"

    def __str__(self) -> str:
        return (
            f"the rollback of migration {self.name!r} failed at step {self.step} (down.sql line {self.line}):"
            f" {self.message} (SQLSTATE {self.sqlstate})"
        )


class UnknownOutcomeError(FailedMigrationError):
    """A deployer died while a step ran that commits by itself, and the catalogue does not tell its effect."""

    def __init__(self, name: str, step: int) -> None:
        super().__init__(name, step)
        self.name, self.step = name, step
        self.hint = (
            "look what it did, then run `resume --interrupted-step done` when all of it is there,"
            " or `resume --interrupted-step again` when it may run once more"
        )

    def __str__(self) -> str:
        return (
            f"migration {self.name!r} was interrupted in step {self.step}, which runs outside a transaction"
            " and whose effect the catalogue does not show"
        )


class DeployInterruptedError(PendingError):
    """The process was asked to end: the running step was cancelled, and what was committed is recorded."""

    def __init__(self, name: str, step: int, signal: str, command: str = "deploy") -> None:
        super().__init__(name, step, signal, command)
        self.name, self.step, self.signal, self.command = name, step, signal, command
        self.hint = f"run `{command}` to go on from there"

    def __str__(self) -> str:
        return f"{self.signal}: migration {self.name!r} stopped before step {self.step} was done"


class GateClosedError(PendingError):
    """A contract migration waits; all before it is applied. `conditions` are what it waits for."""

    def __init__(self, name: str, conditions: tuple[str, ...]) -> None:
        super().__init__(name, conditions)
        self.name, self.conditions = name, conditions
        self.hint = "deploy again when that is over: what comes before it is in place"

    def __str__(self) -> str:
        return f"contract migration {self.name!r} waits: {'; '.join(self.conditions)}"


class ClientsConnectedError(PendingError):
    """A rollback waits for clients that use what it would undo; nothing was changed. `clients` says which."""

    hint = "stop them and roll back again; `rollback --force --reason TEXT` undoes it while they run"

    def __init__(self, name: str, clients: tuple[str, ...]) -> None:
        super().__init__(name, clients)
        self.name, self.clients = name, clients

    def __str__(self) -> str:
        return f"the rollback of {self.name!r} waits: {'; '.join(self.clients)}"


class WatchError(UsageError):
    """The tables of a contract migration cannot be watched; nothing was changed."""

    hint = "deploy again: end the session that holds the table, or wait for it"

    def __init__(self, migration: str, reason: str) -> None:
        super().__init__(migration, reason)
        self.migration, self.reason = migration, reason

    def __str__(self) -> str:
        return f"the writes that {self.migration!r} waits for cannot be counted: {self.reason}"


class ConnectionLostError(UsageError):
    """The server ended the session in the middle of a deploy; what was not committed is undone.

    `name` and `step` are None between the steps.
    """

    hint = "run the deploy again: it goes on from the first step that is not recorded"

    def __init__(self, name: str | None = None, step: int | None = None) -> None:
        super().__init__(name, step)
        self.name, self.step = name, step

    def __str__(self) -> str:
        if self.name is None:
            return "the connection to the server was lost"
        return f"the connection was lost in step {self.step} of migration {self.name!r}"


class RehearsalFailedError(FindingsError):
    """What is pending does not work on a copy of the rows; nothing was changed on the target.

    `reason` is the sentence of the error that ended it. `name`, `step` and `sqlstate` tell of the migration
    where a step failed.
    """

    hint = "mend the migration or the rows and deploy again; `deploy --no-rehearse` leaves the rehearsal out"

    def __init__(
        self, reason: str, name: str | None = None, step: int | None = None, sqlstate: str | None = None
    ) -> None:
        super().__init__(reason, name, step, sqlstate)
        self.reason, self.name, self.step, self.sqlstate = reason, name, step, sqlstate

    def __str__(self) -> str:
        return f"the rehearsal failed, and nothing was changed: {self.reason}"


class RehearsedRowsError(FindingsError):
    """Rows came or went in tables that no data statement writes; raised inside a rehearsal."""

    def __init__(self, changes: tuple[str, ...]) -> None:
        super().__init__(changes)
        self.changes = changes

    def __str__(self) -> str:
        return f"rows came or went where no statement writes: {'; '.join(self.changes)}"


class RehearsalImpossibleError(UsageError):
    """The database in which to rehearse did not come about; nothing was changed."""

    hint = "mend that, or leave the rehearsal out with `deploy --no-rehearse`"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the pending migrations cannot be rehearsed: {self.reason}"


class RehearsalInterruptedError(PendingError):
    """The process was asked to end while it rehearsed; nothing was changed."""

    hint = "run `deploy` again: it begins anew"

    def __init__(self, signal: str) -> None:
        super().__init__(signal)
        self.signal = signal

    def __str__(self) -> str:
        return f"{self.signal}: the rehearsal was ended, and nothing was changed"


class SnapshotInterruptedError(PendingError):
    """The process was asked to end while it took or looked for a snapshot; nothing was changed."""

    hint = "run `deploy` again: it begins anew"

    def __init__(self, signal: str) -> None:
        super().__init__(signal)
        self.signal = signal

    def __str__(self) -> str:
        return f"{self.signal}: the snapshot was not finished, and nothing was changed"


class PreparationError(UsageError):
    """The login may not make the roles or the rights that the migrations need."""

    def __init__(self, message: str, statement: str) -> None:
        super().__init__(message, statement)
        self.message, self.statement = message, statement
        self.hint = f"let an administrator run: {statement}"

    def __str__(self) -> str:
        return f"the database cannot be prepared for the first migration: {self.message}"


class BackfillError(FailedMigrationError):
    """A batch of a backfill failed. It is undone; the steps and the batches before it stay."""

    def __init__(
        self, name: str, sqlstate: str | None, message: str, blockers: tuple[Blocker, ...] = ()
    ) -> None:
        super().__init__(name, sqlstate, message, blockers)
        self.name, self.sqlstate, self.message, self.blockers = name, sqlstate, message, blockers
        self.hint = (
            "end what is in the way, then deploy again: it goes on with the batch that was undone"
            if blockers
            else "mend the rows that it names, then deploy again: it goes on with what is not filled yet"
        )

    def __str__(self) -> str:
        held = f"; in the way: {'; '.join(map(str, self.blockers))}" if self.blockers else ""
        return (
            f"the backfill of migration {self.name!r} failed: {self.message} (SQLSTATE {self.sqlstate}){held}"
        )


class BackfillPausedError(PendingError):
    """Somebody asked a backfill to pause: the batches before are committed, and it goes on behind them."""

    def __init__(self, name: str, table: str, why: str) -> None:
        super().__init__(name, table, why)
        self.name, self.table, self.why = name, table, why
        self.hint = f"run `backfill resume {name}` and deploy again: it goes on from there"

    def __str__(self) -> str:
        return f"the backfill of migration {self.name!r} is paused in {self.table}: {self.why}"


class NotFailedError(UsageError):
    """A migration whose outcome is not in question was to be resolved."""

    hint = "read `status` for the names of failed migrations"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"migration {self.name!r} neither failed nor was interrupted"


class ResolveRefusedError(FindingsError):
    """The schema is not what the claim about a failed migration says."""

    def __init__(self, name: str, claim: str, expected: str, found: str) -> None:
        super().__init__(name, claim, expected, found)
        self.name, self.claim, self.expected, self.found = name, claim, expected, found
        self.hint = (
            "undo what is left of it" if claim == "rolled back" else "do what is missing of it"
        ) + " and try again, or insist with --force --reason TEXT"

    def __str__(self) -> str:
        return (
            f"migration {self.name!r} is not {self.claim}:"
            f" the digest of the schema is {self.found[:12]} and not {self.expected[:12]}"
        )


class NothingToRollBackError(UsageError):
    """No migration is applied here."""

    hint = "read `status` for what is applied"

    def __str__(self) -> str:
        return "there is no migration to roll back"


class NotAppliedError(UsageError):
    """A migration was to be rolled back that is not here."""

    hint = "read `status` for what is applied"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"migration {self.name!r} is not applied here"


class IrreversibleError(UsageError):
    """A migration has no way back."""

    def __init__(self, name: str, reason: str | None) -> None:
        super().__init__(name, reason)
        self.name, self.reason = name, reason
        self.hint = "write a new migration that leads where you want, or restore a snapshot"

    def __str__(self) -> str:
        return f"migration {self.name!r} cannot be rolled back: {self.reason or 'it has no down.sql'}"


class PartlyAppliedError(FailedMigrationError):
    """A migration was to be rolled back of which a part is in place, and which has no way back."""

    def __init__(self, name: str, in_place: int, steps: int) -> None:
        super().__init__(name, in_place, steps)
        self.name, self.in_place, self.steps = name, in_place, steps
        self.hint = way_on(name, in_place)

    def __str__(self) -> str:
        return (
            f"migration {self.name!r} is in place with {self.in_place} of its {self.steps} steps,"
            " and has no way back"
        )


class ReasonMissingError(UsageError):
    """Something was forced without a reason; `what` it was."""

    hint = "give --reason TEXT: it is kept in the ledger"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.what} takes a reason"


class DebrisError(FindingsError):
    """A migration is said to be settled and left something half-done, which `statements` would mend."""

    def __init__(self, name: str, claim: str, statements: tuple[str, ...]) -> None:
        super().__init__(name, claim, statements)
        self.name, self.claim, self.statements = name, claim, statements
        self.hint = f"run {'; '.join(statements)} and try again"

    def __str__(self) -> str:
        return f"migration {self.name!r} is not {self.claim}: it left something half-done"
