"""A new column whose domain is checked for every row."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE127", "constrained-domain-column", "error", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ADD COLUMN of a domain with a check, NOT NULL or default."""
    subject = seen.altered()
    column = tree.definition(seen.command)
    domain = seen.state.domain(tree.type_name(column.type_name))
    if subject is not None and domain is not None and domain.constrained:
        yield Complaint(
            f"the domain {domain.name} of {subject}.{column.colname} has constraints: all of {subject}"
            " is written"
            f" anew while no other session can read or write it{subject.doubt}",
            f"add the column as {domain.base} with a CHECK that is NOT VALID, and validate it in a"
            " later migration",
            column.location,
        )
