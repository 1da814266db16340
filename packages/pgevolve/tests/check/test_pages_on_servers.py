"""The refused example of every page runs on a server, which locks, rewrites and scans as the page states."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import postgast
import psycopg
import pytest

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database

from .pages import OF_ANOTHER_KIND, WITH_EXAMPLES, Page

pytestmark = pytest.mark.others_slow

_EACH = pytest.mark.parametrize(
    "example",
    [page for rule, page in WITH_EXAMPLES.items() if rule not in OF_ANOTHER_KIND],
    ids=lambda p: p.rule,
)
_MODES = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
_RESET = """
    DROP SCHEMA IF EXISTS archive CASCADE;
    DROP SCHEMA public CASCADE;
    DROP ACCESS METHOD IF EXISTS columnar;
    CREATE SCHEMA public;
"""
_LOCKS = """
    SELECT relation::bigint, mode FROM pg_locks
     WHERE pid = pg_backend_pid() AND relation = ANY (%(oids)s::oid[])
"""
_RELATIONS = """
    SELECT relname, oid::bigint, relfilenode::bigint FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm')
"""
_SCANS = "SELECT sum(pg_stat_get_xact_numscans(oid::oid)) FROM unnest(%(oids)s::bigint[]) AS oid"


@pytest.fixture(scope="module")
def database(server: LocalPostgres) -> Iterator[str]:
    """Return a database with an in-place tablespace on its server."""
    with scratch_database(server.url()) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET allow_in_place_tablespaces = on")
        connection.execute("CREATE TABLESPACE fast LOCATION ''")
        yield url
        connection.execute(_RESET)
        connection.execute("DROP TABLESPACE fast")


def _statements(sql: str) -> list[str]:
    try:
        raw = sql.encode()
        ends = [(s.stmt_location, s.stmt_location + s.stmt_len) for s in postgast.parse(sql).stmts]
        return [raw[begin:end].decode() for begin, end in ends]
    except postgast.PgQueryError:
        return [sql]


def _holds_on(example: Page, major: int) -> bool:
    oldest, newest = example.only.get("since", "15"), example.only.get("target", "18")
    return int(oldest) <= major <= int(newest)


@_EACH
def test_the_server_does_what_the_page_states(database: str, example: Page) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        if not _holds_on(example, connection.info.server_version // 10_000):
            return
        connection.execute(_RESET)
        connection.execute(example.given)
        if example.fails is not None:
            _assert_fails(connection, example)
        elif "VACUUM" in example.refused:
            _assert_waits_for_a_reader(connection, database, example)
        else:
            _assert_claims(connection, example)


def _assert_fails(connection: psycopg.Connection, example: Page) -> None:
    if "transaction=off" not in example.refused:
        connection.execute("BEGIN")
    *before, last = _statements(example.refused)
    for statement in before:
        connection.execute(statement)
    with pytest.raises(psycopg.Error) as caught:
        connection.execute(last)
    assert caught.value.sqlstate == example.fails
    connection.execute("ROLLBACK")


def _assert_claims(connection: psycopg.Connection, example: Page) -> None:
    before = {name: (oid, node) for name, oid, node in connection.execute(_RELATIONS)}
    oids = [oid for oid, _ in before.values()]
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE ROLE web")
        scans = _scans(connection, oids)
        for statement in _statements(example.refused):
            connection.execute(statement)
        locks = _strongest(connection, {oid: name for name, (oid, _) in before.items()})
        nodes = dict(connection.execute("SELECT oid::bigint, relfilenode::bigint FROM pg_class").fetchall())
        scanned = _scans(connection, oids) > scans
    rewritten = {name for name, (oid, node) in before.items() if nodes.get(oid, node) != node}
    assert {name: locks.get(name) for name in example.locks} == example.locks
    if not example.locks:
        assert [mode for mode in locks.values() if _MODES.index(mode) >= _MODES.index("SHARE")] == []
    assert bool(rewritten) == example.rewrite
    assert scanned == example.scan


def _scans(connection: psycopg.Connection, oids: list[int]) -> int:
    """Return the scans of tables whose counts this session has not handed over yet."""
    row = connection.execute(_SCANS, {"oids": oids}).fetchone()
    return int(row[0] or 0) if row is not None else 0


def _strongest(connection: psycopg.Connection, names: dict[int, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for oid, mode in connection.execute(_LOCKS, {"oids": list(names)}):
        spelled = _spelled(mode)
        name = names[oid]
        if name not in found or _MODES.index(spelled) > _MODES.index(found[name]):
            found[name] = spelled
    return found


def _spelled(mode: str) -> str:
    """Return a mode of pg_locks, such as AccessExclusiveLock, as statements write it."""
    return next(
        known for known in _MODES if known.replace(" ", "").lower() == mode.removesuffix("Lock").lower()
    )


def _assert_waits_for_a_reader(connection: psycopg.Connection, url: str, example: Page) -> None:
    """Run what runs only outside of a transaction against a reader, and see what it waits for."""
    node = "SELECT relfilenode FROM pg_class WHERE relname = 'orders'"
    before = connection.execute(node).fetchone()
    wanted = "SELECT mode FROM pg_locks WHERE NOT granted AND relation = 'orders'::regclass"
    with psycopg.connect(url) as reader, ThreadPoolExecutor(1) as pool:
        reader.execute("SELECT FROM orders LIMIT 1")
        running = pool.submit(_run, url, example.refused)
        waiting = None
        while waiting is None and not running.done():
            waiting = connection.execute(wanted).fetchone()
        reader.rollback()
        running.result()
    assert waiting is not None
    assert {"orders": _spelled(waiting[0])} == example.locks
    assert (connection.execute(node).fetchone() != before) == example.rewrite


def _run(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)
