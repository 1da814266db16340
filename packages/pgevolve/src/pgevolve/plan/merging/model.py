"""Columns that become others by expressions: several one (a merge), one several (a split), or both.

The models say what the new columns hold of a row that is there, and what the old ones hold of what new code
writes. Until the contract a trigger computes in both directions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pgevolve.catalog.model import Ident
from pgevolve.plan.errors import UnplannableChangeError


@dataclass(frozen=True, slots=True)
class Merge:
    """The new columns with the SQL of their values over the old ones, and the old ones with theirs."""

    new: Mapping[str, str]
    old: Mapping[str, str]

    def __str__(self) -> str:
        return f"{', '.join(self.old)} become {', '.join(self.new)}"


def merges(
    table: Ident, new: Mapping[str, Mapping[str, str | None]], values: Mapping[str, str]
) -> tuple[Merge, ...]:
    """Return the groups of columns that belong together.

    `new` has of each new column the old ones that it replaces, with their expressions where it says them.
    Raises UnplannableChangeError where an expression is missing.
    """
    groups: list[tuple[list[str], dict[str, str | None]]] = []
    for column, replaced in new.items():
        together = [group for group in groups if group[1].keys() & replaced.keys()]
        columns, old = [column], dict(replaced)
        for group in together:
            groups.remove(group)
            columns = [*group[0], *columns]
            old = {key: group[1].get(key) or old.get(key) for key in (*group[1], *old)}
        groups.append((columns, old))
    return tuple(_merge(table, columns, old, values) for columns, old in groups)


def _merge(
    table: Ident, new: Iterable[str], old: Mapping[str, str | None], values: Mapping[str, str]
) -> Merge:
    for column in new:
        if column not in values:
            raise UnplannableChangeError(
                f"column {column} of {table} replaces {', '.join(old)}, and nothing says what it holds",
                f'say it in the models: info={{"backfill": "an SQL expression"}} of {column}',
            )
    for column, said in old.items():
        if said is None:
            raise UnplannableChangeError(
                f"column {column} of {table} is replaced, and nothing says what it holds of what new code"
                " writes",
                f'say it in the models: info={{"replaces": {{"{column}": "an SQL expression"}}}}',
            )
    return Merge({column: values[column] for column in new}, {key: said for key, said in old.items() if said})
