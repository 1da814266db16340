"""A schema with all that is in it."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.apply_remove import dropped_names
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE216", "drop-schema", "error", "drop_stmt", "dropdb_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DROP SCHEMA and DROP DATABASE."""
    if seen.statement.kind == "dropdb_stmt":
        yield Complaint(
            f"DROP DATABASE {seen.node.dbname} removes everything in it for good",
            "do it by hand, after a backup",
        )
    elif tree.object_kind(seen.node.remove_type) == "OBJECT_SCHEMA" and not seen.contract:
        for parts in dropped_names(seen.node):
            if not seen.state.is_new(seen.state.schemas.get(str(parts[-1]))):
                yield Complaint(
                    f"DROP SCHEMA {parts[-1]}: running code that still uses what is in it fails",
                    "drop what is in it by name in a contract migration, and the empty schema last",
                )
