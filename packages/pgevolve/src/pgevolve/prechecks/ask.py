"""The one place that asks the target's rows."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors

from pgevolve.connect import Connection
from pgevolve.prechecks.model import Listing, Place, Question, RowTest, Unchecked, Violation
from pgevolve.prechecks.rowwise import ANSWER, counting_block, listing_script, passing_block, unacceptable
from pgevolve.prechecks.schema import LOCKED
from pgevolve.quoting import name as quoted
from pgevolve.roles import act_as

SAMPLES = 10
_LOCK_TIMEOUT_MS = 200
_SHORTEST_SECONDS = 0.05
# Classes of SQLSTATE that the value of a row can cause; all others are about the query.
_OF_ROWS = ("22", "23", "38", "39", "P0")


@dataclass(frozen=True, slots=True)
class Answer:
    """How many rows violate, and the keys of some; `at_least` when not all could be looked at."""

    count: int
    keys: tuple[str, ...] = ()
    query: str = ""
    message: str | None = None
    at_least: bool = False


class Asker:
    """Asks question after question, each in a transaction of its own that only reads.

    It locks nothing beyond ACCESS SHARE and gives up rather than wait for a lock. No question may use more
    than half of the time that is left, so that one large table does not leave the others unasked.
    """

    def __init__(self, connection: Connection, owner: str | None, budget_seconds: float) -> None:
        self.connection, self.owner = connection, owner
        self.deadline = time.monotonic() + budget_seconds

    def ask(self, place: Place, question: Question) -> Violation | Unchecked | None:
        """Return what came out, None for rows that all pass. Raises what a lost connection raises."""
        reason = question.unknown
        if reason is None and question.test is not None:
            try:
                answer = self._answer(question)
            except _NotAnsweredError as error:
                reason = str(error)
            else:
                return _violation(place, question, answer) if answer is not None else None
        return Unchecked(question.kind, place, question.table, question.what, reason or "it cannot be asked")

    def _answer(self, question: Question) -> Answer | None:
        try:
            return self._answer_as(question, self.owner)
        except errors.InsufficientPrivilege as error:
            if self.owner is None:
                raise _NotAnsweredError(_said(error)) from error
        try:
            return self._answer_as(question, None)
        except errors.InsufficientPrivilege as error:
            raise _NotAnsweredError(_said(error)) from error

    def _answer_as(self, question: Question, role: str | None) -> Answer | None:
        match question.test:
            case Listing(query, count):
                with self._transaction(role):
                    return self._listed(query, count, question.key)
            case RowTest() as test:
                return self._tested(test, question.key, role)
            case _:
                return None

    def _listed(self, query: str, count: str | None, key: tuple[str, ...]) -> Answer | None:
        found = self._value(count or f"SELECT count(*) FROM ({query}) AS rows")
        if not found:
            return None
        names = ", ".join(quoted(name) for name in key)
        texts = ", ".join(f"{quoted(name)}::text" for name in key)
        rows = self.connection.execute(
            f"SELECT ARRAY[{texts}] FROM ({query}) AS rows ORDER BY {names} LIMIT {SAMPLES}".encode()
        ).fetchall()
        return Answer(int(found), tuple(_key(parts) for (parts,) in rows), query)

    def _tested(self, test: RowTest, key: tuple[str, ...], role: str | None) -> Answer | None:
        """Test all rows at once; only where one fails, test each by itself to count them."""
        try:
            with self._transaction(role):
                queries = unacceptable(test, key)
                if queries is not None:
                    return self._listed(queries.listed, queries.counted, key)
                self.connection.execute(passing_block(test).encode())
                return None
        except _RowError:
            pass
        script = listing_script(test, key)
        try:
            with self._transaction(role):
                seconds = self._share() * 0.9
                block = counting_block(test, samples=SAMPLES, seconds=seconds)
                self.connection.execute(block.encode())
                found: Mapping[str, Any] = json.loads(str(self._value(f"SHOW {ANSWER}")))
        except _RowError as error:
            # A value that the rows only will have by then fails already while they are read.
            raise _NotAnsweredError(str(error)) from error
        except _TimeOutError:
            return Answer(1, (), script, at_least=True)
        if found["whole"] and not found["refused"]:
            return None
        return Answer(
            max(int(found["refused"]), 1),
            tuple(_key(parts) for parts in found["keys"]),
            script,
            found["message"],
            at_least=not found["whole"],
        )

    @contextmanager
    def _transaction(self, role: str | None) -> Iterator[None]:
        seconds = self._share()
        if seconds < _SHORTEST_SECONDS:
            raise _TimeOutError
        try:
            with self.connection.transaction():
                self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                act_as(self.connection, role)
                # A row that a policy hides is one that the statement will read: an error is better.
                self.connection.execute(
                    "SELECT pg_catalog.set_config('lock_timeout', %s, true),"
                    " pg_catalog.set_config('statement_timeout', %s, true),"
                    " pg_catalog.set_config('row_security', 'off', true)",
                    (f"{_LOCK_TIMEOUT_MS}ms", f"{seconds * 1000:.0f}ms"),
                )
                yield
        except errors.QueryCanceled as error:
            raise _TimeOutError from error
        except errors.LockNotAvailable as error:
            raise _NotAnsweredError(LOCKED) from error
        except errors.InsufficientPrivilege:
            raise
        except psycopg.Error as error:
            if self.connection.broken or error.sqlstate is None:
                raise
            if error.sqlstate[:2] in _OF_ROWS:
                raise _RowError(_said(error)) from error
            raise _NotAnsweredError(_said(error)) from error

    def _share(self) -> float:
        return (self.deadline - time.monotonic()) / 2

    def _value(self, query: str) -> Any:
        row = self.connection.execute(query.encode()).fetchone()
        return row[0] if row is not None else None


class _NotAnsweredError(Exception):
    """A question cannot be answered now; the message says why."""


class _TimeOutError(_NotAnsweredError):
    """The time for a question, or for all of them, is over."""

    def __str__(self) -> str:
        return "the time for it was over"


class _RowError(_NotAnsweredError):
    """The value of a row made an expression fail."""


def _violation(place: Place, question: Question, answer: Answer) -> Violation:
    return Violation(
        question.kind,
        place,
        question.table,
        question.what,
        answer.count,
        answer.keys,
        question.key,
        answer.query,
        question.fix,
        answer.at_least,
        answer.message,
    )


def _key(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def _said(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error)
