"""A deploy is done when the schema is the one that the history leads to."""

from typing import Any

import psycopg
import pytest

from pgevolve.deploy import deploy
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
