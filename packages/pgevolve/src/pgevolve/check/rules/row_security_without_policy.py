"""Row level security that hides every row."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE217", "row-security-without-policy", "error", "AT_EnableRowSecurity")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ENABLE ROW LEVEL SECURITY on a table without a policy."""
    subject = seen.altered()
    if subject is not None and not (subject.table is not None and subject.table.policies):
        yield Complaint(
            f"row level security on {subject} without a policy: clients other than the owner see no row"
            " from the"
            " commit on",
            "create the policies before, in the same transaction",
        )
