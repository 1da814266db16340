"""Plans and costs in a large database that is there already: `python benchmarks/scale.py URI`.

The database is one that `sevra demo load --scale N` filled (docs/large-data.md); nothing in it is changed.
For each order of the largest city's list the plan of page 1 and of page 1,000 as it ran; then resolve beside
the bare look-up, over paths drawn from the whole ledger.
"""

import asyncio
import json
import re
import statistics
import sys
import time
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import paths
import psycopg
from figures import Figure, medians
from psycopg import AsyncConnection, sql
from site_data import acting

from sevra_atlas.domain.slugs import encode_path, path_prefixes
from sevra_atlas.reads import tables
from sevra_atlas.reads.listing import keys_statement
from sevra_atlas.reads.resolve import LEDGER_SQL, resolve_path

_PAGE, _FAR = 20, 1_000
_DRAWN = """
SELECT path, display_path FROM url_paths TABLESAMPLE SYSTEM (1) WHERE kind = 'current'
 ORDER BY md5(path) LIMIT %s
"""
# The application may make no function and no table, not even for itself: an anonymous block leaves what it
# found in a setting of its transaction.
_TIMED = """
DO $$
DECLARE drawn record; answer record; begun timestamptz; taken float8[] := '{{}}';
BEGIN
  FOR drawn IN SELECT * FROM jsonb_to_recordset({drawn}) AS (path text, prefixes text[]) LOOP
    begun := clock_timestamp();
    {statement} INTO answer;
    taken := taken || extract(epoch FROM clock_timestamp() - begun)::float8 * 1000;
  END LOOP;
  PERFORM set_config('benchmark.taken', taken::text, true);
END $$
"""
_ORDERS = ("rating", "popular", "new")
_PATHS = 2_000
_CALLS, _MOST_MS = 20_000, 0.3


@dataclass(frozen=True, slots=True)
class Plan:
    """What one page cost, from EXPLAIN (ANALYZE, BUFFERS)."""

    what: str
    nodes: tuple[str, ...]
    index: str
    heap_fetches: int
    removed: int
    blocks: int
    ms: float

    @property
    def is_as_promised(self) -> bool:
        """Whether it is one index-only scan that sorts nothing and discards nothing."""
        return set(self.nodes) <= {"Limit", "Subquery Scan", "Result", "Index Only Scan"} and not self.removed

    def __str__(self) -> str:
        verdict = "one index-only scan" if self.is_as_promised else f"NOT AS PROMISED: {self.nodes}"
        return (
            f"{self.what}: {verdict} of {self.index}, {self.removed} rows removed,"
            f" {self.heap_fetches} heap fetches, {self.blocks} blocks, {self.ms:.3f} ms"
        )


