"""A claim about one statement."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pgevolve.trace.model import LockMode, strength


@dataclass(slots=True)
class Effect:
    """What a statement does to relations that were there before it.

    `locks` holds the strongest lock on each, by qualified name. `rewrites` are tables whose rows are written
    anew, into another file, or thrown away with it; `scans` are read from end to end, `may_scan` are when the
    planner chooses so. Rows that INSERT, UPDATE, DELETE and SELECT read are theirs to choose: those claim
    locks only, and `reads_by_plan` is set.
    """

    locks: dict[str, LockMode] = field(default_factory=dict)
    rewrites: set[str] = field(default_factory=set)
    scans: set[str] = field(default_factory=set)
    may_scan: set[str] = field(default_factory=set)
    reads_by_plan: bool = False

    def lock(self, relations: str | Iterable[str], mode: LockMode) -> None:
        """Note a lock, unless a stronger one is noted."""
        for relation in [relations] if isinstance(relations, str) else relations:
            if relation not in self.locks or strength(self.locks[relation]) < strength(mode):
                self.locks[relation] = mode

    def scan(self, relations: Iterable[str]) -> None:
        """Note that tables are read from end to end."""
        self.scans.update(relations)

    def rewrite(self, relations: Iterable[str]) -> None:
        """Note that tables are written anew, for which they are read."""
        relations = tuple(relations)
        self.rewrites.update(relations)
        self.scans.update(relations)
