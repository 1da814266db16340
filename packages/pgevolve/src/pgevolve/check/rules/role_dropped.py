"""A role that running clients log in with."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE213", "role-dropped", "error", "drop_role_stmt", "drop_owned_stmt", "reassign_owned_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DROP ROLE, DROP OWNED and REASSIGN OWNED."""
    if seen.contract:
        return
    names = ", ".join(node.role_spec.rolename or "PUBLIC" for node in seen.node.roles)
    word = {"drop_role_stmt": "DROP ROLE", "drop_owned_stmt": "DROP OWNED BY"}.get(
        seen.statement.kind, "REASSIGN OWNED BY"
    )
    yield Complaint(
        f"{word} {names}: clients of that role lose what they use, in every table at once",
        "take the privileges away by name in a contract migration",
    )
