"""Columns that come to a table with rows and have to be filled: with what, by which trigger and batches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pgevolve.catalog.model import (
    Catalog,
    Column,
    FunctionObject,
    Ident,
    TableObject,
    TriggerObject,
)
from pgevolve.plan import alter, retype
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.intent import Intent
from pgevolve.plan.names import with_ending
from pgevolve.quoting import name, qualified

SEARCH_PATH = "search_path TO 'pg_catalog', 'public', 'pg_temp'"


@dataclass(frozen=True, slots=True)
class Filled:
    """A new column, the SQL of its value, and the column with which it is one until the contract, if any."""

    column: Column
    value: str
    old: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The old columns with which it is one until the contract."""
        return () if self.old is None else (self.old,)

    @property
    def has_trigger(self) -> bool:
        """Tell whether running code is helped: it does not write the column, which must hold a value."""
        return self.old is not None or self.column.not_null

    @property
    def pending(self) -> str:
        """Return the condition of a row that is not filled yet."""
        new = name(self.column.name)
        if self.old is not None:
            return differ(new, f"{self.value}::{self.column.type}")
        return f"({new} IS NULL AND ({self.value}) IS NOT NULL)"

    @property
    def assignment(self) -> str:
        """Return what an UPDATE of a pending row sets."""
        new = name(self.column.name)
        return f"{new} = {self.value if self.old is not None else f'coalesce({new}, {self.value})'}"

    @property
    def settings(self) -> tuple[str, ...]:
        """Return the settings under which the trigger means the same for every writer.

        A mere copy names nothing to be looked up.
        """
        return (SEARCH_PATH,) if self.old is None else ()

    def body(self, table: Ident) -> Iterator[str]:
        """Yield the lines of the trigger that keep the column of a table filled."""
        new = f"NEW.{name(self.column.name)}"
        if self.old is None:
            row = f"(SELECT NEW.*) AS {name(table.name)}"
            yield f"  IF {new} IS NULL THEN"
            yield f"    {new} := (SELECT {self.value} FROM {row});"  # noqa: S608 - the models say it
            yield "  END IF;"
            return
        old = f"NEW.{name(self.old)}"
        before_new = new.replace("NEW.", "OLD.", 1)
        yield "  -- Whichever of the two the writer gave or changed is copied to the other."
        yield "  IF TG_OP = 'INSERT' THEN"
        yield f"    IF {new} IS NULL THEN {new} := {old}; ELSE {old} := {new}; END IF;"
        yield f"  ELSIF {differ(new, before_new)} THEN"
        yield f"    {old} := {new};"
        yield "  ELSE"
        yield "    -- Changed by old code, or by nobody: then the row is filled in passing, if it is not yet."
        yield f"    {new} := {old};"
        yield "  END IF;"


def differ(one: str, other: str) -> str:
    """Return the condition that two values of one type differ, byte by byte.

    So types without equality can be compared, and a change that a collation or the digits of a number hide
    is one.
    """
    return f"ROW({one})::record OPERATOR(pg_catalog.*<>) ROW({other})::record"


Fillings = Mapping[Ident, tuple[Filled, ...]]


def fillings(current: Catalog, target: Catalog, intent: Intent) -> Fillings:
    """Return the columns to be filled, by table. Raises UnplannableChangeError for a rename out of reach."""
    found: dict[Ident, tuple[Filled, ...]] = {}
    for ident, before in current.objects.items():
        after = target.objects.get(ident)
        if not isinstance(before, TableObject) or not isinstance(after, TableObject):
            continue
        if intent.renamed(after):
            _refuse_renames(current, before, after, intent)
        elif has_relatives(current, before):
            continue
        filled = tuple(_filled(before, after, intent))
        if filled:
            found[ident] = filled
    return found


def has_relatives(catalog: Catalog, table: TableObject) -> bool:
    """Tell whether columns go on to other tables or come from them."""
    return bool(table.partition_key or table.partition_of) or has_children(catalog, table)


