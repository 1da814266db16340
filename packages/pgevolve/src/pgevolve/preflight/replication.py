"""Replicas that a deploy would leave behind, and slots that keep its WAL."""

from collections.abc import Iterator

from pgevolve.connect import Connection
from pgevolve.preflight.model import Fact
from pgevolve.quoting import literal

_SLOTS = """
SELECT slot_name, slot_type, active, coalesce(wal_status, ''),
       coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn), 0)::bigint
  FROM pg_catalog.pg_replication_slots
 WHERE NOT temporary ORDER BY slot_name
"""
_REPLICAS = """
SELECT coalesce(nullif(application_name, ''), 'pid ' || pid), extract(epoch FROM replay_lag)::float
  FROM pg_catalog.pg_stat_replication WHERE replay_lag > make_interval(secs => %s) ORDER BY 1
"""


def facts(connection: Connection, *, lag_seconds: float, slot_bytes: int) -> Iterator[Fact]:
    """Yield inactive or lost slots, slots that hold back much WAL, and replicas that lag."""
    for slot, kind, active, wal_status, behind in connection.execute(_SLOTS):
        if wal_status in {"lost", "unreserved"}:
            yield Fact(
                "slot lost",
                "warn",
                f"the {kind} replication slot {slot!r} has lost its WAL or is about to",
                f"make its replica anew, and drop the slot: SELECT pg_drop_replication_slot({literal(slot)})",
            )
        elif not active:
            yield Fact(
                "slot inactive",
                "warn",
                f"nobody reads the {kind} replication slot {slot!r}, and the WAL of the deploy stays on disk"
                f" for it ({behind >> 20} MB so far)",
                f"start its reader, or drop it: SELECT pg_drop_replication_slot({literal(slot)})",
            )
        elif behind > slot_bytes:
            yield Fact(
                "slot behind",
                "warn",
                f"the reader of the {kind} replication slot {slot!r} is {behind >> 20} MB behind",
                "wait until it has caught up",
            )
    for replica, lag in connection.execute(_REPLICAS, (lag_seconds,)):
        yield Fact(
            "replica lag",
            "warn",
            f"the replica {replica!r} is {lag:.0f} s behind",
            "wait until it has caught up",
        )
