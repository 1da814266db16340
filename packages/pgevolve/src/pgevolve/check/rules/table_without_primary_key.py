"""A table whose rows cannot be told apart."""

from collections.abc import Iterator

from pgevolve.check.rule import END, Complaint, Seen, rule


@rule("PE409", "table-without-primary-key", "error", END)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look, at the end of the history, for tables without a primary key."""
    for table in seen.state.tables.values():
        if table.created is None or not table.complete or table.primary_key() is not None:
            continue
        if (
            table.partition_of is not None
            or table.inherits
            or table.name.schema == "pg_temp"
            or table.foreign
        ):
            continue
        if not table.partitioned:
            yield Complaint(
                f"{table.name} has no primary key: its rows cannot be told apart, so they are neither"
                " filled in"
                " batches nor replicated",
                "add id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, or make a natural key primary",
                statement=table.created.statement,
            )
