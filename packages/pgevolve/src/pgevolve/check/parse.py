"""The statements of a file, whatever is wrong in it: what cannot be read is a finding, the rest is read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import postgast

from pgevolve.check import tree
from pgevolve.check.source import Source
from pgevolve.check.statement import Statement
from pgevolve.sqltext import only_outside_transaction

_ANNOTATION = re.compile(rb"^[ \t]*--[ \t]*pgevolve:(.*)$", re.MULTILINE)
_BEGINS = {"TRANS_STMT_BEGIN", "TRANS_STMT_START"}
_ENDS = {"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_PREPARE"}


@dataclass(slots=True)
class _Raw:
    kind: str
    node: Any
    begin: int
    end: int
    base: int
    alone: bool = False


def statements_of(source: Source) -> list[Statement]:
    """Return the statements of a file in order; findings of reading it are added to the source."""
    if "\0" in source.text:
        offset = source.bytes.index(b"\0")
        source.report(
            offset,
            "PE001",
            "the text holds a NUL character, at which the parser would stop",
            "remove the character",
        )
        source.text = source.text.replace("\0", " ")
        source.__dict__.pop("bytes", None)
    raws = list(_raw_statements(source))
    _annotate(source, raws)
    return list(_in_transactions(source, raws))


def _raw_statements(source: Source) -> Iterator[_Raw]:
    try:
        yield from _parsed(source.text, 0, len(source.bytes))
    except postgast.PgQueryError as error:
        yield from _piecewise(source, error)


def _parsed(text: str, base: int, size: int) -> list[_Raw]:
    found = []
    for raw in postgast.parse(text).stmts:
        end = raw.stmt_location + raw.stmt_len if raw.stmt_len else size
        kind = tree.kind_of(raw.stmt)
        found.append(
            _Raw(kind, getattr(raw.stmt, kind), base + raw.stmt_location, base + end, base) if kind else None
        )
    return [raw for raw in found if raw is not None]


def _piecewise(source: Source, error: postgast.PgQueryError) -> Iterator[_Raw]:
    """Yield what can be read of a file with an error in it, statement by statement."""
    try:
        pieces = postgast.split(source.text, method="scanner")
    except postgast.PgQueryError:
        _report(source, 0, source.text, error)
        return
    position = 0
    reported = len(source.findings)
    while pieces:
        piece = pieces.pop(0)
        if "begin atomic" in piece.lower():
            piece = _whole_atomic(piece, pieces)
        position = max(source.text.find(piece, position), position)
        base = len(source.text[:position].encode())
        try:
            yield from _parsed(piece, base, len(piece.encode()))
        except postgast.PgQueryError as refused:
            _report(source, base, piece, refused)
        position += len(piece)
    if len(source.findings) == reported:
        # The scanner passes over what holds no keyword at all.
        _report(source, 0, source.text, error)


def _whole_atomic(piece: str, following: list[str]) -> str:
    """Join the pieces of a function with an SQL body, at whose semicolons the scanner divides."""
    joined = piece
    for count, part in enumerate(following, start=1):
        joined = f"{joined};{part}"
        try:
            postgast.parse(joined)
        except postgast.PgQueryError:
            continue
        del following[:count]
        return joined
    return piece


def _report(source: Source, base: int, piece: str, error: postgast.PgQueryError) -> None:
    position = max(error.cursorpos - 1, 0)
    offset = base + len(piece[:position].encode())
    if piece[position : position + 1] == "\\":
        command = piece[position:].split(maxsplit=1)[0]
        source.report(
            offset,
            "PE003",
            f"{command!r} is a command of psql, which the server does not know",
            "write SQL only",
        )
        return
    source.report(offset, "PE001", f"the parser refuses this: {error.message}", "correct the statement")


def _annotate(source: Source, raws: list[_Raw]) -> None:
    """Mark the statements that an annotation takes out of the transaction; report those out of place."""
    if b"pgevolve:" not in source.bytes:
        return
    starts = [raw.begin for raw in raws]
    for match in _ANNOTATION.finditer(source.bytes):
        following = next((index for index, start in enumerate(starts) if start > match.start()), None)
        inside = any(raw.begin < match.start() < raw.end for raw in raws)
        if match[1].strip() != b"transaction=off" or following is None or inside:
            source.report(
                match.start(),
                "PE004",
                f"the annotation {match[0].decode().strip()!r} is unknown or out of place",
                "write `-- pgevolve: transaction=off` on a line of its own above a statement",
            )
        else:
            raws[following].alone = True


def _in_transactions(source: Source, raws: list[_Raw]) -> Iterator[Statement]:
    annotated = source.deployed or any(raw.alone for raw in raws)
    by_itself = not annotated and _runs_statement_by_statement(raws)
    number, block = 0, False
    shared_before = False
    for raw in raws:
        word = _transaction_word(raw)
        shares = block or word in _BEGINS or not (raw.alone or by_itself)
        if not (shares and shared_before) or (word in _BEGINS and not block):
            number += 1
        yield Statement(
            source, raw.kind, raw.node, raw.begin, raw.end, raw.base, transaction=number, shares=shares
        )
        shared_before = shares
        if not source.deployed and word in _BEGINS | _ENDS:
            block = word in _BEGINS
            shared_before = block


def _runs_statement_by_statement(raws: list[_Raw]) -> bool:
    """Say whether a plain file must be run by something that commits after each statement.

    It opens transactions itself, or holds a statement that runs only outside of one. A file without either
    is taken as one transaction, which is how a deployer would run it.
    """
    if any(_transaction_word(raw) in _BEGINS for raw in raws):
        return True
    return any(only_outside_transaction(raw.kind, raw.node) for raw in raws)


def _transaction_word(raw: _Raw) -> str:
    if raw.kind != "transaction_stmt":
        return ""
    return str(postgast.pg_query_pb2.TransactionStmtKind.Name(raw.node.kind))
