"""Keys made of an index that is built while everybody works on."""

from typing import Any

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.check.readers import AddedConstraint, added_constraints
from pgevolve.fix import names
from pgevolve.fix.forms import column, not_null
from pgevolve.fix.model import Left, Outcome, Part, Rewritten, Site
from pgevolve.quoting import name


def from_index(site: Site) -> Outcome:
    """Build the unique index CONCURRENTLY, then make it the key."""
    kind = "primary" if site.rule == "PE107" else "unique"
    subject = site.seen.subject()
    if subject.table is not None and subject.table.partitioned:
        return Left(
            f"{subject} is partitioned: add the key to each partition from an index built CONCURRENTLY"
        )
    added = [entry for entry in added_constraints(site.seen, kind) if not entry.node.indexname]
    if any(entry.node.without_overlaps for entry in added):
        return Left("a key WITHOUT OVERLAPS cannot be made of an index that is there")
    inline = site.seen.statement.kind == "AT_AddColumn"
    if inline and kind == "primary":
        return Left("a new column is empty in the rows that are there: fill it before it becomes the key")
    parts = [site.altering(column.add(site, without=[entry.node for entry in added]))] if inline else []
    for entry in added:
        if kind == "primary":
            parts += not_null.missing(site, entry.constraint.columns)
        parts += _key(site, entry, "PRIMARY KEY" if kind == "primary" else "UNIQUE")
    return Rewritten(tuple(parts), "a unique index CONCURRENTLY, then the constraint USING INDEX")


def over_filled_columns(site: Site) -> Outcome:
    """Prove the columns of an index NOT NULL before it becomes the primary key."""
    for entry in added_constraints(site.seen, "primary"):
        index = site.seen.state.index(entry.subject.name.schema, entry.node.indexname)
        if index is None or any(part is None for part in index.columns):
            return Left(f"the history does not say which columns {entry.node.indexname} has")
        columns = tuple(str(part) for part in index.columns)
        parts = (*not_null.missing(site, columns), site.altering(site.command))
        return Rewritten(parts, "its columns proved NOT NULL first")
    raise AssertionError


def _key(site: Site, entry: AddedConstraint, words: str) -> list[Part]:
    node, subject = entry.node, entry.subject
    called = names.of_constraint(subject.name, subject.table, entry.constraint, node)
    waits = " DEFERRABLE" if node.deferrable else ""
    waits += " INITIALLY DEFERRED" if node.initdeferred else ""
    using = f"ADD CONSTRAINT {name(called)} {words} USING INDEX {name(called)}{waits}"
    return [Part(_index(site, entry, node, called), alone=True), site.altering(using)]


def _index(site: Site, entry: AddedConstraint, node: Any, called: str) -> str:
    result = ast.ParseResult()
    index = result.stmts.add().stmt.index_stmt
    index.idxname, index.access_method = called, "btree"
    index.unique = index.concurrent = True
    index.relation.CopyFrom(site.seen.node.relation)
    index.relation.inh = True
    for column_name in entry.constraint.columns:
        element = index.index_params.add().index_elem
        element.name = column_name
        element.ordering, element.nulls_ordering = ast.SORTBY_DEFAULT, ast.SORTBY_NULLS_DEFAULT
    for part in node.including:
        element = index.index_including_params.add().index_elem
        element.name = part.string.sval
        element.ordering, element.nulls_ordering = ast.SORTBY_DEFAULT, ast.SORTBY_NULLS_DEFAULT
    index.options.extend(node.options)
    index.table_space = node.indexspace
    index.nulls_not_distinct = node.nulls_not_distinct
    return str(postgast.deparse(result))
