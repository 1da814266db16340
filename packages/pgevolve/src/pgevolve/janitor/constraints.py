"""Constraints that were never validated: old rows may break them, and the planner of queries trusts none."""

from collections.abc import Iterator, Mapping
from typing import Any

from psycopg.rows import scalar_row

from pgevolve.connect import Connection
from pgevolve.janitor.ask import ask, left_out
from pgevolve.janitor.debris import Debris
from pgevolve.janitor.made import Account, Made, origin
from pgevolve.project import Project
from pgevolve.quoting import name as quoted
from pgevolve.quoting import qualified
from pgevolve.step import Step

_COUNTED = 1000  # violating rows, after which counting them says nothing new


def unvalidated_constraints(connection: Connection, project: Project, account: Account) -> Iterator[Debris]:
    """Yield the constraints that no unfinished or pending migration will validate.

    They are validated where no row is in the way, and never dropped: the models may want them. Reads the
    tables. One that is left over from a migration is not among them.
    """
    for row in ask(connection, "constraints", left_out(project)):
        made = Made("constraint", row["schema"], row["name"], row["table"])
        if made in account.in_use or made in account.to_validate or origin(account, made) is not None:
            continue
        table = qualified(row["schema"], row["table"])
        called = f"{quoted(row['name'])} on {table}"
        statement = f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted(row['name'])}"
        if made not in account.standing:
            advice = f"validate it with `{statement}`, or drop it"
            yield Debris(
                "unvalidated constraint", called, "no migration that is applied made it", advice=advice
            )
            continue
        violating = _violating(row)
        count = _count(connection, violating)
        if count == 0:
            step = Step(statement, transactional=False)
            yield Debris("unvalidated constraint", called, "no row is in its way", (step,))
            continue
        number = f"{count} rows violate it" if count < _COUNTED else f"{count} rows or more violate it"
        advice = f"mend the rows that `{violating}` lists"
        yield Debris("unvalidated constraint", called, number, advice=advice)


def _violating(row: Mapping[str, Any]) -> str:
    """Return the query that lists the rows which the constraint would refuse."""
    table = qualified(row["schema"], row["table"])
    if row["kind"] == "c":
        return f"SELECT * FROM {table} WHERE NOT ({row['expression']})"  # noqa: S608 - the server's own words
    columns = [quoted(column) for column in row["columns"]]
    if row["kind"] == "n":
        return f"SELECT * FROM {table} WHERE {columns[0]} IS NULL"  # noqa: S608 - names are quoted
    pairs = zip(columns, (quoted(column) for column in row["other_columns"]), strict=True)
    equal = " AND ".join(f"o.{other} = t.{column}" for column, other in pairs)
    given = " AND ".join(f"t.{column} IS NOT NULL" for column in columns)
    found = f"EXISTS (SELECT FROM {qualified(row['other_schema'], row['other_table'])} AS o WHERE {equal})"
    refused = f"({given} AND NOT {found})"
    if row["match"] == "f" and len(columns) > 1:
        some = " OR ".join(f"t.{column} IS NOT NULL" for column in columns)
        refused = f"({refused} OR (({some}) AND NOT ({given})))"
    return f"SELECT t.* FROM {table} AS t WHERE {refused}"  # noqa: S608 - names are quoted


def _count(connection: Connection, query: str) -> int:
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(f"SELECT count(*) FROM ({query} LIMIT {_COUNTED}) AS violating".encode())  # noqa: S608 - as above
        return int(cursor.fetchone() or 0)
