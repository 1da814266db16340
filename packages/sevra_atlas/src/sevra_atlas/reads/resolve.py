"""What the path ledger knows of a path: one statement of index probes, and the answer made of it."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import class_row

from sevra_atlas.domain.resolution import (
    SWITCHED_OFF,
    Forward,
    LedgerRow,
    NotFound,
    Outcome,
    Redirect,
    forwarded,
    judge,
)
from sevra_atlas.domain.slugs import path_key, path_prefixes

# A row of the ledger wins; only where there is none does the longest active prefix rule speak. Addresses of
# entities that a visitor may not see are not read at all.
LEDGER_SQL: LiteralString = """
SELECT asked.path,
       coalesce(p.kind::text, 'rule') AS kind,
       p.display_path,
       e.entity_type::text AS entity_type,
       e.entity_id,
       e.state::text AS state,
       e.first_public_at IS NOT NULL AS was_public,
       c.display_path AS current_path,
       s.display_path AS successor_path,
       r.type::text AS rule_type,
       coalesce(r.is_active, false) AS rule_active,
       coalesce(r.query_mode::text, 'pass') AS query_mode,
       t.display_path AS to_static_path,
       r.to_external_url,
       r.to_prefix,
       substr(asked.path, length(r.from_prefix) + 1) AS rest
  FROM (SELECT %(path)s::text AS path) asked
  LEFT JOIN url_paths p ON p.path = asked.path
  LEFT JOIN LATERAL (
       SELECT * FROM redirect_rules WHERE p.kind = 'rule' AND from_path = asked.path
       UNION ALL
       (SELECT * FROM redirect_rules
         WHERE p.path IS NULL AND from_prefix = ANY (%(prefixes)s::text[]) AND is_active
         ORDER BY length(from_prefix) DESC LIMIT 1)
       ) r ON true
  LEFT JOIN url_paths t ON t.path = r.to_static_path
  LEFT JOIN entities e ON e.entity_type = coalesce(p.entity_type, r.to_entity_type)
                      AND e.entity_id = coalesce(p.entity_id, r.to_entity_id)
  LEFT JOIN url_paths c ON c.entity_type = e.entity_type AND c.entity_id = e.entity_id AND c.kind = 'current'
                       AND e.state IN ('public', 'unlisted')
  LEFT JOIN entities h ON h.entity_type = e.successor_type AND h.entity_id = e.successor_id
                      AND h.state IN ('public', 'unlisted') AND e.state IN ('deleted', 'archived', 'purged')
  LEFT JOIN url_paths s ON s.entity_type = h.entity_type AND s.entity_id = h.entity_id AND s.kind = 'current'
 WHERE p.path IS NOT NULL OR r.id IS NOT NULL
"""


async def ledger_row(connection: AsyncConnection[Any], key: str) -> LedgerRow | None:
    """Return what the ledger knows of a canonical path, or of the prefix rule that covers it."""
    async with connection.cursor(row_factory=class_row(LedgerRow)) as cursor:
        await cursor.execute(LEDGER_SQL, {"path": key, "prefixes": list(path_prefixes(key))}, prepare=True)
        return await cursor.fetchone()


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a request line's path answers, and what it was decided by.

    `key` is None where the path cannot be one of this site; `row` is what the ledger holds at the key, and
    `beyond` what it holds at the output of a prefix rule.
    """

    outcome: Outcome
    rule: int
    key: str | None = None
    row: LedgerRow | None = None
    forward: Forward | None = None
    beyond: LedgerRow | None = None

    @property
    def used(self) -> str | None:
        """Return the rule or former address that led on: its path, or the prefix of a rule."""
        if self.row is None:
            return None
        if self.row.kind == "alias" and isinstance(self.outcome, Redirect):
            return self.row.path
        spoke = self.row.kind == "rule" and self.rule != SWITCHED_OFF
        return self.row.rule_source if spoke else None

    @property
    def missed(self) -> str | None:
        """Return the key at which nobody answers; what is hidden from a visitor is no miss."""
        led_nowhere = self.forward is not None and isinstance(self.outcome, NotFound)
        return self.key if self.row is None or led_nowhere else None


async def resolved(
    connection: AsyncConnection[Any],
    raw_path: str,
    method: str = "GET",
    *,
    query: str = "",
    may_preview: bool = False,
) -> Resolution:
    """Resolve the path of a request line; `raw_path` is percent-encoded as sent.

    One statement, two where a prefix rule rewrites the path. Any string is taken; none raises.
    """
    key = path_key(raw_path)
    if key is None:
        return Resolution(NotFound(), 1)
    row = await ledger_row(connection, key)
    verdict = judge(row, raw_path, method, query=query, may_preview=may_preview)
    if not isinstance(verdict.outcome, Forward):
        return Resolution(verdict.outcome, verdict.rule, key, row)
    forward = verdict.outcome
    beyond = await ledger_row(connection, forward.key)
    return Resolution(forwarded(forward, beyond), verdict.rule, key, row, forward, beyond)


async def resolve_path(
    connection: AsyncConnection[Any],
    raw_path: str,
    method: str = "GET",
    *,
    query: str = "",
    may_preview: bool = False,
) -> Outcome:
    """Return what the path of a request line answers; see `resolved`."""
    return (await resolved(connection, raw_path, method, query=query, may_preview=may_preview)).outcome
