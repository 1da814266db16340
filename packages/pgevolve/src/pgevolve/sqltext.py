"""The text of a migration file: split into steps, and written from steps.

A file holds statements, each ended by a semicolon. Comment lines above a statement belong to it. A comment
line of its own `-- pgevolve: transaction=off` above a statement makes a step that shares no transaction with
its neighbours. The parser is PostgreSQL's, through postgast; it counts in bytes of UTF-8, which is why
everything here is bytes until a step is made.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.errors import UsageError
from pgevolve.step import Step

_ANNOTATION = re.compile(rb"--\s*pgevolve:(.*)", re.DOTALL)
_SEMICOLON = ord(";")
_LINE_COMMENT, _BLOCK_COMMENT = ast.Token.SQL_COMMENT, ast.Token.C_COMMENT
_ONLY_OUTSIDE = {
    "createdb_stmt": "CREATE DATABASE",
    "dropdb_stmt": "DROP DATABASE",
    "create_table_space_stmt": "CREATE TABLESPACE",
    "drop_table_space_stmt": "DROP TABLESPACE",
    "alter_system_stmt": "ALTER SYSTEM",
}
_BLOCKS = ("call_stmt", "do_stmt")
_CONCURRENT = {
    "index_stmt": "CREATE INDEX CONCURRENTLY",
    "drop_stmt": "DROP INDEX CONCURRENTLY",
    "reindex_stmt": "REINDEX CONCURRENTLY",
    "alter_table_stmt": "DETACH PARTITION CONCURRENTLY",
}


class SqlTextError(UsageError):
    """A migration file that cannot be run; `source` names the file, `line` counts from 1."""

    def __init__(self, source: str, line: int, subject: str) -> None:
        super().__init__(source, line, subject)
        self.source, self.line, self.subject = source, line, subject

    def __str__(self) -> str:
        return f"{self.source}:{self.line} {self._sentence()}"

    def _sentence(self) -> str:
        return self.subject


class SqlSyntaxError(SqlTextError):
    """PostgreSQL's parser refuses the text; `subject` is its message."""

    hint = "correct the statement"


class TransactionControlError(SqlTextError):
    """A statement begins, ends or divides a transaction."""

    hint = "remove it; use `-- pgevolve: transaction=off` above a statement that must run outside"

    def _sentence(self) -> str:
        return (
            f"{self.subject} is refused: the deployer owns the transaction, which holds its ledger rows too"
        )


class OutsideTransactionError(SqlTextError):
    """A statement that PostgreSQL runs only outside of a transaction lacks the annotation."""

    hint = "write `-- pgevolve: transaction=off` on a line above it"

    def _sentence(self) -> str:
        return f"{self.subject} cannot run inside a transaction"


class AnnotationError(SqlTextError):
    """An annotation that is unknown, or that stands where no statement follows it."""

    hint = "write `-- pgevolve: transaction=off` on a line of its own above a statement"

    def _sentence(self) -> str:
        return f"the annotation {self.subject!r} is unknown or out of place"


class PsqlCommandError(SqlTextError):
    """A command of psql, which the server does not know."""

    hint = "write SQL only"

    def _sentence(self) -> str:
        return f"{self.subject!r} is a command of psql"


class CopyFromStdinError(SqlTextError):
    """COPY ... FROM STDIN, whose rows a file of statements cannot hold."""

    hint = "write INSERT statements"

    def _sentence(self) -> str:
        return "COPY FROM STDIN is refused: a step is one statement without data behind it"


class NulCharacterError(SqlTextError):
    """A NUL character, at which the parser would silently stop."""

    hint = "remove the character"

    def _sentence(self) -> str:
        return "the text holds a NUL character"


class UnwritableStepError(UsageError):
    """A step that would not be read back as it is: no statement, or more than one."""

    hint = "make one statement a step, without a semicolon at its end"

    def __init__(self, step: Step) -> None:
        super().__init__(step)
        self.step = step

    def __str__(self) -> str:
        return f"a step cannot be written to a file: {self.step.sql[:80]!r}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A step and the line, from 1, on which its statement begins in the file."""

    step: Step
    line: int


def parse_steps(text: str, source: str = "up.sql") -> tuple[Step, ...]:
    """Return the steps of a migration file; see `parse_statements`."""
    return tuple(statement.step for statement in parse_statements(text, source))


def parse_statements(text: str, source: str = "up.sql") -> tuple[Statement, ...]:
    """Return the statements of a migration file with their lines; none for an empty one.

    `source` is the name for messages. Raises a SqlTextError.
    """
    if "\0" in text:
        raise NulCharacterError(source, text[: text.index("\0")].count("\n") + 1, "")
    return _Reader(text, source).statements()


def render_steps(steps: Iterable[Step]) -> str:
    """Return a file's text that parses to exactly these steps. Raises UnwritableStepError."""
    return "\n".join(_rendered(step) for step in steps)


def _rendered(step: Step) -> str:
    annotation = "" if step.transactional else "-- pgevolve: transaction=off\n"
    for end in (";\n", "\n;\n"):  # a comment at the end of the statement would swallow the semicolon
        text = annotation + step.sql + end
        try:
            if parse_steps(text, "step") == (step,):
                return text
        except SqlSyntaxError:
            continue
    raise UnwritableStepError(step)


