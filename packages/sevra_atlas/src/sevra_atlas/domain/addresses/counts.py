"""Uses of redirects and paths that nobody answers: written as they come, added up from time to time.

A use is a row of its own until `roll_up` adds it to its rule; no request writes the row of a rule. Uses of
former addresses, which are no rules, stay for 90 days, one row a path and day.
"""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sevra_atlas.domain.addresses.tally import Seen
from sevra_atlas.schema import PathHitDelta

BATCH = 5_000
MOST_MISSES = 100_000
KEPT_DAYS = 90

_USES: LiteralString = """
INSERT INTO path_hit_deltas (path, hits) SELECT * FROM unnest(%(paths)s::text[], %(hits)s::integer[])
"""
# In the order of the paths, so that two processes never wait for each other in a circle.
_MISSES: LiteralString = """
INSERT INTO path_misses AS m (path, count, referrer)
SELECT * FROM unnest(%(paths)s::text[], %(counts)s::bigint[], %(referrers)s::text[]) s (path, count, referrer)
 ORDER BY s.path
    ON CONFLICT (path) DO UPDATE SET count = m.count + excluded.count, last_at = now(),
                                     referrer = coalesce(excluded.referrer, m.referrer)
"""
_TAKE: LiteralString = """
DELETE FROM public.path_hit_deltas
 WHERE id IN (SELECT d.id FROM public.path_hit_deltas d
               WHERE d.path IN (SELECT coalesce(r.from_path, r.from_prefix) FROM public.redirect_rules r)
               ORDER BY d.id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING path, hits, on_date
"""
# In one order, as everybody locks rules.
_LOCK: LiteralString = """
SELECT FROM public.redirect_rules WHERE coalesce(from_path, from_prefix) = ANY(%(paths)s)
 ORDER BY id FOR NO KEY UPDATE
"""
_ADD: LiteralString = """
UPDATE public.redirect_rules r
   SET hits = r.hits + used.hits, last_hit_on = greatest(r.last_hit_on, used.last_on)
  FROM unnest(%(paths)s::text[], %(hits)s::bigint[], %(days)s::date[]) used (path, hits, last_on)
 WHERE coalesce(r.from_path, r.from_prefix) = used.path
"""
# Rows that another pass holds are passed over: it may wait for a rule that this one has locked.
_MERGE: LiteralString = """
WITH several AS (
  SELECT path, on_date FROM public.path_hit_deltas
   WHERE path NOT IN (SELECT coalesce(r.from_path, r.from_prefix) FROM public.redirect_rules r)
   GROUP BY path, on_date HAVING count(*) > 1 LIMIT %(batch)s
), taken AS (
  DELETE FROM public.path_hit_deltas
   WHERE id IN (SELECT d.id FROM public.path_hit_deltas d JOIN several s USING (path, on_date)
                 ORDER BY d.id FOR UPDATE OF d SKIP LOCKED)
  RETURNING path, on_date, hits
)
INSERT INTO public.path_hit_deltas (path, hits, on_date)
SELECT path, least(sum(hits), 2147483647)::integer, on_date FROM taken GROUP BY path, on_date
"""
_FORGET: tuple[LiteralString, ...] = (
    "DELETE FROM public.path_hit_deltas WHERE on_date <= CURRENT_DATE - %(days)s::integer",
    "DELETE FROM public.path_misses WHERE last_at <= now() - make_interval(days => %(days)s)",
    """
    DELETE FROM public.path_misses
     WHERE path IN (SELECT path FROM public.path_misses ORDER BY count DESC, path OFFSET %(most)s)
    """,
)


@dataclass(frozen=True, slots=True)
class RolledUp:
    """What one pass did: rows taken, uses added to rules, rows of uses and misses forgotten."""

    taken: int
    uses: int
    forgotten: int
    more: bool


def write(connection: Connection[Any], seen: Seen) -> None:
    """Store what a process saw, in the caller's transaction. Acts as the application's role."""
    if seen.uses:
        uses = {"paths": list(seen.uses), "hits": list(seen.uses.values())}
        connection.execute(_USES, uses)
    if seen.misses:
        connection.execute(
            _MISSES,
            {
                "paths": list(seen.misses),
                "counts": [misses.count for misses in seen.misses.values()],
                "referrers": [misses.referrer for misses in seen.misses.values()],
            },
        )


def roll_up(connection: Connection[Any], *, batch: int = BATCH, most_misses: int = MOST_MISSES) -> RolledUp:
    """Add at most `batch` rows of uses to their rules and forget what is old; the caller commits.

    No use is added twice: a row is taken in the transaction that adds it, and passes that run side by side
    pass over each other's rows. Of the misses the most frequent `most_misses` of the last 90 days stay. Acts
    as the maintenance role.
    """
    taken = connection.execute(_TAKE, {"batch": batch}).fetchall()
    hits: dict[str, int] = {}
    days: dict[str, Any] = {}
    for path, count, day in taken:
        hits[path] = hits.get(path, 0) + count
        days[path] = max(day, days.get(path, day))
    if hits:
        counted = {"paths": list(hits), "hits": list(hits.values()), "days": list(days.values())}
        connection.execute(_LOCK, counted)
        connection.execute(_ADD, counted)
    connection.execute(_MERGE, {"batch": batch})
    bounds = {"days": KEPT_DAYS, "most": most_misses}
    forgotten = sum(connection.execute(statement, bounds).rowcount for statement in _FORGET)
    return RolledUp(len(taken), sum(hits.values()), forgotten, more=len(taken) == batch)


def recent_uses(session: Session, key: str) -> int:
    """Return how often a former address was used in the last 90 days, as far as processes have flushed."""
    since = func.current_date() - KEPT_DAYS
    total = session.scalar(
        select(func.coalesce(func.sum(PathHitDelta.hits), 0)).where(
            PathHitDelta.path == key, PathHitDelta.on_date > since
        )
    )
    return int(total or 0)
