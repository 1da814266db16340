"""Which columns get another type that no catalogue change makes, and which of them are refused by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pgevolve.catalog.model import Catalog, Column, ConstraintObject, TableObject
from pgevolve.catalog.types import DomainObject
from pgevolve.plan import retype
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.filling import SEARCH_PATH, has_children
from pgevolve.plan.intent import Intent
from pgevolve.plan.names import as_type
from pgevolve.plan.partitions import all_below
from pgevolve.plan.retyping import casts
from pgevolve.plan.retyping.retyping import Conversion, Retyping
from pgevolve.plan.retyping.written import constraint_names, expression, mentions
from pgevolve.quoting import name, qualified

# Of a column whose conversion reads them: what the engine's own sessions have.
_OF_SESSION = (
    "DateStyle TO 'ISO, MDY'",
    "IntervalStyle TO 'postgres'",
    "TimeZone TO 'UTC'",
    "bytea_output TO 'hex'",
)
_BY_HAND = "add a new column beside it, fill it in batches, move the readers, and drop the old one"


def retypings(current: Catalog, target: Catalog, intent: Intent) -> tuple[Retyping, ...]:
    """Return the columns that a new one replaces. Raises UnplannableChangeError for one out of reach."""
    return tuple(
        retyping
        for ident, before in sorted(current.objects.items())
        if isinstance(before, TableObject)
        for retyping in _of_table(before, target.objects.get(ident), current, target, intent)
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One column as it is and as it is to be, in the catalogues with all else."""

    current: Catalog
    target: Catalog
    before: TableObject
    after: TableObject
    was: Column
    becomes: Column
    said: Mapping[str, str]

    def __str__(self) -> str:
        change = f"column {self.was.name} of {self.after.ident}: "
        if self.was.type != self.becomes.type:
            return f"{change}type {self.was.type} -> {self.becomes.type}"
        return f"{change}collation {self.was.collation} -> {self.becomes.collation}"

    @property
    def in_catalogues(self) -> tuple[tuple[Catalog, TableObject], ...]:
        return (self.current, self.before), (self.target, self.after)


def _of_table(
    before: TableObject, after: object, current: Catalog, target: Catalog, intent: Intent
) -> Iterator[Retyping]:
    if not isinstance(after, TableObject):
        return
    old = {column.name: column for column in before.columns}
    taken = {column.name for column in (*before.columns, *after.columns)}
    for column in after.columns:
        was = old.get(column.name)
        if was is None or column.inherited or not _needs_another(was, column):
            continue
        said = intent.conversion(before.ident, column.name)
        wanted = _Wanted(current, target, before, after, was, column, said)
        _refuse(wanted)
        beside = as_type(column.name, column.type, taken)
        taken.add(beside)
        yield _retyping(wanted, beside)


def _needs_another(was: Column, becomes: Column) -> bool:
    if was.generated or becomes.generated:
        return False
    is_same = (was.type, was.collation) == (becomes.type, becomes.collation)
    return not is_same and not retype.changes_in_place(was, becomes)


def _retyping(wanted: _Wanted, beside: str) -> Retyping:
    was, becomes, target = wanted.was, wanted.becomes, wanted.target
    there, back = _there(wanted), _back(wanted, beside)
    settings: tuple[str, ...] = ()
    if there.is_said or back.is_said:
        settings += (SEARCH_PATH,)
    if casts.depends_on_session((was.type, becomes.type), target):
        settings += _OF_SESSION
    plain = not there.is_said and not back.is_said
    is_exact = plain and casts.comes_back_the_same(was.type, becomes.type, target)
    below = tuple(
        table.ident for table in all_below(wanted.current, wanted.before) if table.ident in target.objects
    )
    value = casts.never_cut(f"({there.sql})" if there.is_said else there.sql, becomes.type, target)
    return Retyping(wanted.after.ident, was, becomes, beside, there, back, value, is_exact, settings, below)


def _there(wanted: _Wanted) -> Conversion:
    if "using" in wanted.said:
        return Conversion(wanted.said["using"], is_said=True)
    was, becomes = wanted.was, wanted.becomes
    value = casts.value(name(was.name), was.type, becomes.type, wanted.target)
    if value is None:
        raise UnplannableChangeError(
            f"{wanted}, and no assignment makes the one of the other",
            'say in the models what the new column holds: info={"using": "an SQL expression of the old one"}',
        )
    return Conversion(value)


def _back(wanted: _Wanted, beside: str) -> Conversion:
    was, becomes = wanted.was, wanted.becomes
    if "using_back" in wanted.said:
        # The models speak of the new column by the name that it will have.
        return Conversion(expression(wanted.said["using_back"], {was.name: beside}), is_said=True)
    value = casts.value(name(beside), becomes.type, was.type, wanted.target)
    if value is None:
        raise UnplannableChangeError(
            f"{wanted}, and no assignment makes {was.type} of {becomes.type} again",
            "say in the models what old code reads of what new code writes:"
            ' info={"using_back": "an SQL expression of the new one"}',
        )
    return Conversion(value)


def _refuse(wanted: _Wanted) -> None:
    reason, by_hand = None, _BY_HAND
    computed = _computed_from(wanted)
    if any(has_children(catalog, table) for catalog, table in wanted.in_catalogues):
        reason = "in a table with parents or children"
    elif _parts_rows(wanted):
        reason = "by which the table is partitioned"
        by_hand = "make a table with the new type beside it, move the rows partition by partition, and swap"
    elif wanted.after.of_type is not None:
        reason = "in a table of a type"
    elif computed is not None:
        reason = f"of which {computed} is computed"
        by_hand = f"make {computed} a plain column that a trigger keeps right, in a migration before"
    elif wanted.was.identity != wanted.becomes.identity:
        reason = "and another one counts it"
        by_hand = "change the type in one migration and the identity in another"
    elif _asks_or_gives(wanted.becomes.type, wanted.target):
        reason = (
            "a domain with a default or a condition, for which a new column of it is written in every row"
        )
        by_hand = "give the column the type below, and its own default and check"
    elif _is_excluded(wanted):
        reason = "in an exclusion constraint, which cannot be made beside the old one"
    if reason is not None:
        raise UnplannableChangeError(f"{wanted}, {reason}", by_hand)


def _parts_rows(wanted: _Wanted) -> bool:
    trees = [table for catalog, top in wanted.in_catalogues for table in (top, *all_below(catalog, top))]
    return any(mentions(table.partition_key or "", wanted.was.name) for table in trees)


def _computed_from(wanted: _Wanted) -> str | None:
    for _, table in wanted.in_catalogues:
        for column in table.columns:
            # What is computed when it is read follows in the catalogue.
            if column.generated == "s" and mentions(column.default or "", wanted.was.name):
                return column.name
    return None


def _is_excluded(wanted: _Wanted) -> bool:
    return any(
        isinstance(item, ConstraintObject)
        and item.kind == "x"
        and (item.schema, item.table) == (table.schema, table.name)
        and constraint_names(item, wanted.was.name)
        for catalog, table in wanted.in_catalogues
        for item in catalog.objects.values()
    )


def _asks_or_gives(type_: str, catalog: Catalog) -> bool:
    """Tell whether a type is a domain that says more than its type."""
    domains = {
        qualified(item.schema, item.name): item
        for item in catalog.objects.values()
        if isinstance(item, DomainObject)
    }
    while type_ in domains:
        domain = domains[type_]
        if domain.not_null or domain.checks or domain.default is not None:
            return True
        type_ = domain.type
    return False
