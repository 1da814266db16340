"""Changes inside one object: what can be written safely, and what is refused with the way by hand."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import postgast

from pgevolve.canonical import comparable, expression
from pgevolve.catalog.model import (
    Column,
    ConstraintObject,
    EnumObject,
    IndexObject,
    OtherObject,
    SchemaItem,
    SequenceObject,
    TableObject,
    TriggerObject,
)
from pgevolve.catalog.types import DomainObject
from pgevolve.plan import columns, retype, text
from pgevolve.plan.errors import AmbiguousChangeError, UnplannableChangeError
from pgevolve.plan.options import changed_options
from pgevolve.quoting import literal, name, qualified

# Evaluated once for all rows, so that adding the column writes no row.
_ONCE = frozenset({"now()", "CURRENT_TIMESTAMP", "CURRENT_DATE", "transaction_timestamp()"})


def added_labels(before: EnumObject, after: EnumObject) -> Iterator[str]:
    """Yield an ADD VALUE for each new label; each must commit before anything uses it."""
    kept = tuple(label for label in after.labels if label in before.labels)
    if kept != before.labels:
        change = f"labels of {after.ident}: {before.labels} -> {after.labels}"
        raise UnplannableChangeError(
            change, "make a new type, move the columns to it by hand, and drop the old one"
        )
    there = list(before.labels)
    for place, label in enumerate(after.labels):
        if label in there:
            continue
        where = f" AFTER {literal(after.labels[place - 1])}" if place else ""
        if not place and there:
            where = f" BEFORE {literal(there[0])}"
        there.append(label)
        new = f"{literal(label)}{where}"
        yield f"ALTER TYPE {qualified(after.schema, after.name)} ADD VALUE IF NOT EXISTS {new}"


def facts(before: SchemaItem, after: SchemaItem) -> Iterator[str]:
    """Yield the statements for a changed comment or owner."""
    on = text.on_clause(after)
    old_owner, new_owner = getattr(before, "owner", None), getattr(after, "owner", None)
    if old_owner != new_owner:
        yield f"ALTER {on} OWNER TO {'CURRENT_ROLE' if new_owner is None else name(new_owner)}"
    old, new = getattr(before, "comment", None), getattr(after, "comment", None)
    if old != new:
        yield text.comment(on, new)


def table(before: TableObject, after: TableObject) -> Iterator[str]:
    """Yield the statements that change a table's columns and options.

    Columns that go, and NOT NULL on those that stay, come elsewhere.
    """
    for fact in ("persistence", "partition_key", "tablespace", "of_type"):
        if getattr(before, fact) != getattr(after, fact):
            change = f"{fact} of {after.ident}: {getattr(before, fact)} -> {getattr(after, fact)}"
            raise UnplannableChangeError(change, "write the ALTER TABLE by hand")
    old = {column.name: column for column in before.columns}
    new = {column.name: column for column in after.columns}
    gone = [column for column in old if column not in new]
    added = [column for column in after.columns if column.name not in old]
    if gone and added:
        raise ambiguous(after, gone, [column.name for column in added])
    alter = f"ALTER TABLE {qualified(after.schema, after.name)}"
    for column in added:
        yield from _add_column(alter, after, column)
    for column in after.columns:
        if column.name in old:
            yield from _change_column(alter, after, old[column.name], column)
    yield from changed_options(alter, before.options, after.options)


def ambiguous(item: TableObject, gone: list[str], added: list[str]) -> AmbiguousChangeError:
    """Return the refusal of columns that go and come at once: a rename looks so, and would lose its data."""
    return AmbiguousChangeError(str(item.ident), tuple(gone), tuple(added))


def dropped_columns(before: TableObject, after: TableObject) -> Iterator[str]:
    """Yield the DROP COLUMN of each column that the table loses; computed ones stand on the others."""
    kept = {column.name for column in after.columns}
    for column in sorted(before.columns, key=lambda column: not column.generated):
        if column.name not in kept:
            yield f"ALTER TABLE {qualified(after.schema, after.name)} DROP COLUMN {name(column.name)}"


def _add_column(alter: str, item: TableObject, column: Column) -> Iterator[str]:
    change = f"add column {column.name} to {item.ident}"
    if column.generated == "s":
        raise UnplannableChangeError(
            f"{change}, which computes and writes every row under an exclusive lock",
            "make it a plain column that a trigger keeps right, and have the rows filled in batches:"
            f' info={{"backfill": {column.default!r}}}; or compute it when it is read, in a view'
            " (or as a VIRTUAL column from PostgreSQL 18 on)",
        )
    if column.identity:
        raise UnplannableChangeError(
            f"{change}, which writes every row",
            "add a plain column, fill it in batches, and keep it right with a trigger",
        )
    late = column.default is not None and not column.generated and not is_evaluated_once(column.default)
    if late and column.not_null:
        raise UnplannableChangeError(
            f"{change} with the default {column.default}, which is evaluated for every row",
            "add the column without a default, set the default, and fill the rows in batches",
        )
    if column.not_null and column.default is None:
        raise UnplannableChangeError(
            f"{change} NOT NULL without a default",
            'say in the models what the rows that are there hold: info={"backfill": "an SQL expression"};'
            " or add it nullable, fill the rows in batches, and set NOT NULL in a later migration",
        )
    if late:
        # The rows that are there stay empty until they are filled in batches.
        yield f"{alter} ADD COLUMN {text.column(replace(column, default=None))}"
        yield f"{alter} ALTER COLUMN {name(column.name)} SET DEFAULT {column.default}"
        yield from columns.of_new_column(item, column)
        return
    yield f"{alter} ADD COLUMN {text.column(column)}"
    yield from columns.of_new_column(item, column)


def is_evaluated_once(default: str) -> bool:
    """Tell whether a default is a constant, or the start of the transaction."""
    if expression(default) in _ONCE:
        return True
    tree = postgast.parse(f"SELECT {default}")
    node: Any = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return str(node.WhichOneof("node")) == "a_const"


def _change_column(alter: str, item: TableObject, old: Column, new: Column) -> Iterator[str]:
    change = f"column {new.name} of {item.ident}"
    of_column = f"{alter} ALTER COLUMN {name(new.name)}"
    if old.generated == "s" and not new.generated:
        # The values stay as they were computed.
        yield f"{of_column} DROP EXPRESSION"
        old = replace(old, generated="", default=None)
    if old.type != new.type and retype.changes_in_place(old, new):
        yield from retype.in_place(item, new)
        old = replace(old, type=new.type, default=old.default if new.default is None else new.default)
    for fact, by_hand in _BY_HAND.items():
        if getattr(old, fact) != getattr(new, fact):
            facts_of = f"{fact} {getattr(old, fact)} -> {getattr(new, fact)}"
            raise UnplannableChangeError(f"{change}: {facts_of}", by_hand)
    if new.identity and not old.identity:
        raise UnplannableChangeError(
            f"{change}: identity '' -> {new.identity!r}",
            "write the ALTER COLUMN ... IDENTITY by hand, with the sequence set behind the last id",
        )
    if _expression(old.default) != _expression(new.default):
        if new.generated == "s":
            raise UnplannableChangeError(f"{change}: its expression, which writes every row", _NEW_COLUMN)
        yield f"{of_column} {_other_default(new)}"
    if old.not_null and not new.not_null:
        yield f"{of_column} DROP NOT NULL"
    yield from columns.changed_identity(item, old, new)
    yield from columns.changed(item, old, new)


def _other_default(column: Column) -> str:
    if column.generated:  # computed when it is read, so that no row is written
        return f"SET EXPRESSION AS ({column.default})"
    return "DROP DEFAULT" if column.default is None else f"SET DEFAULT {column.default}"


_NEW_COLUMN = "add a new column beside it, fill it in batches, move the readers, and drop the old one"
_BY_HAND = {
    "type": _NEW_COLUMN,
    "collation": _NEW_COLUMN,
    "generated": _NEW_COLUMN,
}


def _expression(default: str | None) -> str | None:
    return None if default is None else expression(default)


def trigger(before: TriggerObject, after: TriggerObject) -> Iterator[str]:
    """Yield the statements that replace a trigger in place."""
    if comparable(replace(before, comment=None, enabled="O")) != comparable(
        replace(after, comment=None, enabled="O")
    ):
        yield f"DROP {text.on_clause(before)}"
        yield from new_trigger(after)
        return
    if before.enabled != after.enabled:
        yield _enable(after)
    yield from facts(before, after)


def new_trigger(item: TriggerObject) -> Iterator[str]:
    """Yield the statements that create a trigger."""
    yield text.trigger(item)
    if item.enabled != "O":
        yield _enable(item)
    yield from text.comments(item)


def _enable(item: TriggerObject) -> str:
    word = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}[item.enabled]
    return f"ALTER TABLE {qualified(item.schema, item.table)} {word} TRIGGER {name(item.name)}"


def sequence(before: SequenceObject, after: SequenceObject) -> Iterator[str]:
    """Yield the statements for a sequence that counts otherwise; who owns it is said later."""
    old, new, parts = before.options, after.options, []
    if old.type != new.type:
        parts.append(f"AS {new.type}")
        # The new type brings its own limits where the old ones were those of the old type.
        old = text.with_type(old, new.type)
    parts += columns.changed_sequence_options(old, new)
    if parts:
        yield f"ALTER SEQUENCE {qualified(after.schema, after.name)} {' '.join(parts)}"


def other(verb: str, item: OtherObject) -> UnplannableChangeError:
    """Return the refusal of a change to a kind that is not planned yet."""
    by_hand = f"write the statement for this {item.kind} by hand"
    return UnplannableChangeError(f"{verb} {item.kind} {item.identity}", by_hand)


def refuse_unfit_domains(unfit: Iterable[tuple[SchemaItem, SchemaItem]]) -> None:
    """Raise UnplannableChangeError for a domain that only a new type could replace."""
    for _, after in unfit:
        if isinstance(after, DomainObject):
            raise UnplannableChangeError(
                f"{after.ident} changes, and arrays hold it, or its type is another",
                "make a domain under a new name, move the columns to it by hand, and drop the old one",
            )


def refuse_filled_domains(before: DomainObject, after: DomainObject, *, is_held: bool) -> None:
    """Raise UnplannableChangeError for a NOT NULL that reads every table which holds the domain."""
    if is_held and after.not_null and not before.not_null:
        raise UnplannableChangeError(
            f"{after.ident}: SET NOT NULL, which reads every table that holds it under a lock",
            "add CHECK (VALUE IS NOT NULL) NOT VALID, and validate it",
        )


def index_is_same(before: IndexObject, after: IndexObject) -> bool:
    """Tell whether only comment, clustering or validity of an index differ."""
    plain = [replace(side, comment=None, valid=True, clustered=False) for side in (before, after)]
    return comparable(plain[0]) == comparable(plain[1])


def constraint_is_same(before: ConstraintObject, after: ConstraintObject) -> bool:
    """Tell whether only comment, validation, or parameters of the index of a constraint differ."""
    plain = [
        replace(side, comment=None, validated=True, options=(), clustered=False) for side in (before, after)
    ]
    return comparable(plain[0]) == comparable(plain[1])
