"""What a run would do now: which batches are due, held, blocked or waiting, by kind. Nothing is changed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import class_row, dict_row

from sevra_atlas.domain.files.removing import Left, left
from sevra_atlas.domain.retention.due import HELD_IN_ARCHIVE, HELD_IN_TRASH, KEPT_SINCE, settle
from sevra_atlas.domain.retention.needs import Need, all_needs
from sevra_atlas.domain.retention.remainders import Remainder, remainders

_SHOWN = 100
_FETCHED = 1_000

_OPEN = sql.SQL("""
SELECT b.id AS batch, b.root_type::text AS kind, b.root_id AS row_id, b.row_count AS rows,
       b.created_at AS deleted_at, b.created_at + make_interval(days => p.keep_days) AS due_at,
       b.created_at < now() - make_interval(days => p.keep_days) AS is_due,
       coalesce(b.hold_until > now(), false) OR h.batch IS NOT NULL AS is_held
  FROM public.deletion_batches b
  JOIN public.retention_policies p ON p.entity_type = b.root_type
  LEFT JOIN (SELECT DISTINCT batch FROM ({held}) x) h ON h.batch = b.id
 WHERE b.restored_at IS NULL AND b.archived_at IS NULL
 ORDER BY b.created_at, b.id
""").format(held=HELD_IN_TRASH)
_KINDS = sql.SQL("""
SELECT p.entity_type::text AS kind, p.keep_days, p.archive_days, count(b.id) AS archived,
       count(b.id) FILTER (WHERE {since} < now() - make_interval(days => p.archive_days)
                             AND NOT coalesce(b.hold_until > now(), false) AND h.batch IS NULL) AS to_purge
  FROM public.retention_policies p
  LEFT JOIN public.deletion_batches b ON b.root_type = p.entity_type AND b.state = 'ARCHIVED'
  LEFT JOIN (SELECT DISTINCT batch FROM ({held}) x) h ON h.batch = b.id
 GROUP BY p.entity_type ORDER BY p.entity_type::text
""").format(held=HELD_IN_ARCHIVE, since=KEPT_SINCE)


class Verdict(StrEnum):
    """What a run does with a batch in the trash."""

    WAITING = "waiting"
    HELD = "held"
    BLOCKED = "blocked"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch in the trash as the rule of days and holds sees it."""

    batch: int
    kind: str
    row_id: int
    rows: int
    deleted_at: datetime
    due_at: datetime
    is_due: bool
    is_held: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """A batch and what a run does with it; `blocked_by` names the row that needs one of its rows."""

    batch: OpenBatch
    verdict: Verdict
    blocked_by: str | None = None


@dataclass(slots=True)
class KindPlan:
    """The policy of one kind and its batches in numbers; days in the archive of None are for ever."""

    kind: str
    keep_days: int
    archive_days: int | None
    archived: int
    to_purge: int
    batches: Counter[Verdict] = field(default_factory=Counter)
    due_rows: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do. `stopped` are the first hundred batches that are held or blocked, oldest first.

    `remainders` are the first hundred that wait in the archive for somebody who was away when their deletion
    came back; there are `waiting` of them.
    """

    kinds: tuple[KindPlan, ...]
    stopped: tuple[Planned, ...]
    oldest_due_at: datetime | None
    remainders: tuple[Remainder, ...] = ()
    waiting: int = 0
    files: Left = field(default_factory=Left)

    def total(self, verdict: Verdict) -> int:
        """Return how many batches have this verdict."""
        return sum(kind.batches[verdict] for kind in self.kinds)


def verdicts(batches: Iterable[OpenBatch], needs: Iterable[Need]) -> Iterator[Planned]:
    """Yield what a run does with each batch, which come in the order of the run.

    A row that stands in an earlier batch of the same run needs nothing any more when its turn comes.
    """
    needing: defaultdict[int, list[Need]] = defaultdict(list)
    for need in needs:
        needing[need.batch].append(need)
    holders = {need.holder for each in needing.values() for need in each}
    gone: set[int | None] = set()
    for batch in batches:
        if not batch.is_due:
            yield Planned(batch, Verdict.WAITING)
        elif batch.is_held:
            yield Planned(batch, Verdict.HELD)
        elif needed := [need.what for need in needing[batch.batch] if need.holder not in gone]:
            yield Planned(batch, Verdict.BLOCKED, min(needed))
        else:
            if batch.batch in holders:
                gone.add(batch.batch)
            yield Planned(batch, Verdict.DUE)


def read_plan(connection: Connection[Any]) -> Plan:
    """Return the plan of this moment, in a transaction of its own; memory grows with rows that block only."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        settle(connection)
        with connection.cursor(row_factory=dict_row) as cursor:
            kinds = {row["kind"]: KindPlan(**row) for row in cursor.execute(_KINDS)}
        needs = all_needs(connection)
        with connection.cursor("open_batches", row_factory=class_row(OpenBatch)) as cursor:
            cursor.itersize = _FETCHED
            cursor.execute(_OPEN)
            plan = _summed(kinds, verdicts(cursor, needs))
        waiting = remainders(connection)
        return replace(plan, remainders=waiting[:_SHOWN], waiting=len(waiting), files=left(connection))


def _summed(kinds: Mapping[str, KindPlan], planned: Iterable[Planned]) -> Plan:
    stopped: list[Planned] = []
    oldest: datetime | None = None
    for each in planned:
        kind = kinds[each.batch.kind]
        kind.batches[each.verdict] += 1
        if each.verdict is Verdict.DUE:
            kind.due_rows += each.batch.rows
            oldest = each.batch.due_at if oldest is None else min(oldest, each.batch.due_at)
        elif each.verdict is not Verdict.WAITING and len(stopped) < _SHOWN:
            stopped.append(each)
    return Plan(tuple(kinds.values()), tuple(stopped), oldest)
