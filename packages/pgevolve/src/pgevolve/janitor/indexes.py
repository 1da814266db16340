"""Invalid indexes: no query uses them, and every write keeps them up to date."""

import re
from collections.abc import Iterator

from pgevolve.connect import Connection
from pgevolve.janitor.ask import ask, left_out
from pgevolve.janitor.debris import Debris
from pgevolve.janitor.made import Account, Made
from pgevolve.project import Project
from pgevolve.quoting import qualified
from pgevolve.step import Step

# The names that REINDEX CONCURRENTLY gives; see the notes of REINDEX in the documentation of PostgreSQL.
_NEW = re.compile(r"_ccnew\d*$")
_OLD = re.compile(r"_ccold\d*$")


def invalid_indexes(connection: Connection, project: Project, account: Account) -> Iterator[Debris]:
    """Yield the invalid indexes that nobody builds now and no unfinished migration will go on with."""
    for row in ask(connection, "indexes", left_out(project)):
        name = qualified(row["schema"], row["name"])
        made = Made("index", row["schema"], row["name"])
        drop = (Step(f"DROP INDEX CONCURRENTLY {name}", transactional=False),)
        rebuild = (Step(f"REINDEX INDEX CONCURRENTLY {name}", transactional=False),)
        if made in account.in_the_way:
            why = f"its build failed, and it is in the way of {account.in_the_way[made]}"
            yield Debris("invalid index", name, why, drop)
        elif made in account.in_use:
            continue
        elif row["constrains"]:
            yield Debris("invalid index", name, "its build failed, and a constraint stands on it", rebuild)
        elif made in account.standing:
            yield Debris("invalid index", name, "its build failed, and the history wants it", rebuild)
        elif _NEW.search(row["name"]):
            yield Debris("invalid index", name, "a REINDEX CONCURRENTLY was interrupted", drop)
        elif _OLD.search(row["name"]):
            why = "a REINDEX CONCURRENTLY was interrupted after it had replaced this one"
            yield Debris("invalid index", name, why, drop)
        else:
            yield Debris("invalid index", name, "its build failed", drop)
