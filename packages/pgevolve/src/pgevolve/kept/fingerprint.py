"""What a database is made of when it is built of models: texts that differ when the database would."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import MetaData, TypeDecorator, create_mock_engine
from sqlalchemy.dialects import postgresql

from pgevolve.build import reference_rows
from pgevolve.objects import declared


def fingerprint(metadata: MetaData, owner: str | None) -> tuple[str, ...] | None:
    """Return every statement of `create_all`, the declared objects and the owner; None where it is unknown.

    Unknown is what a listener of the project does that asks the database, and what a type of the project
    makes of a declared row.
    """
    if any(
        isinstance(table.columns[column].type, TypeDecorator)
        for table, rows in reference_rows(metadata).items()
        for row in rows.rows
        for column in row
    ):
        return None
    try:
        statements = tuple(_statements(metadata))
    except Exception:  # noqa: BLE001 (a listener of the project, given a connection that answers nothing)
        return None
    # The indexes of a table are a set; what is made does not depend on their order.
    return (f"owner {owner}", *map(repr, declared(metadata)), *sorted(statements))


def _statements(metadata: MetaData) -> Iterator[str]:
    found: list[Any] = []

    def note(statement: Any, *parameters: Any, **options: Any) -> None:
        found.append((statement, parameters, options))

    metadata.create_all(create_mock_engine("postgresql+psycopg://", note), checkfirst=False)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # it has no types
    for statement, parameters, options in found:
        text = statement if isinstance(statement, str) else str(statement.compile(dialect=dialect))
        yield f"{text} {parameters!r} {sorted(options.items())!r}"
