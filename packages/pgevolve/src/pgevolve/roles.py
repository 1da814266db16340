"""Which roles SQL names: those that a history needs although no model declares them any more."""

import postgast

from pgevolve.canonical import messages


def roles_named(sql: str) -> tuple[str, ...]:
    """Return the roles that GRANT, REVOKE, OWNER TO and the like name, each once, without PUBLIC."""
    named = (role.rolename for role in messages(postgast.parse(sql), "RoleSpec"))
    return tuple(dict.fromkeys(role for role in named if role))
