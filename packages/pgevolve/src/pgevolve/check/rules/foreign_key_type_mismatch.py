"""A reference of another type than what it refers to."""

from collections.abc import Iterator

from pgevolve.check.facts import Table
from pgevolve.check.rule import END, Complaint, Seen, rule


@rule("PE417", "foreign-key-type-mismatch", "error", END)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look, at the end of the history, for foreign keys of another type than the columns they refer to."""
    for table in seen.state.tables.values():
        for found in table.constraints.values():
            target = seen.state.tables.get(found.references) if found.references else None
            if target is None or found.made is None:
                continue
            for column, referred in zip(found.columns, found.targets or _key(target), strict=False):
                own, other = (
                    seen.state.base_type(known)
                    for known in (table.column_type(column), target.column_type(referred))
                )
                if own is not None and other is not None and own.name != other.name:
                    yield Complaint(
                        f"{table.name}.{column} is {own} and refers to {target.name}.{referred}, which"
                        f" is {other}:"
                        " values that fit one do not fit the other, and joins convert each row",
                        f"make it {other}",
                        statement=found.made.statement,
                    )


def _key(table: Table) -> tuple[str, ...]:
    key = table.primary_key()
    return () if key is None else key.columns
