"""Waiting for locks on the server: for how long, and which errors say that it was in vain."""

from psycopg import errors

from pgevolve.connect import Connection

RETRIED = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
"""What may go well another time: no lock, a deadlock, a lost race."""


def limit_lock_waits(connection: Connection, seconds: float) -> None:
    """Wait for no lock longer than this, until the transaction ends."""
    value = f"{max(1, round(seconds * 1000))}ms"  # 0 would be for ever
    connection.execute("SELECT pg_catalog.set_config('lock_timeout', %s, true)", (value,))
