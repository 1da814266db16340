"""A deploy looks at the server before its first step, and says what it saw."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData

from pgevolve.cli.progress import describe
from pgevolve.connect import connect
from pgevolve.deploy import deploy
from pgevolve.local import LocalPostgres
from pgevolve.preflight import UnfitServerError, preflight
from pgevolve.progress import DeployEvent, PreflightDone
from pgevolve.project import Project
from pgevolve.verify import LeftoversError

Query = Callable[..., list[tuple[object, ...]]]
_UNVALIDATED = (
    "the constraint low of goods was never validated; run ALTER TABLE goods VALIDATE CONSTRAINT low"
)


def test_refusal_stops_the_deploy_before_anything_is_recorded(
    shop: Any, server: LocalPostgres, empty_database: str, query: Query
) -> None:
    shop.add("goods", "CREATE TABLE goods (id integer PRIMARY KEY)")
    deploy(shop.project, empty_database)
    shop.add("then", "ALTER TABLE goods ADD COLUMN stock integer")
    before = query("SELECT count(*) FROM pgevolve.events")
    with psycopg.connect(empty_database, autocommit=True) as connection:
        database = connection.info.dbname
        connection.execute("ALTER TABLE goods OWNER TO postgres")
        connection.execute("CREATE ROLE weak LOGIN IN ROLE shop_owner")
        try:
            with pytest.raises(UnfitServerError) as refused:
                deploy(shop.project, server.url(database, "weak"))
        finally:
            connection.execute("DROP ROLE weak")

    assert str(refused.value) == "goods belongs to 'postgres', and 'shop_owner' may not change it"
    assert query("SELECT name FROM pgevolve.migrations WHERE name LIKE '%%then'") == []
    assert query("SELECT count(*) FROM pgevolve.events") == before


def test_warning_is_told_and_stops_nothing(shop: Any, empty_database: str) -> None:
    shop.add(
        "goods",
        "CREATE TABLE goods (id integer PRIMARY KEY)",
        "ALTER TABLE goods ADD CONSTRAINT low CHECK (id < 10) NOT VALID",
    )
    with pytest.raises(LeftoversError):
        deploy(shop.project, empty_database)
    shop.add("then", "ALTER TABLE goods ADD COLUMN stock integer")
    events: list[DeployEvent] = []

    dry = deploy(shop.project, empty_database, dry_run=True)
    report = deploy(shop.project, empty_database, report=events.append)

    assert dry.preflight is not None
    assert report.preflight is not None
    assert [str(fact) for fact in dry.preflight.facts] == [_UNVALIDATED]
    assert dry.preflight.facts == report.preflight.facts
    (told,) = [event for event in events if isinstance(event, PreflightDone)]
    assert describe(told) == f"warning: {_UNVALIDATED}"


def test_pooler_is_seen(pooled_database: str) -> None:
    with connect(pooled_database, purpose="test") as connection:
        report = preflight(connection, Project(MetaData(), Path("unused")), [])

    assert [(fact.kind, fact.severity) for fact in report.refusals] == [("pooler", "refuse")]
