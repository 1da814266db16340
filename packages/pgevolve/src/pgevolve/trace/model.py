"""What was seen of one step."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

LockMode: TypeAlias = Literal[
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
]
"""The modes of table locks from weak to strong, as PostgreSQL's chapter on explicit locking names them."""

Probe: TypeAlias = Literal["select", "insert", "update", "foreign key insert"]
"""A statement of another session; the last one inserts a row that refers to the table."""

MODES: tuple[LockMode, ...] = get_args(LockMode)
"""The modes in their order; LOCK TABLE and the server's sources count them from 1."""


def strength(mode: LockMode) -> int:
    """Return the place of a mode among the modes, 0 for the weakest."""
    return MODES.index(mode)


@dataclass(frozen=True, slots=True, order=True)
class HeldLock:
    """A lock on a relation that other sessions see; `relation` is qualified and quoted where it must be."""

    relation: str
    mode: LockMode


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """A statement of another session that had to wait for the step."""

    relation: str
    probe: Probe


@dataclass(frozen=True, slots=True)
class StepTrace:
    """One step on a scratch server.

    `transaction` counts the transactions of the migration from 1. `locks` are those that the step took in
    addition to what its transaction held before, one entry a relation and mode; tables, partitioned tables,
    views, materialised views and foreign tables, not indexes. `rewritten` are tables whose file was written
    anew, `rebuilt` indexes, `scanned` tables read from end to end. `waiting` is what other sessions could not
    do on the tables of `locks` while the step ran, or before its transaction ended. `seconds` is how long the
    statement itself took.
    """

    number: int
    transaction: int
    sql: str
    outside: bool
    locks: tuple[HeldLock, ...]
    rewritten: tuple[str, ...]
    rebuilt: tuple[str, ...]
    scanned: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    seconds: float

    def strongest(self) -> dict[str, LockMode]:
        """Return the strongest lock on each relation."""
        found: dict[str, LockMode] = {}
        for lock in self.locks:
            if lock.relation not in found or strength(found[lock.relation]) < strength(lock.mode):
                found[lock.relation] = lock.mode
        return found
