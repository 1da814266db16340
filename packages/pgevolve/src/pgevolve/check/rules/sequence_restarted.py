"""Numbers given out twice."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE312", "sequence-restarted", "warning", "alter_seq_stmt", "truncate_stmt", "AT_SetIdentity")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at RESTART of a sequence that others use."""
    if seen.statement.kind == "alter_seq_stmt":
        name = seen.state.relation_name(seen.node.sequence)
        known = seen.state.sequences.get(name)
        restarts = any(part.def_elem.defname == "restart" for part in seen.node.options)
        if not restarts or (known is not None and seen.state.is_new(known.created)):
            return
        what = str(name)
    elif seen.statement.kind == "truncate_stmt":
        if not seen.node.restart_seqs or all(seen.subject(n.range_var).new for n in seen.node.relations):
            return
        what = "the identity of " + ", ".join(node.range_var.relname for node in seen.node.relations)
    else:
        subject = seen.altered()
        parts = tree.definition(seen.command).items
        if subject is None or not any(part.def_elem.defname == "restart" for part in parts):
            return
        what = f"{subject}.{seen.command.name}"
    yield Complaint(
        f"{what} starts again: numbers that are in use, or that clients remember, are given out a"
        " second time",
        "leave the sequence where it is, or move it forward only",
    )
