"""What somebody answers to the questions that the models leave open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from pgevolve.catalog.model import Ident
from pgevolve.plan.intent import Intent
from pgevolve.plan.questions import Question
from pgevolve.plan.renames import Rename


@dataclass(frozen=True, slots=True)
class Answer:
    """What the new thing of a question was; None: none of the candidates."""

    question: Question
    old: str | None


Ask: TypeAlias = Callable[[Question], str | None]


def renames_in(answers: Iterable[Answer]) -> tuple[Rename, ...]:
    """Return the renames of tables among the answers."""
    return tuple(
        Rename("table", answer.question.table.schema, answer.old, answer.question.table.name)
        for answer in answers
        if answer.question.column is None and answer.old is not None
    )


def with_answers(intent: Intent, answers: Iterable[Answer]) -> Intent:
    """Return what is said, by the models and by the answers."""
    renames = {table: dict(columns) for table, columns in intent.renames.items()}
    added: dict[Ident, frozenset[str]] = dict(intent.added)
    tables = set(intent.added_tables)
    for answer in answers:
        table, column = answer.question.table, answer.question.column
        if column is None:
            tables |= {table} if answer.old is None else set()
        elif answer.old is None:
            added[table] = added.get(table, frozenset()) | {column}
        else:
            renames.setdefault(table, {})[column] = answer.old
    return replace(
        intent,
        renames=MappingProxyType(renames),
        added=MappingProxyType(added),
        added_tables=frozenset(tables),
    )
