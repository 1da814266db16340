"""Jobs of the tests: each leaves a note of its subject; some wait until the test lets them go on."""

import os
from datetime import timedelta
from typing import Any

from psycopg import Connection

from sevra_atlas.workers.backoff import Retry
from sevra_atlas.workers.effects import is_first
from sevra_atlas.workers.jobs import Done, Job, Skipped, Work

QUICK = Retry(attempts=3, first=timedelta(milliseconds=10), cap=timedelta(milliseconds=50))
# The advisory lock that the test holds while a job shall wait.
GATE = 4_711


class UnluckyError(Exception):
    """What may go better the next time."""


def note(connection: Connection[Any], subject: int) -> None:
    connection.execute("INSERT INTO public.notes VALUES (%s, %s)", [subject, os.getpid()])


def wait(connection: Connection[Any]) -> None:
    connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", [GATE])


def _note(work: Work) -> Done:
    work.transact(lambda connection: note(connection, work.ids["subject"]))
    return Done({"notes": 1})


def _before(work: Work) -> Done:
    work.transact(wait)
    return _note(work)


def _during(work: Work) -> Done:
    def act(connection: Connection[Any]) -> None:
        note(connection, work.ids["subject"])
        wait(connection)

    work.transact(act)
    return Done({"notes": 1})


def _after(work: Work) -> Done | Skipped:
    def act(connection: Connection[Any]) -> bool:
        if not is_first(connection, f"note:{work.ids['subject']}"):
            return False
        note(connection, work.ids["subject"])
        return True

    if not work.transact(act):
        return Skipped("noted already")
    work.transact(wait)
    return Done({"notes": 1})


def _unlucky(work: Work) -> Done:
    _note(work)
    raise UnluckyError


def _wrong(work: Work) -> Done:
    work.transact(lambda connection: connection.execute("SELECT no_such_column"))
    return Done()


NOTE = Job("test.note", "default", _note, ids=("subject",), retry=QUICK)
BEFORE = Job("test.before", "default", _before, ids=("subject",), retry=QUICK)
DURING = Job("test.during", "default", _during, ids=("subject",), retry=QUICK)
AFTER = Job("test.after", "default", _after, ids=("subject",), retry=QUICK)
UNLUCKY = Job("test.unlucky", "default", _unlucky, ids=("subject",), retry=QUICK)
WRONG = Job("test.wrong", "seo", _wrong, retry=QUICK)
JOBS = (NOTE, BEFORE, DURING, AFTER, UNLUCKY, WRONG)