class _Reader:
    """Reads one file. Offsets are bytes."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.bytes = text.encode()
        try:
            self.parsed = list(postgast.parse(text).stmts)
        except postgast.PgQueryError as error:
            raise self._syntax_error(text, error) from error
        tokens = postgast.scan(text).tokens
        self.comments = [token for token in tokens if token.token in (_LINE_COMMENT, _BLOCK_COMMENT)]
        self.comment_starts = [token.start for token in self.comments]
        self.semicolons = [token.start for token in tokens if token.token == _SEMICOLON]

    def statements(self) -> tuple[Statement, ...]:
        annotations = {token.start for token in self.comments if self._is_annotation(token)}
        found = []
        end = 0
        for raw in self.parsed:
            begin = self._after_semicolon(end, raw.stmt_location)
            end = raw.stmt_location + raw.stmt_len if raw.stmt_len else len(self.bytes)
            above = self._comments_between(begin, raw.stmt_location)
            line = self._line(raw.stmt_location)
            step = self._step(above, raw, begin, end)
            self._refuse(raw.stmt, step, line)
            found.append(Statement(step, line))
            annotations -= {token.start for token in above}
        if annotations:
            raise self._annotation_error(min(annotations))
        return tuple(found)

    def _step(self, above: list[ast.ScanToken], raw: ast.RawStmt, begin: int, end: int) -> Step:
        """Make the step: its comments and statement without the lines of annotations."""
        transactional = True
        pieces = []
        for comment in above:
            if self._is_annotation(comment):
                if not transactional or not self._alone_on_its_line(comment):
                    raise self._annotation_error(comment.start)
                transactional = False
                pieces.append(self.bytes[begin : comment.start].rstrip(b" \t"))
                begin = min(comment.end + 1, raw.stmt_location)
        pieces.append(self.bytes[begin:end])
        sql = b"".join(pieces).decode().strip()
        return Step(sql, transactional)

    def _is_annotation(self, comment: ast.ScanToken) -> bool:
        match = _ANNOTATION.match(self.bytes[comment.start : comment.end])
        if match is None:
            return False
        if match[1].strip() != b"transaction=off":
            raise self._annotation_error(comment.start)
        return True

    def _annotation_error(self, offset: int) -> AnnotationError:
        return AnnotationError(self.source, self._line(offset), self._line_text(offset))

    def _alone_on_its_line(self, comment: ast.ScanToken) -> bool:
        line_start = self.bytes.rfind(b"\n", 0, comment.start) + 1
        return not self.bytes[line_start : comment.start].strip()

    def _after_semicolon(self, begin: int, end: int) -> int:
        """Return where the last semicolon between two offsets ends: empty statements are skipped."""
        after = bisect_left(self.semicolons, end)
        if after == 0 or self.semicolons[after - 1] < begin:
            return begin
        return int(self.semicolons[after - 1]) + 1

    def _comments_between(self, begin: int, end: int) -> list[ast.ScanToken]:
        first, after = bisect_left(self.comment_starts, begin), bisect_left(self.comment_starts, end)
        return self.comments[first:after]

    def _refuse(self, node: ast.Node, step: Step, line: int) -> None:
        kind = node.WhichOneof("node") or ""
        if kind == "transaction_stmt":
            raise TransactionControlError(self.source, line, _first_word(node))
        if kind == "copy_stmt" and node.copy_stmt.is_from and not node.copy_stmt.filename:
            raise CopyFromStdinError(self.source, line, "")
        outside = _only_outside(kind, node)
        if outside is not None and step.transactional:
            raise OutsideTransactionError(self.source, line, outside)

    def _syntax_error(self, text: str, error: postgast.PgQueryError) -> SqlTextError:
        # The cursor counts characters, from 1.
        position = max(error.cursorpos - 1, 0)
        line = text[:position].count("\n") + 1
        if text[position : position + 1] == "\\":
            return PsqlCommandError(self.source, line, text[position:].split(maxsplit=1)[0])
        return SqlSyntaxError(self.source, line, error.message)

    def _line(self, offset: int) -> int:
        return self.bytes[:offset].count(b"\n") + 1

    def _line_text(self, offset: int) -> str:
        return self.bytes[offset:].split(b"\n", 1)[0].decode().strip()


def _first_word(node: ast.Node) -> str:
    name: str = ast.TransactionStmtKind.Name(node.transaction_stmt.kind)
    return name.removeprefix("TRANS_STMT_").replace("_", " ").replace("ROLLBACK TO", "ROLLBACK TO SAVEPOINT")


def commits_by_itself(sql: str) -> bool:
    """Say whether a step's statement cannot share a transaction with its ledger row.

    PostgreSQL refuses some there; a procedure and a DO block may commit on their own.
    """
    node = postgast.parse(sql).stmts[0].stmt
    kind = node.WhichOneof("node") or ""
    return kind in _BLOCKS or _only_outside(kind, node) is not None


def is_block(sql: str) -> bool:
    """Say whether a step is a DO block or a CALL, whose body may or may not commit."""
    return postgast.parse(sql).stmts[0].stmt.WhichOneof("node") in _BLOCKS


def _only_outside(kind: str, node: ast.Node) -> str | None:
    return only_outside_transaction(kind, getattr(node, kind)) if kind else None


def only_outside_transaction(kind: str, statement: Any) -> str | None:
    """Return the name of a statement that PostgreSQL refuses inside a transaction, None for any other.

    `kind` is the field of its Node, `statement` the message in that field.
    """
    if _is_concurrent(kind, statement):
        return _CONCURRENT[kind]
    if kind == "vacuum_stmt" and statement.is_vacuumcmd:
        return "VACUUM"
    return _ONLY_OUTSIDE.get(kind)


def _is_concurrent(kind: str, statement: Any) -> bool:
    if kind in {"index_stmt", "drop_stmt"}:
        return bool(statement.concurrent)
    if kind == "reindex_stmt":
        return any(option.def_elem.defname == "concurrently" for option in statement.params)
    if kind == "alter_table_stmt":
        commands = [command.alter_table_cmd for command in statement.cmds]
        return any(getattr(command, "def").partition_cmd.concurrent for command in commands)
    return False
