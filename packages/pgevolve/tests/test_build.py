"""Building a database from models and declared objects."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, create_engine, text

from pgevolve.build import DeclaredObjectError, UnknownReferenceTableError, build, create_missing_roles
from pgevolve.connect import sqlalchemy_connection
from pgevolve.local import LocalPostgres
from pgevolve.objects import Function, ReferenceRows, Trigger, View, declare
from pgevolve.scratch import scratch_database, with_database

OWNER = "library_owner"


def scalar(connection: Any, query: str) -> Any:
    return connection.scalar(text(query))


def test_everything_belongs_to_the_owner(bench: Any, library: Callable[[], MetaData]) -> None:
    with bench.connection() as connection:
        build(connection, library(), OWNER)

        owners = scalar(
            connection,
            "SELECT array_agg(DISTINCT pg_get_userbyid(owner)) FROM ("
            " SELECT relowner AS owner FROM pg_class"
            " WHERE relnamespace IN ('public'::regnamespace, 'live'::regnamespace)"
            " UNION ALL SELECT proowner FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " UNION ALL SELECT typowner FROM pg_type WHERE typnamespace = 'public'::regnamespace"
            " UNION ALL SELECT nspowner FROM pg_namespace WHERE nspname = 'live') o",
        )
    assert owners == [OWNER]


def test_role_and_search_path_are_as_before(bench: Any, library: Callable[[], MetaData]) -> None:
    with bench.connection() as connection:
        before = connection.execute(text("SELECT current_user, current_setting('search_path')")).one()

        build(connection, library(), OWNER)

        assert connection.execute(text("SELECT current_user, current_setting('search_path')")).one() == before


def test_functions_are_closed_to_the_public_unless_declared_public(
    bench: Any, library: Callable[[], MetaData]
) -> None:
    with bench.connection() as connection:
        build(connection, library(), OWNER)

        open_to_all = scalar(
            connection,
            "SELECT array_agg(p.proname::text)"
            " FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) x"
            " WHERE p.pronamespace = 'public'::regnamespace AND x.grantee = 0",
        )
    assert open_to_all == ["key_v1"]


def test_create_all_creates_declared_objects_too(
    empty_database: str, library: Callable[[], MetaData]
) -> None:
    with sqlalchemy_connection(empty_database, purpose="test") as connection:
        library().create_all(connection)

        assert scalar(connection, "SELECT count(*) FROM live.books") == 0
        assert scalar(connection, "SELECT count(*) FROM kinds") == 2


def test_create_all_of_one_table_creates_no_declared_object(
    empty_database: str, library: Callable[[], MetaData]
) -> None:
    metadata = library()
    with sqlalchemy_connection(empty_database, purpose="test") as connection:
        metadata.create_all(connection, tables=[metadata.tables["kinds"]])

        assert scalar(connection, "SELECT to_regnamespace('live') IS NULL")


def test_a_database_owner_who_may_create_roles_builds_without_being_superuser(
    server: LocalPostgres, library: Callable[[], MetaData]
) -> None:
    login = "builder"
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS ordinary_owner, builder")
        admin.execute("CREATE ROLE builder LOGIN CREATEROLE")
        admin.execute("DROP DATABASE IF EXISTS built_by_builder")
        admin.execute("CREATE DATABASE built_by_builder OWNER builder TEMPLATE template0 ENCODING 'UTF8'")
    url = with_database(server.url(user=login), "built_by_builder")
    try:
        with sqlalchemy_connection(url, purpose="test") as connection:
            build(connection, library(), "ordinary_owner")

            owner = scalar(connection, "SELECT tableowner FROM pg_tables WHERE tablename = 'books'")
            connection.rollback()
        assert owner == "ordinary_owner"
    finally:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute("DROP DATABASE built_by_builder")
            admin.execute("DROP ROLE builder")


def test_a_role_made_by_two_sessions_at_once_is_made_once(server: LocalPostgres) -> None:
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS twin")
    barrier, failures = Barrier(2), []

    def make() -> None:
        with sqlalchemy_connection(server.url(), purpose="test") as connection:
            connection.execute(text("SELECT 1"))
            barrier.wait()
            try:
                create_missing_roles(connection, ["twin"])
                connection.commit()
            except Exception as error:  # noqa: BLE001 - whatever it is, the test reports it
                failures.append(error)

    threads = [Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with psycopg.connect(server.url(), autocommit=True) as admin:
        found = admin.execute("SELECT count(*) FROM pg_roles WHERE rolname = 'twin'").fetchone()
        admin.execute("DROP ROLE twin")
    assert (failures, found) == ([], (1,))


def test_sql_with_percent_signs_and_colons_arrives_as_written(empty_database: str) -> None:
    metadata = MetaData()
    body = "SELECT '100% :x %s'::text"
    declare(metadata, Function(f"CREATE FUNCTION public.odd() RETURNS text LANGUAGE sql AS $${body}$$"))
    with sqlalchemy_connection(empty_database, purpose="test") as connection:
        build(connection, metadata)

        assert scalar(connection, "SELECT public.odd()") == "100% :x %s"


def test_functions_and_views_are_made_in_whatever_order_they_need(empty_database: str) -> None:
    metadata = MetaData()
    declare(
        metadata,
        View("CREATE VIEW public.one AS SELECT public.of_two(t) AS n FROM public.two t"),
        Function(
            "CREATE FUNCTION public.of_two(x public.two) RETURNS bigint LANGUAGE sql AS 'SELECT x.id'",
            public=True,
        ),
        View("CREATE VIEW public.two AS SELECT id FROM public.things"),
    )
    Table("things", metadata, Column("id", BigInteger))
    with sqlalchemy_connection(empty_database, purpose="test") as connection:
        build(connection, metadata)

        assert scalar(connection, "SELECT count(*) FROM public.one") == 0


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        (
            Function("CREATE FUNCTION public.f() RETURNS nothing LANGUAGE sql AS ''"),
            'type "nothing" does not exist',
        ),
        (View("CREATE VIEW public.v AS SELECT 1/0 AS a, FROM x"), "syntax error"),
        (
            Trigger("CREATE TRIGGER t BEFORE INSERT ON public.no FOR EACH ROW EXECUTE FUNCTION public.f()"),
            "public.no",
        ),
    ],
    ids=["function", "view", "trigger"],
)
def test_a_declared_object_that_the_server_refuses_is_named(
    empty_database: str, declared: Any, reason: str
) -> None:
    metadata = MetaData()
    declare(metadata, declared)

    with (
        sqlalchemy_connection(empty_database, purpose="test") as connection,
        pytest.raises(DeclaredObjectError) as raised,
    ):
        build(connection, metadata)

    assert declared.sql.splitlines()[0] in str(raised.value)
    assert reason in raised.value.reason


def test_reference_rows_of_an_unknown_table_are_refused(empty_database: str) -> None:
    metadata = MetaData()
    declare(metadata, ReferenceRows("nowhere", ("id",), ({"id": 1},)))

    with (
        sqlalchemy_connection(empty_database, purpose="test") as connection,
        pytest.raises(UnknownReferenceTableError, match="'nowhere'"),
    ):
        build(connection, metadata)


def test_build_runs_on_a_plain_engine(embedded: LocalPostgres, library: Callable[[], MetaData]) -> None:
    with scratch_database(embedded.url()) as url:
        engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
        with engine.begin() as connection:
            build(connection, library())
        engine.dispose()

        with psycopg.connect(url) as connection:
            count = connection.execute("SELECT count(*) FROM kinds").fetchone()
    assert count == (2,)
