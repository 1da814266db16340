"""Why a job failed for good: kept beside the queue, whose library has no room for it.

What may stand there in clear is what may stand in a log (docs/workers.md): the class of an error; its
sentence where the domain or the server wrote it from names and numbers; nothing that quotes what somebody
typed. A backup and everybody who may look at the queue see it.
"""

import re
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import Connection
from sqlalchemy.exc import DBAPIError

from sevra_atlas.domain.errors import DomainError, InvalidInputError
from sevra_atlas.settings import SetupError

LONGEST = 500
"""Characters of a sentence that are kept, as the table takes them."""

_LONGEST_NAME = 200
# Phones, in any digits, and addresses of letters: no sentence should have them, whoever wrote it.
_PERSONAL = re.compile(r"[+]?[0-9\u06f0-\u06f9\u0660-\u0669]{9,}|\S+@\S+")

_KEEP: LiteralString = """
INSERT INTO public.job_failures (job_id, fault, said) VALUES (%(job)s, %(fault)s, %(said)s)
    ON CONFLICT (job_id) DO UPDATE SET fault = excluded.fault, said = excluded.said, failed_at = now()
"""
_FORGET: LiteralString = "DELETE FROM public.job_failures WHERE job_id = %(job)s"


@dataclass(frozen=True, slots=True)
class Failure:
    """The class of an error, and its first line where that may be told."""

    fault: str
    said: str | None = None


def failure_of(error: BaseException) -> Failure:
    """Return what may be kept of an error."""
    said = _sentence(error)
    line = "" if said is None else next(iter(said.strip().splitlines()), "")
    shown = _PERSONAL.sub("…", line)[:LONGEST]
    return Failure(type(error).__name__[:_LONGEST_NAME], shown or None)


def keep(connection: Connection[Any], number: int, failure: Failure) -> None:
    """Keep why a job failed, instead of what was known before; the caller commits."""
    connection.execute(_KEEP, {"job": number, "fault": failure.fault, "said": failure.said})


def forget(connection: Connection[Any], number: int) -> None:
    """Forget why a job failed, as it runs again; the caller commits."""
    connection.execute(_FORGET, {"job": number})


def _sentence(error: BaseException) -> str | None:
    """Return the sentence of an error, None where it may quote what a person typed.

    The server quotes values in the message of a wrong value (class 22), and elsewhere in the detail only.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    match cause:
        case psycopg.DataError():
            return f"SQLSTATE {cause.sqlstate}"
        case psycopg.Error() if cause.diag.message_primary is not None:
            return cause.diag.message_primary
        case InvalidInputError():
            return None
        case DomainError() | SetupError():
            return str(cause)
        case OSError():
            return cause.strerror
        case _:
            return None
