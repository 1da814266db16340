"""What became of an interrupted statement, from the catalogue before it and now."""

from typing import Any

import pytest

from pgevolve.connect import connect
from pgevolve.deploy.decide import Decision, decide
from pgevolve.deploy.facts import read_step_facts, target_of

_CREATE = "CREATE INDEX CONCURRENTLY salons_idx ON public.salons (name)"
_UNNAMED = "CREATE INDEX CONCURRENTLY ON salons (name)"
_NONE: dict[str, Any] = {"indexes": {}}
_VALID: dict[str, Any] = {"indexes": {"public.salons_idx": [7, True]}}
_INVALID: dict[str, Any] = {"indexes": {"public.salons_idx": [7, False]}}
_DROP = ("DROP INDEX CONCURRENTLY IF EXISTS public.salons_idx",)
_DONE, _AGAIN, _UNKNOWN = Decision("done"), Decision("run again"), Decision("unknown")


@pytest.mark.parametrize(
    ("statement", "before", "now", "decision"),
    [
        (_CREATE, _NONE, _NONE, _AGAIN),
        (_CREATE, _NONE, _VALID, _DONE),
        (_CREATE, _NONE, _INVALID, Decision("run again", _DROP)),
        # One of the same name that was there before is not the statement's work, valid or not.
        (_CREATE, _VALID, _VALID, _AGAIN),
        (_CREATE, _INVALID, _INVALID, _AGAIN),
        (_CREATE, None, _VALID, _DONE),
        (_CREATE, _NONE, {"indexes": {"public.other_idx": [8, True]}}, _AGAIN),
        (
            _CREATE.replace("salons_idx", '"an ""odd"" idx"'),
            _NONE,
            {"indexes": {'public."an ""odd"" idx"': [8, True]}},
            _DONE,
        ),
        (_UNNAMED, _NONE, _VALID, _DONE),
        (_UNNAMED, _NONE, _INVALID, Decision("run again", _DROP)),
        (_UNNAMED, _NONE, {"indexes": {"public.a": [8, True], "public.b": [9, True]}}, _UNKNOWN),
        (_UNNAMED, None, _VALID, _UNKNOWN),
        ("DROP INDEX CONCURRENTLY salons_idx", _VALID, _NONE, _DONE),
        ("DROP INDEX CONCURRENTLY salons_idx", _VALID, _INVALID, _AGAIN),
        ("REINDEX INDEX CONCURRENTLY salons_idx", _VALID, _VALID, _AGAIN),
        (
            "REINDEX INDEX CONCURRENTLY salons_idx",
            _VALID,
            {"indexes": {"public.salons_idx": [8, True]}},
            _DONE,
        ),
        (
            "REINDEX INDEX CONCURRENTLY salons_idx",
            _VALID,
            {"indexes": {**_VALID["indexes"], "public.salons_idx_ccnew": [8, False]}},
            Decision("run again", ("DROP INDEX CONCURRENTLY IF EXISTS public.salons_idx_ccnew",)),
        ),
        ("ALTER TABLE visits DETACH PARTITION old CONCURRENTLY", {}, {"partition": "attached"}, _AGAIN),
        ("ALTER TABLE visits DETACH PARTITION old CONCURRENTLY", {}, {"partition": "detached"}, _DONE),
        (
            "ALTER TABLE visits DETACH PARTITION s.old CONCURRENTLY",
            {},
            {"partition": "detaching"},
            Decision("done", ('ALTER TABLE "visits" DETACH PARTITION "s"."old" FINALIZE',)),
        ),
        ("CREATE DATABASE other", {"there": False}, {"there": True}, _DONE),
        ("CREATE DATABASE other", {"there": False}, {"there": False}, _AGAIN),
        ("DROP DATABASE other", {"there": True}, {"there": False}, _DONE),
        ("DROP TABLESPACE other", {"there": True}, {"there": True}, _AGAIN),
        ("VACUUM salons", {}, {}, _AGAIN),
        ("ALTER SYSTEM SET work_mem = '8MB'", {}, {}, _AGAIN),
        ("DO $$ BEGIN NULL; END $$", {}, {}, _UNKNOWN),
        ("CALL fill()", {}, {}, _UNKNOWN),
    ],
)
def test_the_catalogue_decides(statement: str, before: Any, now: Any, decision: Decision) -> None:
    assert decide(target_of(statement), before, now) == decision


def test_the_facts_are_those_of_the_server(empty_database: str) -> None:
    def facts(statement: str) -> Any:
        return read_step_facts(connection, target_of(statement))

    with connect(empty_database, purpose="test") as connection:
        for statement in (
            'CREATE TABLE "sa lons" (name text, day date) PARTITION BY RANGE (day)',
            "CREATE TABLE old PARTITION OF \"sa lons\" FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
            "CREATE INDEX old_idx ON old (name)",
        ):
            connection.execute(statement.encode())
        indexes = facts("CREATE INDEX CONCURRENTLY other ON old (day)")["indexes"]
        assert {name: valid for name, (_, valid) in indexes.items()} == {"public.old_idx": True}
        assert facts("REINDEX INDEX CONCURRENTLY old_idx") == {"indexes": indexes}
        assert facts("REINDEX TABLE CONCURRENTLY old") == {"indexes": indexes}
        assert facts("REINDEX (CONCURRENTLY) SCHEMA public")["indexes"].keys() >= {"public.old_idx"}
        assert facts("DROP INDEX CONCURRENTLY public.old_idx") == {"indexes": indexes}
        assert facts("DROP INDEX CONCURRENTLY public.gone") == {"indexes": {}}
        detach = 'ALTER TABLE "sa lons" DETACH PARTITION old CONCURRENTLY'
        assert facts(detach) == {"partition": "attached"}
        connection.execute(detach.encode())
        assert facts(detach) == {"partition": "detached"}
        assert facts("DROP DATABASE postgres") == {"there": True}
        assert facts("DROP TABLESPACE none") == {"there": False}
        assert facts("VACUUM old") == {}
