"""Ask the target's rows everything that the pending migrations will ask of them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from pgevolve.connect import Connection
from pgevolve.history import Migration
from pgevolve.prechecks import (
    cast,
    check,
    domain,
    exclude,
    foreign_key,
    generated,
    index,
    not_null,
    partition,
    sequence,
    unique,
    update,
)
from pgevolve.prechecks.ask import Asker
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Place, Question, RowsReport, Test, Unchecked, Violation
from pgevolve.prechecks.pending import commands
from pgevolve.prechecks.target import Target, read_target

_Kind: TypeAlias = Callable[[Command], Iterator[Question]]

BUDGET_SECONDS = 60.0
_KINDS: tuple[_Kind, ...] = (
    not_null.questions,
    check.questions,
    unique.questions,
    foreign_key.questions,
    exclude.questions,
    cast.questions,
    domain.questions,
    generated.questions,
    index.questions,
    partition.questions,
    update.questions,
)


def check_rows(
    connection: Connection,
    pending: Sequence[Migration],
    *,
    owner: str | None,
    budget_seconds: float = BUDGET_SECONDS,
    done: Mapping[str, int] | None = None,
) -> RowsReport:
    """Ask whether the rows of a database let the pending migrations pass; nothing is changed or locked.

    The connection is in autocommit mode; each question has a transaction of its own that only reads, as
    `owner` where the login may be it. `done` is how many steps of a migration have run already. What takes
    longer than its share of the budget, stands behind somebody's lock, or cannot be known before the deploy
    is reported as unchecked. Raises a SqlTextError, and what a lost connection raises.
    """
    begun = time.monotonic()
    if not pending:
        return RowsReport()
    target = read_target(connection)
    if not target.facts.relations:
        return RowsReport(seconds=time.monotonic() - begun)
    role = _assumable(connection, owner)
    asker = Asker(connection, role, budget_seconds)
    violations: list[Violation] = []
    unchecked: list[Unchecked] = []
    asked = 0
    for place, question in questions(target, pending, done):
        found = asker.ask(place, question)
        asked += not isinstance(found, Unchecked)
        if isinstance(found, Violation):
            violations.append(found)
        elif found is not None:
            unchecked.append(found)
    return RowsReport(tuple(violations), tuple(unchecked), asked, time.monotonic() - begun)


def questions(
    target: Target, pending: Sequence[Migration], done: Mapping[str, int] | None = None
) -> Iterator[tuple[Place, Question]]:
    """Yield each question once, at the first statement that asks it."""
    seen: set[tuple[str, Test | None, str | None]] = set()
    several = list(commands(target, pending, done))
    asked = (
        (command.place, question) for command in several for kind in _KINDS for question in kind(command)
    )
    for place, question in (*asked, *sequence.questions_at_end(several)):
        same = (question.table, question.test, question.unknown)
        if same not in seen:
            seen.add(same)
            yield place, question


def _assumable(connection: Connection, owner: str | None) -> str | None:
    """Return the owner if the login may be it already; before the first deploy it may not be there."""
    row = connection.execute(
        "SELECT pg_catalog.pg_has_role(oid, 'MEMBER') FROM pg_catalog.pg_roles WHERE rolname = %s", (owner,)
    ).fetchone()
    return owner if row is not None and row[0] else None
