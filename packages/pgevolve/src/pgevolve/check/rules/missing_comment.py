"""A table or column that nobody explains."""

from collections.abc import Iterator

from pgevolve.check.rule import END, Complaint, Seen, rule


@rule("PE508", "missing-comment", "warning", END)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look, at the end, for tables and columns without a comment, if the project asks for it."""
    if not seen.options.require_comments:
        return
    for table in seen.state.tables.values():
        if table.created is None or table.name.schema == "pg_temp" or table.partition_of is not None:
            continue
        if not table.comment:
            yield Complaint(
                f"table {table.name} has no comment",
                f"write COMMENT ON TABLE {table.name}",
                statement=table.created.statement,
            )
        for column in table.columns.values():
            if not column.comment and column.added is not None:
                yield Complaint(
                    f"column {table.name}.{column.name} has no comment",
                    f"write COMMENT ON COLUMN {table.name}.{column.name}",
                    statement=column.added.statement,
                )
