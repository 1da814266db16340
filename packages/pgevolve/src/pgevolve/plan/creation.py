"""The statements that make an object which is not there."""

from collections.abc import Iterator
from dataclasses import replace

from pgevolve.catalog.model import (
    Catalog,
    Column,
    ConstraintObject,
    EnumObject,
    FunctionObject,
    Ident,
    IndexObject,
    SchemaItem,
    SchemaObject,
    SequenceObject,
    TableObject,
    TriggerObject,
    ViewObject,
)
from pgevolve.plan import alter, columns, existing, kinds, text
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.quoting import name, qualified


def creation(item: SchemaItem, after: Catalog, *, parent_is_there: bool) -> Iterator[str]:
    """Yield what makes the object, its owner and its comments.

    `parent_is_there` says of a partition that its parent holds rows already: it is made apart, then attached,
    because CREATE TABLE ... PARTITION OF locks out everybody who works with the parent.
    """
    if isinstance(item, TableObject):
        yield from _table(item, after, parent_is_there=parent_is_there)
    elif kinds.has(item):
        yield from kinds.create(item)
    else:
        yield from _one_statement(item)
    if not isinstance(item, TriggerObject):
        yield from text.owner(item)
        yield from text.comments(item)


def _one_statement(item: SchemaItem) -> Iterator[str]:
    match item:
        case SchemaObject():
            yield f"CREATE SCHEMA {name(item.name)}"
        case EnumObject():
            yield text.enum(item)
        case SequenceObject():
            yield text.sequence(item)
        case FunctionObject():
            yield text.function(item, replace=False)
        case ViewObject():
            yield text.view(item)
            for column, default in item.column_defaults:
                yield text.view_default(item, column, default)
        case TriggerObject():
            yield from alter.new_trigger(item)
        case ConstraintObject():
            yield existing.add_constraint(item)
            yield from existing.index_options((), item)
        case IndexObject():
            _refuse_tablespace(item)
            yield text.index(item, concurrently=False)


def _refuse_tablespace(item: TableObject | IndexObject) -> None:
    if item.tablespace is not None:
        raise UnplannableChangeError(
            f"create {item.ident} in tablespace {item.tablespace}, which another server need not have",
            "create it by hand, or leave it in the database's own tablespace",
        )


def own_constraints(item: TableObject, after: Catalog) -> list[ConstraintObject]:
    """Return the constraints that are made together with a new table: all but its foreign keys."""
    own = [
        constraint
        for constraint in after.objects.values()
        if isinstance(constraint, ConstraintObject)
        and (constraint.schema, constraint.table) == (item.schema, item.name)
        and constraint.kind != "f"
    ]
    return sorted(own, key=lambda constraint: ("puxc".index(constraint.kind), constraint.name))


def _table(item: TableObject, after: Catalog, *, parent_is_there: bool) -> Iterator[str]:
    _refuse_tablespace(item)
    own = own_constraints(item, after)
    inline = [constraint for constraint in own if constraint.validated or _is_not_enforced(constraint)]
    own_columns = item.columns
    if item.partition_of is not None:
        parent = after.objects.get(_ident_of(item.partition_of, after))
        assert isinstance(parent, TableObject), item.partition_of
        overrides = list(_overrides(parent, item))
        if parent_is_there:
            yield from _apart(item, parent, inline, overrides)
        else:
            yield text.partition(item, overrides, inline)
        own_columns = tuple(replace(column, storage=None) for column in item.columns)
    elif item.of_type is not None:
        yield text.typed_table(item, inline)
    else:
        yield text.table(item, inline)
    for column in own_columns:
        yield from columns.of_new_column(item, column)
    for constraint in own:
        if constraint not in inline:
            yield existing.add_constraint(constraint)
        yield from existing.index_options((), constraint)
    yield from row_security(replace(item, row_security=False, force_row_security=False), item)
    for constraint in own:
        yield from text.comments(constraint)


def _is_not_enforced(constraint: ConstraintObject) -> bool:
    return constraint.definition.endswith("NOT ENFORCED")


def _apart(
    item: TableObject, parent: TableObject, inline: list[ConstraintObject], overrides: list[Column]
) -> Iterator[str]:
    """Yield what makes a table in the form of its parent, to be attached."""
    yield text.table_like(item, parent, inline)
    for column in overrides:
        of_column = f"ALTER TABLE {qualified(item.schema, item.name)} ALTER COLUMN {name(column.name)}"
        yield (
            f"{of_column} DROP DEFAULT"
            if column.default is None
            else f"{of_column} SET DEFAULT {column.default}"
        )
        if column.not_null:
            yield f"{of_column} SET NOT NULL"
    yield text.attach(item)


def _overrides(parent: TableObject, item: TableObject) -> Iterator[Column]:
    """Yield the columns in which a partition says something other than its parent."""
    theirs = {column.name: column for column in parent.columns}
    for column in item.columns:
        other = theirs[column.name]
        if (column.default, column.not_null) != (other.default, other.not_null):
            yield column


def _ident_of(written: str, catalog: Catalog) -> Ident:
    """Return the table that the server writes so."""
    for ident in catalog.objects:
        if ident.kind == "table" and qualified(ident.schema, ident.name) == written:
            return ident
    raise UnplannableChangeError(f"{written} is not read", "take its schema out of ignore_schemas")


def row_security(before: TableObject, after: TableObject) -> Iterator[str]:
    """Yield the statements that turn row security on or off."""
    alter_table = f"ALTER TABLE {qualified(after.schema, after.name)}"
    if before.row_security != after.row_security:
        yield f"{alter_table} {'ENABLE' if after.row_security else 'DISABLE'} ROW LEVEL SECURITY"
    if before.force_row_security != after.force_row_security:
        yield f"{alter_table} {'' if after.force_row_security else 'NO '}FORCE ROW LEVEL SECURITY"
