"""What is wrong with models and declared objects, as errors that name the place."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from pgevolve.errors import UsageError

_SHOWN = 200


def shortened(statement: str) -> str:
    """Return a statement on one line, its end left out where it is long."""
    line = " ".join(statement.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."


class ModelsRefusedError(UsageError):
    """The server, or SQLAlchemy, refuses what the models and declared objects say.

    `statement` is None where no statement could be made of them.
    """

    hint = "correct the table, the grant or the row that this is about"

    def __init__(self, reason: str, statement: str | None = None) -> None:
        super().__init__(reason, statement)
        self.reason, self.statement = reason, statement

    def __str__(self) -> str:
        sentence = f"the models cannot be built: {self.reason}"
        if self.statement is None:
            return sentence
        return f"{sentence}, in {shortened(self.statement)!r}"


class DeclaredObjectError(UsageError):
    """A declared object that the server refuses."""

    hint = "correct the SQL of the declared object"

    def __init__(self, sql: str, reason: str) -> None:
        super().__init__(sql, reason)
        self.sql, self.reason = sql, reason

    def __str__(self) -> str:
        return f"the server refuses {self.sql.strip().splitlines()[0]!r}: {self.reason}"


class UnknownReferenceTableError(UsageError):
    """Reference rows name a table that the models do not have."""

    hint = "name a table of the metadata in ReferenceRows"

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table

    def __str__(self) -> str:
        return f"reference rows are declared for {self.table!r}, which is no table of the models"


class UnknownReferenceColumnError(UsageError):
    """A reference row, or its key, names a column that its table does not have."""

    hint = "name columns of the table in the key and the rows of ReferenceRows"

    def __init__(self, table: str, column: str) -> None:
        super().__init__(table, column)
        self.table, self.column = table, column

    def __str__(self) -> str:
        return f"reference rows of {self.table!r} name the column {self.column!r}, which the table lacks"


class ReferenceRowsTwiceError(UsageError):
    """Two declarations speak of the rows of one table, and only one could be compared."""

    hint = "put all reference rows of the table into one ReferenceRows"

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table

    def __str__(self) -> str:
        return f"reference rows of {self.table!r} are declared twice"


class ReferenceRowsOutsideError(UsageError):
    """Declared rows do not meet the condition that tells the declared ones."""

    hint = "correct the rows, or `where` of ReferenceRows"

    def __init__(self, table: str, declared: int, found: int) -> None:
        super().__init__(table, declared, found)
        self.table, self.declared, self.found = table, declared, found

    def __str__(self) -> str:
        return f"{self.found} of {self.declared} reference rows of {self.table!r} meet its condition `where`"


@contextmanager
def refusals_of_models() -> Iterator[None]:
    """Turn errors of SQLAlchemy and of the server into ModelsRefusedError; a lost connection stays itself."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        raise ModelsRefusedError(_reason(error), error.statement) from error
    except SQLAlchemyError as error:
        raise ModelsRefusedError(str(error)) from error


def _reason(error: DBAPIError) -> str:
    """Return the server's sentence, with the detail that names the place."""
    if not isinstance(error.orig, psycopg.Error) or error.orig.diag.message_primary is None:
        return str(error.orig).splitlines()[0]
    said = [error.orig.diag.message_primary, error.orig.diag.message_detail]
    return "; ".join(part.rstrip(".") for part in said if part)
