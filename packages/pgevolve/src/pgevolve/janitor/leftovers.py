"""What a migration made for a while, and what a rolled-back one made: still there, and explained by it."""

from collections.abc import Iterator

from psycopg.rows import scalar_row

from pgevolve.connect import Connection
from pgevolve.janitor.ask import ask
from pgevolve.janitor.debris import Debris
from pgevolve.janitor.made import Account, Made, MadeKind, explained
from pgevolve.project import Project
from pgevolve.quoting import name as quoted
from pgevolve.quoting import qualified
from pgevolve.step import Step

# A trigger goes before its function, a constraint and an index before the column they stand on.
_ORDER: tuple[MadeKind, ...] = ("trigger", "function", "constraint", "index", "column")


def left_over(connection: Connection, project: Project, account: Account) -> Iterator[Debris]:
    """Yield triggers, functions, constraints, indexes and columns that should be gone, as they are cleared.

    A table is never among them, nor is a column whose values are nowhere else.
    """
    found = explained(account)
    for kind in _ORDER:
        for made, why in found.items():
            if made.kind == kind and _is_seen(project, made) and _is_there(connection, made):
                yield _debris(connection, account, made, why)


def _is_seen(project: Project, made: Made) -> bool:
    return made.schema not in project.ignore_schemas and (
        f"{made.schema}.{made.table}" not in project.ignore_tables
    )


def _is_there(connection: Connection, made: Made) -> bool:
    (row,) = ask(connection, "present", made._asdict())
    return bool(row["case"])


def _debris(connection: Connection, account: Account, made: Made, why: str) -> Debris:
    name = quoted(made.name)
    if made.kind == "function":
        called = f"{qualified(made.schema, made.name)}()"
        return Debris("function", called, why, (Step(f"DROP FUNCTION {called}"),))
    if made.kind == "index":
        called = qualified(made.schema, made.name)
        step = Step(f"DROP INDEX CONCURRENTLY {called}", transactional=False)
        return Debris("index", called, why, (step,))
    table = qualified(made.schema, made.table)
    if made.kind == "trigger":
        return Debris("trigger", f"{name} on {table}", why, (Step(f"DROP TRIGGER {name} ON {table}"),))
    drop = f"ALTER TABLE {table} DROP {made.kind.upper()} {name}"
    if made.kind == "column" and made not in account.copied and _holds_values(connection, table, name):
        advice = f"look at its values, and drop it with `{drop}` when nobody needs them"
        return Debris("column", f"{name} of {table}", f"{why}; it holds values", advice=advice)
    joined = "of" if made.kind == "column" else "on"
    return Debris(made.kind, f"{name} {joined} {table}", why, (Step(drop),))


def _holds_values(connection: Connection, table: str, column: str) -> bool:
    with connection.cursor(row_factory=scalar_row) as cursor:
        query = f"SELECT EXISTS (SELECT FROM {table} WHERE {column} IS NOT NULL)"  # noqa: S608 - names are quoted
        cursor.execute(query.encode())
        return bool(cursor.fetchone())
