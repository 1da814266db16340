"""Effects that must happen once, although a job may run more than once."""

from typing import Any, LiteralString

from psycopg import Connection

_CLAIM: LiteralString = "INSERT INTO public.job_effects (key) VALUES (%(key)s) ON CONFLICT DO NOTHING"


def is_first(connection: Connection[Any], key: str) -> bool:
    """Claim an effect in the caller's transaction; return whether nobody had it before.

    The claim and what else the transaction writes are committed together or not at all. One that is claimed
    by a transaction still open makes this one wait for its end. The key holds ids only.
    """
    return connection.execute(_CLAIM, {"key": key}).rowcount == 1
