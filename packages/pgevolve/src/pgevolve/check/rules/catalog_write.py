"""The system catalogue changed by hand."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE416", "catalog-write", "error", "update_stmt", "delete_stmt", "insert_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at INSERT, UPDATE and DELETE on pg_catalog."""
    relation = seen.node.relation
    if relation.schemaname == "pg_catalog" or (
        not relation.schemaname and relation.relname.startswith("pg_")
    ):
        yield Complaint(
            f"writing to {relation.relname} skips every check of the server: caches of running sessions and"
            " dependent objects break",
            "use the ALTER statement for it; an enum label goes by a new type and a swap",
        )