def has_children(catalog: Catalog, table: TableObject) -> bool:
    """Tell whether other tables inherit from it, or it from others, other than as partitions."""
    written = qualified(table.schema, table.name)
    return bool(
        table.inherits
        or any(
            isinstance(other, TableObject) and written in other.inherits for other in catalog.objects.values()
        )
    )


def _refuse_renames(current: Catalog, before: TableObject, after: TableObject, intent: Intent) -> None:
    old = {column.name: column for column in before.columns}
    new = {column.name: column for column in after.columns}
    for new_name, old_name in intent.renamed(after).items():
        was, becomes = old[old_name], new[new_name]
        reason = None
        if has_relatives(current, before):
            reason = "in a table with partitions or children"
        elif becomes.identity or becomes.generated:
            reason = "which the server computes or counts from then on"
        elif not retype.copies_both_ways(was, becomes):
            reason = f"and gets another type: {was.type} -> {becomes.type}"
        if reason is not None:
            change = f"column {qualified(after.schema, after.name)}.{name(old_name)} becomes {name(new_name)}"
            statement = f"RENAME COLUMN {name(old_name)} TO {name(new_name)}"
            raise UnplannableChangeError(
                f"rename: {change}, {reason}",
                f"write `ALTER TABLE {qualified(after.schema, after.name)} {statement}` by hand,"
                " in a release during which no old code runs",
            )


def _filled(before: TableObject, after: TableObject, intent: Intent) -> Iterator[Filled]:
    there = {column.name for column in before.columns}
    renamed, values = intent.renamed(after), intent.values.get(after.ident, {})
    for column in after.columns:
        if column.name in there or column.generated or column.identity:
            continue
        if column.name in renamed:
            yield Filled(column, name(renamed[column.name]), renamed[column.name])
        elif column.default is not None and not alter.is_evaluated_once(column.default):
            yield Filled(column, column.default)
        elif column.name in values and column.default is None:
            yield Filled(column, values[column.name])


def backfill(fillings: Fillings) -> str | None:
    """Return the text of `backfill.sql`, a statement a table, or None where nothing is to be filled."""
    statements = [_update(ident, filled) for ident, filled in sorted(fillings.items())]
    return "\n\n".join(statements) + "\n" if statements else None


def _update(ident: Ident, filled: Iterable[Filled]) -> str:
    filled = tuple(filled)
    assignments = ",\n    ".join(entry.assignment for entry in filled)
    pending = "\n    OR ".join(dict.fromkeys(entry.pending for entry in filled))
    return (
        f"UPDATE {qualified(ident.schema, ident.name)} SET\n    {assignments}\n"
        f"WHERE ctid >= $1 AND ctid < $2\n    AND ({pending});"
    )


def helper(table: str) -> str:
    """Return the name of the trigger of a table, and of its function, that keeps columns filled."""
    return with_ending(f"zz_fill_{table}", "")


def trigger_objects(ident: Ident, filled: Iterable[Filled]) -> tuple[FunctionObject, TriggerObject] | None:
    """Return what keeps the columns of one table filled while old and new code write to it.

    The trigger is the last of its kind in the order of names, so that it sees what the others have made of
    the row. It changes the row in place and writes to no table: nothing can call it again.
    """
    helped = [entry for entry in filled if entry.has_trigger]
    if not helped:
        return None
    called = helper(ident.name)
    table, function = qualified(ident.schema, ident.name), qualified(ident.schema, called)
    body = "\n".join(line for entry in helped for line in entry.body(ident))
    needed = sorted({setting for entry in helped for setting in entry.settings})
    settings = "".join(f" SET {setting}\n" for setting in needed)
    definition = (
        f"CREATE OR REPLACE FUNCTION {function}()\n RETURNS trigger\n LANGUAGE plpgsql\n"
        f"{settings}AS $function$\nBEGIN\n{body}\n  RETURN NEW;\nEND\n$function$\n"
    )
    event = f"BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    return (
        FunctionObject(ident.schema, called, "", "f", definition, result="trigger"),
        TriggerObject(ident.schema, ident.name, called, f"CREATE TRIGGER {name(called)} {event}"),
    )
