"""Rename a salon again and again, each time killed a statement later; print what each attempt left behind.

Run as a program with the application's URL, the maintenance role's, and the id of a salon. A child is forked
for each attempt and kills itself, so that nothing can be tidied up.
"""

import json
import os
import signal
import sys

import psycopg
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from sevra_atlas.domain.addresses.renaming import rename
from sevra_atlas.schema import Salon

MOST_STATEMENTS = 40


def attempt(url: str, salon_id: int, slug: str, *, kill_at: int) -> None:
    """Rename in a transaction of its own, and die before statement `kill_at`; the commit counts as two."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    done = 0

    def step(*_: object) -> None:
        nonlocal done
        if done == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1

    for moment in ("begin", "savepoint", "before_cursor_execute", "release_savepoint", "commit"):
        event.listen(engine, moment, step)
    with Session(engine) as session, session.begin():
        rename(session, session.get_one(Salon, salon_id), slug=slug)
    step()


def state(url: str, salon_id: int, slug: str) -> dict[str, object]:
    """Return what is stored once the killed session is gone."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "DO $$ BEGIN WHILE EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid())"
            " LOOP PERFORM pg_stat_clear_snapshot(); PERFORM pg_sleep(0.005); END LOOP; END $$"
        )
        row = connection.execute(
            "SELECT s.slug, (SELECT display_path FROM url_paths u WHERE u.kind = 'current'"
            " AND (u.entity_type, u.entity_id) = ('SALON', s.id)),"
            " EXISTS (SELECT FROM url_paths WHERE path = '/atlas/salon/' || %(slug)s),"
            " EXISTS (SELECT FROM slug_history WHERE new_slug = %(slug)s),"
            " (SELECT count(*) FROM rebuild_url_paths())"
            " FROM public.salons s WHERE s.id = %(id)s",
            {"slug": slug, "id": salon_id},
        ).fetchone()
        assert row is not None
        names = ("slug", "display_path", "is_in_ledger", "is_in_journal", "differences")
        return dict(zip(names, row, strict=True))


def main(url: str, maintenance_url: str, salon_id: int) -> None:
    for kill_at in range(MOST_STATEMENTS):
        slug = f"name-{kill_at}"
        child = os.fork()
        if child == 0:
            attempt(url, salon_id, slug, kill_at=kill_at)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        told = {"wanted": slug, "killed": killed, "status": status, **state(maintenance_url, salon_id, slug)}
        sys.stdout.write(json.dumps(told) + "\n")
        if not killed:
            return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
