"""Columns in the words of indexes and constraints: which are named there, and the same under another name."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import postgast

from pgevolve.catalog.model import ConstraintObject, IndexObject
from pgevolve.messages import messages
from pgevolve.quoting import name, qualified

_OPENING = "ALTER TABLE t ADD CONSTRAINT c "
Renames = Mapping[str, str]
_NONE: Renames = {}


def index_names(item: IndexObject, column: str) -> bool:
    """Tell whether an index names the column: as a key, in an expression, included, or in its condition."""
    return (
        index(item, {column: f"{column} "}, item.name).definition != index(item, _NONE, item.name).definition
    )


def constraint_names(item: ConstraintObject, column: str) -> bool:
    """Tell whether a constraint names the column of its own table."""
    other = constraint(item, {column: f"{column} "}, _NONE, item.name)
    return other.definition != constraint(item, _NONE, _NONE, item.name).definition


def constraint_points_to(item: ConstraintObject, column: str) -> bool:
    """Tell whether a foreign key names the column of the table that it refers to."""
    other = constraint(item, _NONE, {column: f"{column} "}, item.name)
    return other.definition != constraint(item, _NONE, _NONE, item.name).definition


def index(item: IndexObject, columns: Renames, called: str) -> IndexObject:
    """Return the index over columns of other names, under a name of its own."""
    tree = postgast.parse(item.definition)
    statement = tree.stmts[0].stmt.index_stmt
    statement.idxname = called
    for node in (*statement.index_params, *statement.index_including_params):
        element = node.index_elem
        if element.name:
            element.name = columns.get(element.name, element.name)
    _rename_references(statement, columns)
    return replace(item, name=called, definition=postgast.deparse(tree))


def constraint(
    item: ConstraintObject, columns: Renames, referenced: Renames, called: str
) -> ConstraintObject:
    """Return the constraint over columns of other names, in its table and in the one it refers to."""
    tree = postgast.parse(_OPENING + item.definition)
    command = tree.stmts[0].stmt.alter_table_stmt.cmds[0].alter_table_cmd
    found = getattr(command, "def").constraint
    for nodes in (found.keys, found.including, found.fk_attrs, found.fk_del_set_cols):
        _rename(nodes, columns)
    _rename(found.pk_attrs, referenced)
    for pair in found.exclusions:
        element = pair.list.items[0].index_elem
        element.name = columns.get(element.name, element.name)
    _rename_references(found, columns)
    definition = postgast.deparse(tree).removeprefix(_OPENING)
    if not item.definition.endswith("NOT VALID"):
        definition = definition.removesuffix(" NOT VALID")
    # The writer of the parser leaves a space out, which reads badly.
    definition = definition.replace(")DEFERRABLE", ") DEFERRABLE").replace(")INITIALLY", ") INITIALLY")
    names = tuple(columns.get(column, column) for column in item.columns)
    return replace(item, name=called, definition=definition, columns=names)


def expression(sql: str, columns: Renames) -> str:
    """Return an expression over columns of other names."""
    tree = postgast.parse(f"SELECT {sql}")
    _rename_references(tree.stmts[0].stmt.select_stmt, columns)
    return str(postgast.deparse(tree)).removeprefix("SELECT ")


def mentions(text: str, column: str) -> bool:
    """Tell whether a text may name the column; a name in quotes and a mere word count alike."""
    as_written = re.escape(column.replace('"', '""'))
    return re.search(rf"(?<![\w$]){as_written}(?![\w$])", text) is not None


def index_of_key(item: ConstraintObject, columns: Renames, called: str) -> IndexObject:
    """Return a unique index of what a primary key holds, over columns of other names."""
    renamed = constraint(item, columns, _NONE, called)
    _, _, rest = renamed.definition.partition("PRIMARY KEY ")
    rest = rest.removesuffix(" INITIALLY DEFERRED").removesuffix(" DEFERRABLE")
    options = f" WITH ({', '.join(item.options)})" if item.options else ""
    table = qualified(item.schema, item.table)
    definition = f"CREATE UNIQUE INDEX {name(called)} ON {table} USING btree {rest}{options}"
    return IndexObject(item.schema, item.table, called, definition)


def deferring(item: ConstraintObject) -> str:
    """Return what a key says of when it is looked at, behind a space."""
    found = re.search(r"( DEFERRABLE)?( INITIALLY DEFERRED)?$", item.definition)
    return found[0] if found else ""


def _rename(nodes: Any, columns: Renames) -> None:
    for node in nodes:
        node.string.sval = columns.get(node.string.sval, node.string.sval)


def _rename_references(root: Any, columns: Renames) -> None:
    for reference in messages(root, "ColumnRef"):
        last = reference.fields[-1]
        if last.WhichOneof("node") == "string":
            last.string.sval = columns.get(last.string.sval, last.string.sval)
