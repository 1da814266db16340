"""What must be there before the first step: roles, rights, the ledger."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData

from pgevolve.deploy import deploy
from pgevolve.failures import (
    PreparationError,
)
from pgevolve.history import write_migration
from pgevolve.local import LocalPostgres
from pgevolve.objects import Role, declare
from pgevolve.preflight import UnfitServerError
from pgevolve.project import Project
from pgevolve.step import Step
from pgevolve.verify import DigestMismatchError

Query = Callable[..., list[tuple[object, ...]]]

_NOW = datetime(2026, 11, 22, 10, 15)  # noqa: DTZ001 (only its digits name a directory)
_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"


def test_a_login_without_the_right_to_make_schemas_learns_what_to_run(
    shop: Any, server: LocalPostgres, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        database = connection.info.dbname
        connection.execute("CREATE ROLE weak LOGIN IN ROLE shop_owner")
        try:
            with pytest.raises(UnfitServerError) as caught:
                deploy(shop.project, server.url(database, "weak"))
        finally:
            connection.execute("DROP ROLE weak")

    assert f"GRANT CREATE ON DATABASE {database} TO shop_owner" in str(caught.value.hint)
    assert query("SELECT to_regnamespace('pgevolve')") == [(None,)]


def test_a_login_that_may_not_make_a_missing_role_learns_what_to_run(
    shop: Any, server: LocalPostgres, empty_database: str, query: Query
) -> None:
    shop.add_broken("salons", _SALONS, "GRANT SELECT ON public.salons TO nobody_made_it")
    with psycopg.connect(empty_database, autocommit=True) as connection:
        database = connection.info.dbname
        connection.execute(f"GRANT CREATE ON DATABASE {database} TO shop_owner".encode())
        connection.execute("CREATE ROLE weak LOGIN IN ROLE shop_owner")
        try:
            with pytest.raises(PreparationError) as caught:
                deploy(shop.project, server.url(database, "weak"))
        finally:
            connection.execute("DROP ROLE weak")

    assert "CREATE ROLE nobody_made_it" in str(caught.value.hint)
    assert query("SELECT to_regnamespace('pgevolve')") == [(None,)]


def test_missing_roles_are_made_and_the_owner_is_equipped(
    server: LocalPostgres, empty_database: str, query: Query, tmp_path: Path
) -> None:
    metadata = MetaData()
    declare(metadata, Role("deploy_test_reader"))
    project = Project(metadata, tmp_path / "migrations", owner="deploy_test_owner")
    try:
        write_migration(
            project.migrations, "first", _NOW, "expand", [Step(_SALONS)], None, "by hand", "1" * 64
        )
        with pytest.raises(DigestMismatchError):
            deploy(project, empty_database)

        assert query("SELECT tableowner FROM pg_tables WHERE tablename = 'salons'") == [
            ("deploy_test_owner",)
        ]
        assert query("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'deploy_test_reader'") == [(False,)]
    finally:
        with psycopg.connect(empty_database) as connection:
            connection.execute("DROP OWNED BY deploy_test_owner CASCADE")
            connection.execute("DROP ROLE deploy_test_owner, deploy_test_reader")


def test_a_role_that_only_an_old_migration_names_is_made(
    shop: Any, empty_database: str, query: Query
) -> None:
    with psycopg.connect(empty_database, autocommit=True) as admin:
        admin.execute("CREATE ROLE deploy_test_former")
        shop.add("salons", _SALONS, "GRANT SELECT ON public.salons TO deploy_test_former")
        shop.add("former", "REVOKE ALL ON public.salons FROM deploy_test_former")
        admin.execute("DROP ROLE deploy_test_former")
        try:
            deploy(shop.project, empty_database)

            assert query("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'deploy_test_former'") == [
                (False,)
            ]
        finally:
            admin.execute("DROP ROLE IF EXISTS deploy_test_former")
