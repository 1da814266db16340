"""What the old application can say to the view under a renamed table's old name, and what it cannot."""

from typing import Any

import psycopg
import pytest
from psycopg import errors
from scenarios import SCENARIOS

_TAKEN = (
    "INSERT INTO goods (id, title) VALUES (2, 'b') RETURNING price",
    "INSERT INTO goods (id, title) VALUES (1, 'b') ON CONFLICT (id) DO UPDATE SET title = excluded.title",
    "UPDATE goods SET title = m.id::text FROM makers AS m WHERE m.id = goods.id",
    "DELETE FROM goods USING makers AS m WHERE m.id = goods.id",
    "SELECT * FROM goods FOR UPDATE",
    "LOCK TABLE goods",
)
_BY_NAME = "INSERT INTO goods (id) VALUES (1) ON CONFLICT ON CONSTRAINT wares_pkey DO NOTHING"
_REFUSED = {
    "TRUNCATE goods": errors.WrongObjectType,
    _BY_NAME: errors.UndefinedObject,
    "SELECT ctid FROM goods": errors.UndefinedColumn,
    "CREATE TABLE more (good_id bigint REFERENCES goods (id))": errors.WrongObjectType,
}
_MERGE = (
    "MERGE INTO goods USING (VALUES (1)) AS given (id) ON goods.id = given.id"
    " WHEN MATCHED THEN UPDATE SET title = 'c'"
)


def test_the_view_takes_what_the_page_says(stages: Any) -> None:
    with stages(SCENARIOS["rename of a table"])() as stage:
        while not stage.is_expanded:
            stage.go_on()
        with psycopg.connect(stage.url) as connection:
            connection.execute("INSERT INTO wares (id, title) VALUES (1, 'a')")
            for statement in _TAKEN:
                connection.execute(statement.encode())
            for statement, error in _REFUSED.items():
                with pytest.raises(error), connection.transaction():
                    connection.execute(statement.encode())
            if connection.info.server_version >= 170_000:
                connection.execute(_MERGE.encode())
            else:
                with pytest.raises(errors.FeatureNotSupported), connection.transaction():
                    connection.execute(_MERGE.encode())
