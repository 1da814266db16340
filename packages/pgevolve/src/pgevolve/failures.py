"""How a deploy ends when it does not reach the head, a class per situation."""

from pgevolve.errors import FailedMigrationError, FindingsError, UsageError


class MigrationFailedError(FailedMigrationError):
    """A step failed. Its transaction is undone; what stood before it is in place and recorded."""

    def __init__(  # noqa: PLR0913, PLR0917 (the facts an operator needs)
        self, name: str, step: int, line: int, sqlstate: str | None, message: str, statement: str
    ) -> None:
        super().__init__(name, step, line, sqlstate, message, statement)
        self.name, self.step, self.line = name, step, line
        self.sqlstate, self.message, self.statement = sqlstate, message, statement
        self.hint = f"mend the cause, then run `resolve --rolled-back {name}` and deploy again"

    def __str__(self) -> str:
        return (
            f"migration {self.name!r} failed at step {self.step} (up.sql line {self.line}): {self.message}"
            f" (SQLSTATE {self.sqlstate})"
        )


class UnknownOutcomeError(FailedMigrationError):
    """A deployer died while a step ran that commits by itself: whether it did is not recorded."""

    def __init__(self, name: str, step: int) -> None:
        super().__init__(name, step)
        self.name, self.step = name, step
        self.hint = f"undo what is left of it, then run `resolve --rolled-back {name}`"

    def __str__(self) -> str:
        return (
            f"migration {self.name!r} was interrupted in step {self.step}, which runs outside a transaction"
        )


class ConnectionLostError(UsageError):
    """The server ended the session in the middle of a deploy; what was not committed is undone."""

    hint = "run the deploy again: it goes on from the first step that is not recorded"

    def __init__(self, name: str, step: int) -> None:
        super().__init__(name, step)
        self.name, self.step = name, step

    def __str__(self) -> str:
        return f"the connection was lost in step {self.step} of migration {self.name!r}"


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

    def __init__(self, name: str, sqlstate: str | None, message: str) -> None:
        super().__init__(name, sqlstate, message)
        self.name, self.sqlstate, self.message = name, sqlstate, message
        self.hint = "mend the rows that it names, then deploy again: it goes on with what is not filled yet"

    def __str__(self) -> str:
        return f"the backfill of migration {self.name!r} failed: {self.message} (SQLSTATE {self.sqlstate})"


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
            "undo what is left of it and try again"
            if claim == "rolled back"
            else "do what is missing of it and try again"
        )

    def __str__(self) -> str:
        return (
            f"migration {self.name!r} is not {self.claim}:"
            f" the digest of the schema is {self.found[:12]} and not {self.expected[:12]}"
        )
