"""Sequences that stand behind the rows they will number: the deploy passes, and the next INSERT fails."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pgevolve.check import tree
from pgevolve.messages import messages
from pgevolve.prechecks.apply_types import number_of
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Place, Question
from pgevolve.prechecks.target import SequenceFacts
from pgevolve.prechecks.texts import columns, rows_where
from pgevolve.quoting import name as quoted
from pgevolve.quoting import qualified

_KIND = "sequence"


@dataclass(frozen=True, slots=True)
class _Feed:
    """What numbers a column from now on, and with which number it begins."""

    command: Command
    table: str
    column: str
    sequence: str
    next: int
    increment: int = 1


def questions_at_end(commands: Iterable[Command]) -> Iterator[tuple[Place, Question]]:
    """Yield, after the last statement, what each sequence that a statement set up or moved will meet.

    A later `setval` moves it again, to a number that only the deploy knows: then nothing is asked.
    """
    feeds: dict[tuple[str, str], _Feed] = {}
    last: Command | None = None
    for command in commands:
        last = command
        for feed in _begun(command):
            feeds[feed.table, feed.column] = feed
        moved = _moved(command)
        feeds = {key: feed for key, feed in feeds.items() if moved is not None and feed.sequence not in moved}
    for feed in feeds.values():
        relation = last.after.get(feed.table) if last is not None else None
        if relation is None or relation.base is None or feed.column not in relation.columns:
            continue
        operator = ">=" if feed.increment > 0 else "<="
        column = columns(relation, [feed.column])[0]
        yield (
            feed.command.place,
            Question(
                _KIND,
                relation.name,
                f"{quoted(feed.column)} is ahead of its sequence, which goes on with {feed.next}",
                rows_where(relation, f"{column} {operator} {feed.next}"),
                f"let the sequence start behind the largest {quoted(feed.column)}, or move it with setval",
                relation.shown_key,
                relation.why_unknown([feed.column]),
            ),
        )


def _begun(command: Command) -> Iterator[_Feed]:
    if command.kind == "alter_seq_stmt":
        yield from _restarted(command)
        return
    relation = command.relation_before()
    if relation is None or relation.base is None or command.command is None:
        return
    name = command.command.name
    implicit = f"{relation.alias}_{name}_seq"
    if command.kind == "AT_AddIdentity":
        options = command.definition.options
        increment = number_of(tree.option(options, "increment")) or 1
        begin = number_of(tree.option(options, "start")) or (1 if increment > 0 else -1)
        yield _Feed(command, relation.name, name, implicit, begin, increment)
    elif command.kind == "AT_SetIdentity":
        for entry in command.definition.items if hasattr(command.definition, "items") else ():
            restart = number_of(entry.def_elem.arg) if entry.def_elem.defname == "restart" else None
            if restart is not None:
                yield _Feed(command, relation.name, name, implicit, restart)
    elif command.kind == "AT_ColumnDefault" and command.definition is not None:
        sequence = next(_named_sequences(getattr(command.command, "def"), "nextval"), None)
        facts = _facts(command, sequence) if sequence else None
        if sequence and facts is not None:
            yield _Feed(command, relation.name, name, sequence, _next(facts), facts.increment)


def _restarted(command: Command) -> Iterator[_Feed]:
    node = command.node
    if "restart" not in {entry.def_elem.defname for entry in node.options}:
        return
    facts = _facts(command, node.sequence.relname, node.sequence.schemaname)
    if facts is None or facts.table is None or facts.column is None:
        return
    begin = number_of(tree.option(node.options, "restart"))
    begin = facts.start if begin is None else begin
    yield _Feed(command, facts.table, facts.column, node.sequence.relname, begin, facts.increment)


def _facts(command: Command, name: str, schema: str | None = None) -> SequenceFacts | None:
    known = {**command.after.target.sequences, **command.after.sequences}
    paths = [schema] if schema else command.after.path
    return next((facts for path in paths if (facts := known.get(qualified(path, name))) is not None), None)


def _next(facts: SequenceFacts) -> int:
    return facts.start if facts.last is None else facts.last + facts.increment


def _named_sequences(node: Any, function: str) -> Iterator[str]:
    for call in messages(node, "FuncCall"):
        if tree.strings(call.funcname)[-1] == function and call.args:
            written = tree.constant(call.args[0])
            yield str(written).rpartition(".")[2].strip('"') if isinstance(written, str) else "?"


def _moved(command: Command) -> set[str] | None:
    """Return the sequences that a statement moves to a number of its own, None for any of them."""
    if command.kind in {"do_stmt", "call_stmt"}:
        return None
    moved = set(_named_sequences(command.node, "setval")) if command.command is None else set()
    return None if "?" in moved else moved
