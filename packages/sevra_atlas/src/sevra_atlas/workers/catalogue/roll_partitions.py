"""Partitions are there before their first row, and old ones go by their policy."""

from datetime import timedelta
from functools import partial
from typing import Any

from psycopg import Connection

from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar

TABLES = ("public.otp_attempts", "public.audit_log", "archive.rows")


def run(work: Work) -> Done:
    """Roll each table in a transaction of its own, which gives way when its lock does not come in 2 s."""
    return Done({table: work.transact(partial(_roll, table)) for table in TABLES})


def _roll(table: str, connection: Connection[Any]) -> int:
    # Writers would wait behind the one that waits.
    connection.execute("SET LOCAL lock_timeout = '2s'")
    row = connection.execute("SELECT public.roll_partitions(%s)", [table]).fetchone()
    assert row is not None, "a SELECT without FROM gives one row"
    return int(row[0])


ROLL_PARTITIONS = Job(
    "retention.roll_partitions",
    "maintenance",
    run,
    retry=NEXT_RUN,
    limit=timedelta(minutes=30),
    schedule=Calendar("20 0 * * *"),
)
