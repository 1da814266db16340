"""A deploy is done when the schema is the one that the history leads to."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from pgevolve.deploy import deploy
from pgevolve.deploy.afterwards import SmokeError
from pgevolve.ledger import events
from pgevolve.verify import DigestMismatchError, LeftoversError

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"


def test_a_migration_that_leads_elsewhere_than_it_says_is_reported(shop: Any, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS, leads_to="1" * 64)

    with pytest.raises(DigestMismatchError) as caught:
        deploy(shop.project, empty_database)

    assert caught.value.migration == migration.name
    with psycopg.connect(empty_database) as connection:
        (event,) = events(connection, "verify.failed")
    assert event.detail["migration"] == migration.name


def test_a_constraint_left_unvalidated_is_reported(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS, "ALTER TABLE salons ADD CHECK (name <> '') NOT VALID")

    with pytest.raises(LeftoversError, match="unvalidated constraint salons_name_check on salons"):
        deploy(shop.project, empty_database)


def test_tables_that_were_changed_have_fresh_statistics(shop: Any, empty_database: str, query: Any) -> None:
    shop.add("salons", _SALONS, "CREATE TABLE public.cities AS SELECT 1 AS id")
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons VALUES (1, 'x'), (2, 'y')")
    shop.add("city", "ALTER TABLE salons ADD city text")

    deploy(shop.project, empty_database)

    assert query("SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'public'") == [("salons",)]


def test_the_application_is_asked_when_all_is_applied(shop: Any, empty_database: str, query: Any) -> None:
    def ask(url: str) -> list[str]:
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT count(*) FROM salons").fetchone()
        return ["there is no salon", "nobody answers"] if found == (0,) else []

    project = replace(shop.project, smoke=(ask,))
    shop.add("salons", _SALONS)

    with pytest.raises(SmokeError) as caught:
        deploy(project, empty_database)

    assert str(caught.value) == "the application does not work: there is no salon; nobody answers"
    assert query("SELECT state FROM pgevolve.migrations") == [("applied",)]
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons VALUES (1)")
    shop.add("city", "ALTER TABLE salons ADD city text")
    assert len(deploy(project, empty_database).migrations) == 1
