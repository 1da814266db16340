"""Views between the phases of a rename: they show the column under both names."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import postgast

from pgevolve.catalog.model import ViewObject


def with_old_names(before: ViewObject, after: ViewObject, renamed: Collection[str]) -> ViewObject | None:
    """Return the new view with the columns of the old one that it lacks, behind its own.

    None where these are others than the `renamed` ones, or where a view is more than a plain SELECT.
    """
    lost = [column for column in before.columns if column not in after.columns]
    if not lost or not set(lost) <= set(renamed):
        return None
    old, new = postgast.parse(before.definition), postgast.parse(after.definition)
    old_select, new_select = old.stmts[0].stmt.select_stmt, new.stmts[0].stmt.select_stmt
    if not (_is_plain(old_select) and _is_plain(new_select)):
        return None
    targets = dict(zip(before.columns, old_select.target_list, strict=True))
    new_select.target_list.extend(targets[column] for column in lost)
    definition = postgast.deparse(new).removesuffix(";")
    return replace(after, definition=definition, columns=(*after.columns, *lost))


def _is_plain(select: Any) -> bool:
    parts = ("distinct_clause", "group_clause", "values_lists")
    return select.op == postgast.pg_query_pb2.SETOP_NONE and not any(getattr(select, part) for part in parts)
