"""A key that deleted rows hold on to."""

from collections.abc import Iterator

from pgevolve.check.facts import Index, Table
from pgevolve.check.rule import END, Complaint, Seen, rule
from sevra_atlas.migration_rules.soft_tables import soft_tables


@rule("SA103", "partial-indexes", "error", END)
def partial_indexes(seen: Seen) -> Iterator[Complaint]:
    """Look for unique indexes of soft-deletable tables that hold deleted rows too.

    A deleted row must not keep its slug or address from a new one, so a key is unique among live rows. A key
    that contains the primary key is the target of a reference and refuses nobody.
    """
    for table, statement in soft_tables(seen):
        for index in table.indexes.values():
            if index.unique and not _is_partial(index) and not _contains_primary_key(table, index):
                yield Complaint(
                    f"{index.name.name} keeps the values of deleted rows of {table.name} from new ones",
                    "make it partial: WHERE deleted_at IS NULL",
                    statement=index.made.statement if index.made is not None else statement,
                )


def _is_partial(index: Index) -> bool:
    return index.predicate is not None and "deleted_at is null" in index.predicate.lower()


def _contains_primary_key(table: Table, index: Index) -> bool:
    key = table.primary_key()
    return key is not None and set(key.columns) <= set(index.columns)
