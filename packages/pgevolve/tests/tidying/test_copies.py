"""The copy of a rehearsal that a killed deployer left is listed and dropped, and never one that is in use."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import conninfo, sql

from pgevolve.connect import connect
from pgevolve.deploy import deploy
from pgevolve.janitor import clear_debris, find_debris
from pgevolve.janitor.copies import drop_copy
from pgevolve.snapshot import side_database, side_database_name


@pytest.fixture
def copy(house: Any) -> Iterator[str]:
    """Return the name of a database that stands where a rehearsal has its copy; it goes after the test."""
    house.give("salons", "CREATE TABLE salons (id bigint PRIMARY KEY);")
    deploy(house.project, house.url)
    name = side_database_name(str(conninfo.conninfo_to_dict(house.url)["dbname"]), "rehearsal")
    yield name
    with psycopg.connect(house.server.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _make(house: Any, name: str) -> None:
    with psycopg.connect(house.server.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))


def _is_there(house: Any, name: str) -> bool:
    return bool(house.query(f"SELECT FROM pg_database WHERE datname = '{name}'"))


def test_copy_that_was_left_is_shown_and_dropped_with_the_sessions_in_it(house: Any, copy: str) -> None:
    assert find_debris(house.project, house.url) == ()
    _make(house, copy)
    there = conninfo.make_conninfo(house.server.url(), dbname=copy)
    with psycopg.connect(there, autocommit=True) as orphan:
        (found,) = find_debris(house.project, house.url)
        done = clear_debris(house.project, house.url)
        with pytest.raises(psycopg.errors.AdminShutdown):
            orphan.execute("SELECT 1")

    assert str(found) == f"database {copy}: a deploy was killed while it rehearsed in it"
    assert [step.sql for step in found.steps] == [f"DROP DATABASE {copy} WITH (FORCE)"]
    assert (done.cleared, done.left) == ((found,), ())
    assert not _is_there(house, copy)
    ((detail,),) = house.query("SELECT detail FROM pgevolve.events WHERE kind = 'janitor.cleared'")
    assert (detail["kind"], detail["name"]) == ("database", copy)


def test_copy_that_a_rehearsal_uses_is_left_alone(house: Any, copy: str) -> None:
    with side_database(house.url, "rehearsal"), connect(house.url, purpose="test") as connection:
        _make(house, copy)

        assert find_debris(house.project, house.url) == ()
        assert clear_debris(house.project, house.url).cleared == ()
        assert not drop_copy(connection, house.url, copy)
        assert _is_there(house, copy)
