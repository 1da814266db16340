"""A worker in a process of its own, with the jobs of the tests."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from databases import SevraDatabase
from worker_jobs import GATE

from sevra_atlas.schema.access import APP, MAINTENANCE

CHILD = Path(__file__).with_name("worker_child.py")


class Worker:
    """A running worker; the block that it was made for ends it, if nobody did before."""

    def __init__(self, place: SevraDatabase, options: dict[str, Any]) -> None:
        ready, said = os.pipe()
        urls = {"app": place.url(APP), "maintenance": place.url(MAINTENANCE)}
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD), json.dumps([urls, options]), str(said)],
            pass_fds=(said,),
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(said)
        with os.fdopen(ready, "rb") as pipe:
            is_ready = pipe.read(1)
        assert is_ready, self.said()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def said(self) -> str:
        """Return what it logged, once it has ended."""
        return self.process.communicate(timeout=30)[1]

    def ask_to_stop(self) -> None:
        self.process.terminate()


def close_gate(connection: psycopg.Connection) -> None:
    """Let jobs wait at their gate until it is opened."""
    connection.execute("SELECT pg_advisory_lock(%s)", [GATE])


def open_gate(connection: psycopg.Connection) -> None:
    connection.execute("SELECT pg_advisory_unlock(%s)", [GATE])


def wait_until(connection: psycopg.Connection, question: str) -> None:
    """Return once a query for one boolean is true; the statement timeout ends a wait in vain."""
    # A transaction sees one state of the sessions until it is told to look anew.
    connection.execute(
        f"DO $$ BEGIN WHILE NOT ({question}) LOOP"
        " PERFORM pg_sleep(0.01); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$"
    )


def wait_for_waiters(connection: psycopg.Connection, count: int = 1) -> None:
    """Return once so many jobs wait at the gate."""
    wait_until(
        connection,
        f"(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {GATE} AND NOT granted)"
        f" = {count}",
    )


def wait_for_state(connection: psycopg.Connection, number: int, state: str) -> None:
    wait_until(connection, f"(SELECT status = '{state}' FROM procrastinate_jobs WHERE id = {number})")


def notes(connection: psycopg.Connection) -> list[int]:
    """Return the subjects of all notes, in order."""
    return [row[0] for row in connection.execute("SELECT subject FROM notes ORDER BY 1")]
