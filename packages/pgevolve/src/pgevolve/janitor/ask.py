"""The janitor's questions to the catalogue, which stand in `sql/`."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from psycopg.rows import dict_row

from pgevolve.connect import Connection
from pgevolve.project import Project


@cache
def _query(title: str) -> bytes:
    return files("pgevolve.janitor").joinpath("sql", f"{title}.sql").read_bytes()


def ask(connection: Connection, title: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of one question."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_query(title), values)
        return cursor.fetchall()


def left_out(project: Project) -> dict[str, list[str]]:
    """Return the schemas and tables of others, as the questions take them."""
    return {"ignored": sorted(project.ignore_schemas), "tables": sorted(project.ignore_tables)}
