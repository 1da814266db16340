"""One statement of a migration."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One SQL statement, with the comment lines above it, and how it must run.

    Consecutive transactional steps of a migration share one transaction. A step with `transactional=False`
    runs by itself and commits by itself: CREATE INDEX CONCURRENTLY has to, ADD VALUE and VALIDATE CONSTRAINT
    must not share the transaction of the steps around them.
    """

    sql: str
    transactional: bool = True
