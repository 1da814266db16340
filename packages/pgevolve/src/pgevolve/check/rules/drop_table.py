"""A table that running code may still use."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.apply_remove import dropped_names
from pgevolve.check.facts import Name
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE201", "drop-table", "error", "drop_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DROP TABLE outside of a contract migration."""
    if seen.contract or tree.object_kind(seen.node.remove_type) not in {
        "OBJECT_TABLE",
        "OBJECT_FOREIGN_TABLE",
    }:
        return
    for parts in dropped_names(seen.node):
        schema = parts[-2] if len(parts) > 1 else None
        name = seen.state.full_name(schema, str(parts[-1]), seen.state.tables)
        temporary = schema is None and Name("pg_temp", name.name) in seen.state.tables
        if not temporary and not seen.state.is_new_table(seen.state.tables.get(name)):
            yield Complaint(
                f"DROP TABLE {name}: running code that still uses {name} fails, and its rows are gone",
                "stop using it in a release, then drop it in a contract migration",
            )
