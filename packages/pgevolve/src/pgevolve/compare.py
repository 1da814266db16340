"""Two databases side by side: what differs, the script from one to the other, and the proof of it."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import psycopg
import sqlalchemy

from pgevolve.build import create_missing_roles
from pgevolve.catalog import Catalog, read_catalog
from pgevolve.connect import connect, make_predictable, require_supported, sqlalchemy_connection
from pgevolve.diff import Allow, Alter, AlterRows, Change, Create, Deny, Drop, diff
from pgevolve.errors import FindingsError, UsageError
from pgevolve.plan import UnplannableChangeError, plain_steps, plan
from pgevolve.refusals import shortened
from pgevolve.roles import roles_named
from pgevolve.run import one_line
from pgevolve.scratch import scratch_database, scratch_server
from pgevolve.script import Part, statements_of

_KNOWS_MAINTAIN = 170000
_ACTIONS: dict[type, str] = {
    Create: "create",
    Drop: "drop",
    Alter: "alter",
    Allow: "grant",
    Deny: "revoke",
    AlterRows: "alter",
}


class ScriptFailedError(UsageError):
    """A statement of the script does not run on the scratch server; no script was printed."""

    hint = "print it with --no-prove, correct it by hand, and report the two schemas"

    def __init__(self, statement: str, message: str) -> None:
        super().__init__(statement, message)
        self.statement, self.message = statement, message

    def __str__(self) -> str:
        return f"the script does not run: {self.message}, in {shortened(self.statement)!r}"


class ScriptNotProvedError(FindingsError):
    """The script runs and leads elsewhere; no script was printed."""

    hint = "print it with --no-prove, correct it by hand, and report the two schemas"

    def __init__(self, differences: tuple[Change, ...]) -> None:
        super().__init__(differences)
        self.differences = differences

    def __str__(self) -> str:
        return f"the script does not lead to the other schema: {'; '.join(map(str, self.differences))}"


class SchemaNotCopiedError(UsageError):
    """The scratch server cannot hold the first schema, so that no script can be tried there."""

    hint = "name a server that has what the first one has with --scratch-url, or print it with --no-prove"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the script is not proved, for the scratch server cannot hold the first schema: {self.reason}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two catalogues and what leads from the one to the other."""

    current: Catalog
    target: Catalog
    changes: tuple[Change, ...]

    @property
    def majors(self) -> tuple[int, int]:
        """The major versions of the two servers."""
        return self.current.version // 10_000, self.target.version // 10_000


def compare(from_url: str, to_url: str, *, ignore_schemas: frozenset[str] = frozenset()) -> Comparison:
    """Read two databases, each in one read-only transaction, and return what differs.

    What belongs to the user of an address counts as the project's own. A privilege that only one of the two
    servers knows is not compared. Raises DatabaseUnreachableError, UnsupportedServerError.
    """
    current, target = (_read_url(url, ignore_schemas) for url in (from_url, to_url))
    if min(current.version, target.version) < _KNOWS_MAINTAIN:
        current, target = _without_maintain(current), _without_maintain(target)
    return Comparison(current, target, diff(current, target))


def _read_url(url: str, ignore_schemas: frozenset[str]) -> Catalog:
    with sqlalchemy_connection(url, purpose="diff") as connection:
        connection.execute(sqlalchemy.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        catalog = read_catalog(connection, ignore_schemas=ignore_schemas)
    require_supported(catalog.version)
    return catalog


def _without_maintain(catalog: Catalog) -> Catalog:
    return replace(catalog, grants=frozenset(g for g in catalog.grants if g.privilege != "MAINTAIN"))


def script_parts(comparison: Comparison, *, naive: bool = False) -> tuple[Part, ...]:
    """Return the steps from one catalogue to the other, phase by phase.

    Raises UnplannableChangeError for a change that no safe statements are known for; with `naive` all is one
    part of plain DDL.
    """
    current, target = comparison.current, comparison.target
    if naive:
        steps = plain_steps(current, target)
        return (Part("plain", steps),) if steps else ()
    return tuple(
        Part(entry.phase, entry.up, entry.backfill) for entry in plan(comparison.changes, current, target)
    )


def prove(
    comparison: Comparison,
    parts: Sequence[Part],
    *,
    scratch_url: str | None = None,
    ignore_schemas: frozenset[str] = frozenset(),
) -> None:
    """Run the script on a copy of the current schema, and compare the result with the target.

    The copy is made of plain DDL on `scratch_url`, or on an embedded server, and is thrown away; no row is
    copied. Raises ScriptFailedError, ScriptNotProvedError, and what the scratch server raises.
    """
    with ExitStack() as stack:
        server = scratch_url or stack.enter_context(scratch_server()).url()
        url = stack.enter_context(scratch_database(server))
        _make_roles(server, parts)
        _copy(url, comparison.current, ignore_schemas)
        execute(url, parts)
        reached = _read_url(url, ignore_schemas)
        left = diff(_without_maintain(reached), _without_maintain(comparison.target))
    if left:
        raise ScriptNotProvedError(left)


def _copy(url: str, current: Catalog, ignore_schemas: frozenset[str]) -> None:
    """Build the current schema in an empty scratch database. Raises SchemaNotCopiedError."""
    empty = _read_url(url, ignore_schemas)
    try:
        parts = (Part("plain", plain_steps(empty, current)),)
        _make_roles(url, parts)
        execute(url, parts)
    except (UnplannableChangeError, ScriptFailedError) as error:
        raise SchemaNotCopiedError(str(error)) from error


def _make_roles(url: str, parts: Sequence[Part]) -> None:
    roles = [role for part in parts for step in part.steps for role in roles_named(step.sql)]
    with sqlalchemy_connection(url, purpose="diff") as connection:
        create_missing_roles(connection, dict.fromkeys(roles))
        connection.commit()


def execute(url: str, parts: Sequence[Part]) -> None:
    """Run a script as psql would, on a connection of its own. Raises ScriptFailedError."""
    with connect(url, purpose="diff") as connection:
        make_predictable(connection)
        for statement in statements_of(parts):
            try:
                connection.execute(statement.encode())
            except psycopg.Error as error:
                raise ScriptFailedError(statement, one_line(error)) from error


def as_json(change: Change) -> dict[str, object]:
    """Return a change as a JSON document holds it: what happens to which object, as parts and a sentence."""
    ident = change.grant.on if isinstance(change, Allow | Deny) else change.ident
    document: dict[str, object] = {
        "action": _ACTIONS[type(change)],
        "kind": ident.kind,
        "schema": ident.schema,
        "name": ident.name,
        "summary": str(change),
    }
    if ident.table:
        document["table"] = ident.table
    if isinstance(change, Alter):
        document["differences"] = list(change.differences)
    if isinstance(change, Allow | Deny):
        grant = change.grant
        document |= {"privilege": grant.privilege, "column": grant.column, "grantee": grant.grantee}
    return document
