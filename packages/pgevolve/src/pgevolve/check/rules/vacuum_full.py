"""A table written anew to save space."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE117", "vacuum-full", "error", "vacuum_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at VACUUM FULL."""
    if not seen.node.is_vacuumcmd or not tree.has_option(seen.node.options, "full"):
        return
    names = [seen.subject(part.vacuum_relation.relation) for part in seen.node.rels]
    if names and all(name.new for name in names):
        return
    yield Complaint(
        f"VACUUM FULL writes {', '.join(map(str, names)) or 'every table'} anew while no other session"
        " can read or"
        " write it",
        "use plain VACUUM; to give the space back, copy the rows into a new table in batches",
    )