def city_plans(connection: psycopg.Connection) -> list[Plan]:
    """Return the plans of the largest city's pages, as the application's generic plans run."""
    city, listings = _one(
        connection,
        "SELECT city_id, count(*) FROM salons WHERE status = 'ACTIVE' AND city_id IS NOT NULL"
        " GROUP BY city_id ORDER BY 2 DESC LIMIT 1",
    )
    print(f"the largest city has {listings:,} salons, that is {listings // _PAGE:,} pages", flush=True)
    far = min(_FAR, listings // _PAGE)
    plans = []
    for order in _ORDERS:
        first = keys_statement(tables.salons, order, frozenset({"city"}), after=False).sql.decode()
        last = connection.execute(
            first.encode(), {"city": city, "limit": 1, "offset": (far - 1) * _PAGE - 1}
        ).fetchone()
        assert last is not None
        after = {"after": last[1], "after_id": last[0]}
        behind = keys_statement(tables.salons, order, frozenset({"city"}), after=True).sql.decode()
        given = {"city": city, "limit": _PAGE + 1, "offset": 0}
        plans.append(_plan(connection, f"sort={order}, page 1", first, given))
        plans.append(_plan(connection, f"sort={order}, page {far:,}", behind, {**given, **after}))
    return plans


def _plan(connection: psycopg.Connection, what: str, query: str, given: dict[str, Any]) -> Plan:
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", query)))
    numbered = re.sub(r"%\((\w+)\)s", lambda match: f"${names.index(match[1]) + 1}", query)
    connection.execute("SET plan_cache_mode = force_generic_plan")
    connection.execute(f"PREPARE page AS {numbered}".encode())
    values = sql.SQL(", ").join(sql.Literal(given[name]) for name in names)
    explain = sql.SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE page ({})").format(values)
    for _ in range(2):  # The second run: pages of the first may have come from the disk.
        (root,) = _one(connection, explain)
    connection.execute("DEALLOCATE page")
    plan = root[0] if isinstance(root, list) else json.loads(root)[0]
    nodes = list(_nodes(plan["Plan"]))
    return Plan(
        what,
        tuple(node["Node Type"] for node in nodes),
        next((node["Index Name"] for node in nodes if "Index Name" in node), "no index"),
        sum(node.get("Heap Fetches", 0) for node in nodes),
        int(sum(node.get("Rows Removed by Filter", 0) for node in nodes)),
        plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"],
        plan["Execution Time"],
    )


def _nodes(plan: dict[str, Any]) -> Any:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _one(connection: psycopg.Connection, query: Any) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


async def resolved_everywhere(app_url: str) -> tuple[Figure, float]:
    """Return the cost of resolving paths from all over the ledger beside their bare look-up.

    And the milliseconds that 99 of 100 calls stay below.
    """
    async with await AsyncConnection.connect(app_url, autocommit=True) as connection:
        cursor = await connection.execute(_DRAWN, [_PATHS])
        drawn = await cursor.fetchall()
        keys, raw = cycle([key for key, _ in drawn]), cycle([encode_path(shown) for _, shown in drawn])

        async def ours() -> object:
            return await resolve_path(connection, next(raw))

        async def bare() -> object:
            probe = await connection.execute(
                "SELECT * FROM url_paths WHERE path = %s", [next(keys)], prepare=True
            )
            return await probe.fetchone()

        mine, peer = await medians(ours, bare, rounds=15, calls=400)
        taken = []
        for _ in range(_CALLS):
            begun = time.perf_counter()
            await ours()
            taken.append((time.perf_counter() - begun) * 1000)
    figure = Figure(
        f"resolve one of {len(drawn):,} drawn paths", mine, peer, "a primary-key look-up in url_paths"
    )
    return figure, statistics.quantiles(taken, n=100)[98]


def resolved_in_the_server(app_url: str) -> tuple[float, float]:
    """Return the median milliseconds of resolving drawn paths without client and wire, and the 99th of 100.

    The statement runs from its generic plan, as it does for the application.
    """
    statement = LEDGER_SQL.replace("%(path)s", "drawn.path").replace("%(prefixes)s", "drawn.prefixes")
    taken: list[float] = []
    with psycopg.connect(app_url) as connection:
        connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        keys = [key for key, _ in connection.execute(_DRAWN, [_PATHS]).fetchall()]
        drawn = json.dumps([{"path": key, "prefixes": list(path_prefixes(key))} for key in keys])
        block = sql.SQL(_TIMED).format(drawn=sql.Literal(drawn), statement=sql.SQL(statement))
        # The first time plans it and reads what lies on the disk.
        for number in range(1 + _CALLS // _PATHS):
            connection.execute(block)
            (times,) = _one(connection, "SELECT current_setting('benchmark.taken')::float8[]")
            taken += times if number else []
    return statistics.median(taken), statistics.quantiles(taken, n=100)[98]


def main(url: str) -> int:
    """Print the plans and the figures; return 1 when one is not what is promised."""
    app_url = acting(url if "?" in url else f"{url}?", "sevra_app", "live,public")
    with psycopg.connect(app_url, autocommit=True) as connection:
        plans = city_plans(connection)
    for plan in plans:
        print(plan, flush=True)
    everywhere, high = asyncio.run(resolved_everywhere(app_url))
    for figure in [*asyncio.run(paths.at(app_url)), everywhere]:
        print(
            f"{figure.what}: {figure.ours:.3f} ms,"
            f" {figure.peer_name} {figure.peer:.3f} ms, ratio {figure.ratio:.2f}"
        )
    print(f"99 of 100 of {_CALLS:,} drawn paths resolve within {high:.3f} ms")
    middle, server_high = resolved_in_the_server(app_url)
    print(f"in the server {middle:.3f} ms, 99 of 100 within {server_high:.3f} ms (promised {_MOST_MS} ms)")
    return 0 if all(plan.is_as_promised for plan in plans) and server_high <= _MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
