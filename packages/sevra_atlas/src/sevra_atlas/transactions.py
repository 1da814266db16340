"""Whole transactions, begun again when the server gave one up for the sake of another."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from psycopg import errors
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

ATTEMPTS = 3
SHORTEST_PAUSE_SECONDS = 0.020
LONGEST_PAUSE_SECONDS = 0.200

# 40001, 40P01, 55P03: nothing is wrong with the statements, others were in the way.
_PASSING = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)


def passes(error: BaseException) -> bool:
    """Return whether the same transaction may succeed when it is begun again, with the driver or the ORM."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, _PASSING)


def repeated(transaction: Callable[[], T], *, pause: Callable[[float], object] = time.sleep) -> T:
    """Return what `transaction` returns, which begins and ends one of its own: at most three attempts.

    Only a serialization failure, a deadlock and a lock that did not come are tried again, after 20 to 200 ms
    by chance. What the attempt read is out of date then, so everything is done anew; an effect outside the
    database must not be part of it.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return transaction()
        except Exception as error:
            if not passes(error):
                raise
        pause(random.uniform(SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS))  # noqa: S311 - no secret
    return transaction()
