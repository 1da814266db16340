"""A name that has to be quoted for ever."""

import re
from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.readers import new_columns
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE507", "quoted-name", "note", "create_stmt", "AT_AddColumn", "view_stmt", "create_enum_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at new names with capitals, blanks or signs."""
    for name, at in _names(seen):
        if name not in {"", "?"} and not _PLAIN.fullmatch(name):
            yield Complaint(
                f"the name {name!r} works only in double quotes, in every query",
                "use small letters, digits and underscores",
                at,
            )


_PLAIN = re.compile(r"[a-z_\u0600-\u06ff][a-z0-9_$\u0600-\u06ff]*")


def _names(seen: Seen) -> Iterator[tuple[str, int | None]]:
    if seen.statement.kind == "create_stmt":
        yield seen.node.relation.relname, seen.node.relation.location
    elif seen.statement.kind == "view_stmt":
        yield seen.node.view.relname, seen.node.view.location
    elif seen.statement.kind == "create_enum_stmt":
        yield tree.dotted(seen.node.type_name)[1], None
    for column, _ in new_columns(seen):
        yield column.colname, column.location
