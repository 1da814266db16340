"""Errors of the engine: a class per situation, facts as attributes, a remedy as `hint`.

The command line maps these classes to exit statuses; nothing else does.
"""


class PgevolveError(Exception):
    """Something the engine refuses or could not do.

    `str(error)` is one sentence in lower case without a full stop; `hint` is an imperative that mends it.
    """

    hint: str | None = None


class UsageError(PgevolveError):
    """The call, the environment or a file is wrong; nothing was changed (exit status 2)."""


class FindingsError(PgevolveError):
    """A check found something (exit status 1)."""


class PendingError(PgevolveError):
    """There is work to do: pending migrations, differences, a closed gate (exit status 3)."""


class FailedMigrationError(PgevolveError):
    """A migration is in state failed (exit status 4)."""


class LockNotObtainedError(PgevolveError):
    """Another deploy holds the lock (exit status 5)."""
