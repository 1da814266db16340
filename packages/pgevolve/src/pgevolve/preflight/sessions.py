"""Transactions of others that the steps would have to wait for."""

from collections.abc import Iterator

from pgevolve.connect import Connection
from pgevolve.preflight.concerned import Concerned
from pgevolve.preflight.model import Fact
from pgevolve.quoting import literal

_PREPARED = """
SELECT p.gid, p.owner::text,
       string_agg(DISTINCT l.relation::regclass::text, ', ' ORDER BY l.relation::regclass::text),
       extract(epoch FROM now() - p.prepared)::float
  FROM pg_catalog.pg_prepared_xacts p
  JOIN pg_catalog.pg_locks x ON x.locktype = 'transactionid' AND x.transactionid = p.transaction
   AND x.pid IS NULL
  JOIN pg_catalog.pg_locks l ON l.virtualtransaction = x.virtualtransaction AND l.locktype = 'relation'
 WHERE p.database = pg_catalog.current_database() AND l.relation = ANY (%s::regclass[]::oid[])
 GROUP BY p.gid, p.owner, p.prepared ORDER BY p.gid
"""
_LONG = """
SELECT a.pid, coalesce(a.usename::text, '?'), a.application_name, a.state,
       extract(epoch FROM now() - a.xact_start)::float,
       (SELECT string_agg(DISTINCT l.relation::regclass::text, ', ' ORDER BY l.relation::regclass::text)
          FROM pg_catalog.pg_locks l
         WHERE l.pid = a.pid AND l.locktype = 'relation' AND l.granted
           AND l.relation = ANY (%(tables)s::regclass[]::oid[])),
       a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
   AND a.backend_type = 'client backend' AND a.xact_start < now() - make_interval(secs => %(seconds)s)
 ORDER BY a.xact_start
"""
_AUTOVACUUM = """
SELECT l.relation::regclass::text, a.pid, extract(epoch FROM now() - a.xact_start)::float
  FROM pg_catalog.pg_stat_activity a JOIN pg_catalog.pg_locks l USING (pid)
 WHERE a.backend_type = 'autovacuum worker' AND a.query LIKE '%%(to prevent wraparound)%%'
   AND l.locktype = 'relation' AND l.relation = ANY (%s::regclass[]::oid[])
 ORDER BY 1
"""


def facts(connection: Connection, on: Concerned, *, long_seconds: float) -> Iterator[Fact]:
    """Yield prepared and long transactions, and vacuums that do not give way, on the tables concerned."""
    tables = sorted(on.locked)
    for gid, owner, held, seconds in connection.execute(_PREPARED.encode(), (tables,)):
        yield Fact(
            "prepared transaction",
            "refuse",
            f"the prepared transaction {gid!r} of {owner!r} holds locks on {held} since {seconds:.0f} s,"
            " and ends only when somebody ends it",
            f"run COMMIT PREPARED {literal(gid)} or ROLLBACK PREPARED {literal(gid)}",
        )
    rows = connection.execute(_LONG.encode(), {"tables": tables, "seconds": long_seconds}).fetchall()
    for pid, user, application, state, seconds, held, has_snapshot in rows:
        who = f"pid {pid} ({user}, {application or 'no name'}, {state or 'state unknown'})"
        if held is not None:
            yield Fact(
                "long transaction",
                "warn",
                f"{who} has been in a transaction for {seconds:.0f} s and holds locks on {held}",
                f"let it end, or end it: SELECT pg_terminate_backend({pid})",
            )
        elif on.concurrent and has_snapshot:
            yield Fact(
                "long snapshot",
                "warn",
                f"{who} has been in a transaction for {seconds:.0f} s, and CONCURRENTLY waits for its end",
                f"let it end, or end it: SELECT pg_terminate_backend({pid})",
            )
    for table, pid, seconds in connection.execute(_AUTOVACUUM.encode(), (tables,)):
        yield Fact(
            "wraparound vacuum",
            "warn",
            f"an autovacuum to prevent wraparound works on {table} for {seconds:.0f} s (pid {pid}) and does"
            " not give way to a step",
            "wait until it is done: pg_stat_progress_vacuum shows how far it is",
        )
