"""A new column whose value differs from row to row."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.readers import default_of
from pgevolve.check.rule import Complaint, Seen, rule
from pgevolve.check.volatility import Volatility, volatility


@rule("PE110", "volatile-default", "error", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ADD COLUMN with a default that the server must compute for each row."""
    subject = seen.altered()
    column = tree.definition(seen.command)
    expression = default_of(column)
    if subject is None or expression is None:
        return
    found, function = volatility(seen.state, expression)
    if found is Volatility.CALM:
        return
    doubt = "" if found is Volatility.VOLATILE else f", for {function} is not known and may be volatile"
    yield Complaint(
        f"the default of {subject}.{column.colname} calls {function}: all of {subject} is written anew"
        " while no"
        f" other session can read or write it{doubt}",
        "add the column without a default, set the default in a second command, and fill the rows in batches",
        column.location,
    )
