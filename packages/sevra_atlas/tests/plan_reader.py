"""Plans of the hot queries as a test reads them: run by the application's role, as nodes."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
from web_fixtures import Directory

MODES = ["force_generic_plan", "force_custom_plan"]


def plan(directory: Directory, sql: str, mode: str, **parameters: object) -> list[dict[str, Any]]:
    """Return the nodes of the plan that ran, generic or custom, as the application's role."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
    numbered = re.sub(r"%\((\w+)\)s", lambda match: f"${names.index(match[1]) + 1}", sql)
    with psycopg.connect(directory.url(), autocommit=True) as connection:
        connection.execute(f"SET plan_cache_mode = {mode}".encode())
        connection.execute(f"PREPARE hot AS {numbered}".encode())
        given = psycopg.sql.SQL(", ").join(psycopg.sql.Literal(parameters[name]) for name in names)
        values = psycopg.sql.SQL("({})").format(given) if names else psycopg.sql.SQL("")
        call = psycopg.sql.SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE hot {}").format(values)
        row = connection.execute(call).fetchone()
    assert row is not None
    return list(_nodes(row[0][0]["Plan"]))


def assert_one_index_scan(
    nodes: list[dict[str, Any]], index: str, kind: str, rows: int, *, buffers: int = 30
) -> None:
    """Fail unless one scan of the index gives the rows, throws none away and reads few blocks."""
    kinds = [node["Node Type"] for node in nodes]
    assert set(kinds) <= {"Limit", "Subquery Scan", "Result", kind}, kinds
    (scan,) = [node for node in nodes if node["Node Type"] == kind]
    assert scan["Index Name"] == index
    assert scan.get("Rows Removed by Filter", 0) == 0
    assert nodes[0]["Actual Rows"] == rows
    assert nodes[0]["Shared Hit Blocks"] + nodes[0]["Shared Read Blocks"] <= buffers


def sorts(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the nodes that sort."""
    return [node for node in nodes if node["Node Type"] in {"Sort", "Incremental Sort"}]


def scans_of(nodes: list[dict[str, Any]], relation: str) -> list[dict[str, Any]]:
    """Return the nodes that read a relation."""
    return [node for node in nodes if node.get("Relation Name") == relation]


def _nodes(top: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield top
    for child in top.get("Plans", ()):
        yield from _nodes(child)
