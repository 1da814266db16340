"""The nineteenth property: what visitors make of addresses is counted once, or lost with its process."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import pytest
from databases import SevraDatabase, race
from factories import make_salon
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from web_client import settings_for, web_client

from sevra_atlas.domain.addresses import counts
from sevra_atlas.domain.addresses.tally import Misses, Tally
from sevra_atlas.schema.access import APP, MAINTENANCE, OWNER
from sevra_atlas.site.counting import flush

RULES = ("/old", "/shop/", "/sale")


class DiesBeforeCommit(psycopg.Connection[Any]):
    """A connection whose server process is ended when it is about to commit."""

    def commit(self) -> None:
        # As the superuser who logged in: the role that it took may end nobody.
        parameters = {**conninfo_to_dict(self.info.dsn), "password": self.info.password, "options": ""}
        with psycopg.connect(make_conninfo("", **parameters), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (self.info.backend_pid,))
        super().commit()


class DiesAfterCommit(psycopg.Connection[Any]):
    """A connection whose commit happens and is never confirmed."""

    def commit(self) -> None:
        super().commit()
        raise psycopg.OperationalError("server closed the connection unexpectedly")


def never_connects() -> psycopg.Connection[Any]:
    raise psycopg.OperationalError("connection refused")


@pytest.fixture
def ruled_db(embedded_db: SevraDatabase) -> SevraDatabase:
    """Return a database with two exact rules and a prefix rule."""
    with embedded_db.connect(autocommit=True) as app:
        app.execute("INSERT INTO redirect_rules (from_path, to_static_path) VALUES ('/old', '/atlas')")
        app.execute("INSERT INTO redirect_rules (from_path, to_static_path) VALUES ('/sale', '/atlas')")
        app.execute("INSERT INTO redirect_rules (from_prefix, to_static_path) VALUES ('/shop/', '/atlas')")
    return embedded_db


def stored(database: SevraDatabase) -> dict[str, int]:
    """Return what is stored of each rule, added up already or not."""
    with database.connect(MAINTENANCE, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT source, hits"
            " + coalesce((SELECT sum(d.hits) FROM path_hit_deltas d WHERE d.path = source), 0)"
            " FROM (SELECT coalesce(from_path, from_prefix) AS source, hits FROM redirect_rules) r"
        )
        return {source: int(total) for source, total in rows if total}


STEPS = st.one_of(
    st.tuples(st.just("use"), st.sampled_from(RULES)),
    st.tuples(
        st.sampled_from(["flush", "dies before", "dies after", "no connection", "roll up", "killed roll up"]),
        st.none(),
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, max_size=25))
def test_the_hit_roll_up_loses_at_most_one_flush_interval_and_never_counts_twice(
    ruled_db: SevraDatabase, steps: list[tuple[str, str | None]]
) -> None:
    tally, pending, safe = Tally(), dict.fromkeys(RULES, 0), stored(ruled_db)

    def app(kind: type[psycopg.Connection[Any]]) -> Callable[[], psycopg.Connection[Any]]:
        return lambda: kind.connect(ruled_db.url(APP))

    for step, source in steps:
        match step:
            case "use":
                tally.used(source or "")
                pending[source or ""] += 1
                continue
            case "no connection":
                assert not flush(tally, never_connects)
            case "flush":
                assert flush(tally, app(psycopg.Connection))
                safe = {rule: safe.get(rule, 0) + pending[rule] for rule in RULES}
                pending = dict.fromkeys(RULES, 0)
            case "dies after":
                assert not flush(tally, app(DiesAfterCommit))
                safe = {rule: safe.get(rule, 0) + pending[rule] for rule in RULES}
                pending = dict.fromkeys(RULES, 0)
            case "dies before":
                # With nothing to commit there is nothing to lose.
                assert flush(tally, app(DiesBeforeCommit)) is not any(pending.values())
                # One interval is lost, nothing of those before it.
                pending = dict.fromkeys(RULES, 0)
            case "roll up":
                with ruled_db.connect(MAINTENANCE) as connection:
                    counts.roll_up(connection)
            case "killed roll up":
                with closing(DiesBeforeCommit.connect(ruled_db.url(MAINTENANCE))) as killed:
                    counts.roll_up(killed)
                    with pytest.raises(psycopg.OperationalError):
                        killed.commit()
        assert stored(ruled_db) == {rule: count for rule, count in safe.items() if count}, step


def test_processes_that_flush_and_workers_that_roll_up_at_once_lose_nothing(ruled_db: SevraDatabase) -> None:
    rounds, processes = 10, 3

    def flushing() -> None:
        tally = Tally()
        for _ in range(rounds):
            for rule in RULES:
                tally.used(rule)
            tally.missed("/nowhere")
            assert flush(tally, lambda: ruled_db.connect(APP))

    def rolling_up() -> None:
        for _ in range(rounds):
            with ruled_db.connect(MAINTENANCE) as connection:
                counts.roll_up(connection, batch=4)

    outcomes = race([*[flushing] * processes, *[rolling_up] * processes])
    with ruled_db.connect(MAINTENANCE) as connection:
        while counts.roll_up(connection).more:
            pass

    assert outcomes == [None] * (2 * processes)
    assert stored(ruled_db) == dict.fromkeys(RULES, rounds * processes)
    with ruled_db.connect(MAINTENANCE) as connection:
        assert connection.execute("SELECT count(*) FROM path_hit_deltas").fetchone() == (0,)
        assert connection.execute("SELECT count FROM path_misses").fetchall() == [(rounds * processes,)]


def test_a_rule_remembers_the_last_day_it_was_used(ruled_db: SevraDatabase) -> None:
    with ruled_db.connect(MAINTENANCE, autocommit=True) as connection:
        for day in ("2026-01-02", "2026-01-03", "2026-01-01"):
            connection.execute(
                "INSERT INTO path_hit_deltas (path, hits, on_date) VALUES ('/old', 2, %s)", (day,)
            )
        told = counts.roll_up(connection)
        row = connection.execute(
            "SELECT hits, last_hit_on::text FROM redirect_rules WHERE from_path = '/old'"
        )

        assert row.fetchone() == (6, "2026-01-03")
        assert (told.taken, told.uses, told.more) == (3, 6, False)
        assert connection.execute("SELECT count(*) FROM audit_log WHERE action = 'update'").fetchone() == (0,)


def test_uses_of_a_former_address_stay_for_ninety_days_one_row_a_day(ruled_db: SevraDatabase) -> None:
    with ruled_db.connect(MAINTENANCE, autocommit=True) as connection:
        for age in (0, 0, 1, 89, 90, 200):
            connection.execute(
                "INSERT INTO path_hit_deltas (path, hits, on_date)"
                " VALUES ('/atlas/salon/a', 1, CURRENT_DATE - %s)",
                (age,),
            )
        for _ in range(2):
            counts.roll_up(connection)
        rows = connection.execute(
            "SELECT CURRENT_DATE - on_date, hits FROM path_hit_deltas ORDER BY 1"
        ).fetchall()
    with ruled_db.session() as session:
        recent = counts.recent_uses(session, "/atlas/salon/a")

    assert rows == [(0, 2), (1, 1), (89, 1)]
    assert recent == 4


def test_the_most_frequent_misses_of_ninety_days_are_kept(ruled_db: SevraDatabase) -> None:
    with ruled_db.connect(MAINTENANCE, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO path_misses (path, count) SELECT '/m' || i, i FROM generate_series(1, 10) i"
        )
        connection.execute(
            "INSERT INTO path_misses (path, count, last_at)"
            " VALUES ('/old-one', 99, now() - interval '91 days')"
        )
        told = counts.roll_up(connection, most_misses=4)
        rows = connection.execute("SELECT path FROM path_misses ORDER BY count").fetchall()

    assert [path for (path,) in rows] == ["/m7", "/m8", "/m9", "/m10"]
    assert told.forgotten == 7


def test_a_process_keeps_a_bounded_number_of_paths() -> None:
    tally = Tally(most_keys=2)
    for key in ("/a", "/b", "/c", "/a"):
        tally.missed(key, "https://example.com/from")
        tally.used(key)
    tally.missed("/" + "x" * 660)

    seen = tally.take()

    assert seen.misses == {
        "/a": Misses(2, "https://example.com/from"),
        "/b": Misses(1, "https://example.com/from"),
    }
    assert (dict(seen.uses), seen.dropped) == ({"/a": 2, "/b": 1}, 2)
    assert not tally


@pytest.fixture
def asked(embedded_db: SevraDatabase, tmp_path) -> Callable[..., SevraDatabase]:
    """Return a function that asks the site for paths, ends it, and returns its database."""

    def ask(*paths: str, **headers: str) -> SevraDatabase:
        with web_client(settings_for(embedded_db.url(APP), tmp_path)) as client:
            for path in paths:
                assert client.get(path, **headers).status_code < 500
        return embedded_db

    return ask


@pytest.mark.parametrize(
    ("referer", "kept"),
    [
        ("https://user:secret@example.com/a?b=c#d", "https://example.com/a"),
        ("http://[", None),
        ("http://[::1", None),
        ("no address", None),
        ("https://example.com/\t", None),
        ("", None),
    ],
)
def test_a_referrer_keeps_no_page_from_its_visitor(asked, referer: str, kept: str | None) -> None:
    database = asked("/nowhere", referer=referer)

    with database.connect(autocommit=True) as app:
        assert app.execute("SELECT count, referrer FROM path_misses").fetchall() == [(1, kept)]


def test_the_site_counts_uses_and_misses_by_their_keys(asked, embedded_db: SevraDatabase) -> None:
    with embedded_db.session() as session:
        salon = make_salon(session, slug="a")
        salon.slug = "b"
        make_salon(session, slug="hidden", status="SUSPENDED")
    with embedded_db.connect(autocommit=True) as app:
        app.execute("INSERT INTO redirect_rules (from_path, to_static_path) VALUES ('/old', '/atlas')")
        app.execute("INSERT INTO redirect_rules (from_prefix, to_prefix) VALUES ('/shop/', '/atlas/salon/')")
        app.execute(
            "INSERT INTO redirect_rules (from_path, to_static_path, is_active)"
            " VALUES ('/off', '/atlas', false)"
        )

    asked(
        *("/old", "/Old/", "/shop/a", "/shop/nobody", "/off", "/atlas/salon/a", "/atlas/salon/b"),
        *("/atlas/salon/hidden", "/Nowhere", "/nowhere/", "/%ff", "/" + "x" * 700, "/api/nothing"),
        referer="https://example.com/list?person=7#x",
    )

    with embedded_db.connect(OWNER, autocommit=True) as owner:
        uses = dict(owner.execute("SELECT path, hits FROM public.path_hit_deltas").fetchall())
        misses = owner.execute(
            "SELECT path, count, referrer FROM public.path_misses ORDER BY path"
        ).fetchall()
    assert uses == {"/old": 2, "/shop/": 2, "/atlas/salon/a": 1}
    assert misses == [
        ("/nowhere", 2, "https://example.com/list"),
        ("/shop/nobody", 1, "https://example.com/list"),
    ]
