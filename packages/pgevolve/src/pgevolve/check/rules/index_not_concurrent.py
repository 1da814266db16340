"""An index built while writers wait."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE101", "index-not-concurrent", "error", "index_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at CREATE INDEX on a table that others use."""
    subject = seen.subject()
    view = seen.state.views.get(subject.name)
    if subject.new or seen.node.concurrent or (view is not None and seen.state.is_new(view.created)):
        return
    partitioned = subject.table is not None and subject.table.partitioned
    if partitioned and not seen.node.relation.inh:
        return
    name = seen.node.idxname or "the index"
    if partitioned:
        fix = (
            f"create it ON ONLY {subject}, build one CONCURRENTLY on each partition,"
            " and attach those with ALTER INDEX ... ATTACH PARTITION"
        )
    else:
        fix = "use CREATE INDEX CONCURRENTLY in a step of its own under `-- pgevolve: transaction=off`"
    yield Complaint(
        f"building {name} reads all of {subject} while no other session can write to it{subject.doubt}", fix
    )
