"""Sessions that hold what another one waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_QUERY_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Blocker:
    """A session that another one waits for; what this role may not see is None.

    `kind` is PostgreSQL's name for the sort of process, `since` the start of its transaction. A prepared
    transaction has no session: its pid is 0.
    """

    pid: int
    user: str | None
    application: str | None
    kind: str | None
    state: str | None
    query: str | None
    since: datetime | None
    here: bool | None
    """Whether it is connected to the same database."""

    def __str__(self) -> str:
        if self.pid == 0:
            return "a prepared transaction (see pg_prepared_xacts)"
        since = "" if self.since is None else f" since {self.since:%Y-%m-%d %H:%M:%S} UTC"
        query = "" if not self.query else f": {self.shortened_query}"
        who, doing = self.application or self.user or "?", self.state or self.kind or "?"
        return f"pid {self.pid} ({who}, {doing}{since}){query}"

    @property
    def shortened_query(self) -> str:
        """The query on one line; of an idle session the last one."""
        line = " ".join((self.query or "").split())
        return line if len(line) <= _QUERY_SHOWN else f"{line[:_QUERY_SHOWN]}..."

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the ledger keeps of it."""
        return {
            "pid": self.pid,
            "user": self.user,
            "application": self.application,
            "state": self.state,
            "query": self.shortened_query,
            "since": None if self.since is None else self.since.isoformat(),
        }
