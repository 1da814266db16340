"""A domain whose new rule is checked in every table."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE129", "domain-constraint-scans", "error", "alter_domain_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ALTER DOMAIN ADD CONSTRAINT without NOT VALID, and SET NOT NULL."""
    name = seen.state.full_name(*tree.dotted(seen.node.type_name), seen.state.domains)
    domain = seen.state.domains.get(name)
    adds = seen.node.subtype == "C" and not tree.definition(seen.node).skip_validation
    if (adds or seen.node.subtype == "O") and not (domain is not None and seen.state.is_new(domain.created)):
        yield Complaint(
            f"the constraint of domain {name} is checked in every table that uses it while no other"
            " session can"
            " write to them",
            "add it NOT VALID, and ALTER DOMAIN ... VALIDATE CONSTRAINT in a later migration",
        )
