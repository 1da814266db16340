"""Connection addresses: libpq URIs that carry the role's search path in their options."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

_NAME_BYTES = 63


@dataclass(frozen=True, slots=True)
class GroupRole:
    """A role of the schema, and what a session that works in it must be told when it connects.

    The settings travel in the URL because settings of a role are lost under SET ROLE.
    """

    name: str
    suffix: str
    settings: tuple[tuple[str, str], ...]

    @property
    def options(self) -> str:
        """The settings as command-line options of a server process."""
        return " ".join(f"-c {name}={value}" for name, value in self.settings)


OWNER = GroupRole("sevra_owner", "owner", (("role", "sevra_owner"), ("search_path", "public")))
# The functions of the job queue call one another without the name of their schema.
APP = GroupRole("sevra_app", "app", (("search_path", "live,public,procrastinate"),))
MAINTENANCE = GroupRole("sevra_maintenance", "maintenance", (("search_path", "public,procrastinate"),))
READONLY = GroupRole(
    "sevra_readonly",
    "readonly",
    (("search_path", "live,public"), ("default_transaction_read_only", "on")),
)
GROUP_ROLES = (OWNER, APP, MAINTENANCE, READONLY)


def login_name(database: str, role: GroupRole) -> str:
    """Return the name of a database's login for a role: at most 63 bytes, never the name of a group role."""
    name = f"{database}_{role.suffix}"
    if name in {group.name for group in GROUP_ROLES}:
        # A database called "sevra" would otherwise give its login the name of the role itself.
        name = f"{database}_login_{role.suffix}"
    if len(name.encode()) <= _NAME_BYTES:
        return name
    tail = f"_{hashlib.sha256(database.encode()).hexdigest()[:8]}_{role.suffix}"
    head = database.encode()[: _NAME_BYTES - len(tail)].decode(errors="ignore")
    return head + tail


def libpq_uri(parameters: Mapping[str, str]) -> str:
    """Write connection parameters as a URI; a socket directory or a list of hosts goes into the query."""
    rest = {name: value for name, value in parameters.items() if value}
    user, password = rest.pop("user", ""), rest.pop("password", "")
    database, host = rest.pop("dbname", ""), rest.get("host", "")
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    place = ""
    if host and not set(host) & set("/,@"):
        del rest["host"]
        port = rest.pop("port", "")
        place = (f"[{host}]" if ":" in host else quote(host, safe="")) + (f":{port}" if port else "")
    query = urlencode(rest, quote_via=quote, safe="")
    return f"postgresql://{login}@{place}/{quote(database, safe='')}" + (f"?{query}" if query else "")


def role_url(base: Mapping[str, str], role: GroupRole, password: str) -> str:
    """Return the URL of a role's login in the database that `base` connects to."""
    settings = " ".join(part for part in (base.get("options", ""), role.options) if part)
    login = {"user": login_name(base["dbname"], role), "password": password, "options": settings}
    return libpq_uri({**base, **login})
