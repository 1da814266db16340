"""Migration files: split into steps without losing a letter, and refused at the right line."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgevolve.sqltext import (
    AnnotationError,
    CopyFromStdinError,
    NulCharacterError,
    OutsideTransactionError,
    PsqlCommandError,
    SqlSyntaxError,
    SqlTextError,
    TransactionControlError,
    UnwritableStepError,
    commits_by_itself,
    parse_statements,
    parse_steps,
    render_steps,
)
from pgevolve.step import Step

_FILE = """\
-- جدول سالن‌ها
CREATE TABLE salons (
    name text DEFAULT 'رویا; -- no comment', -- نام
    /* ; */ id bigint
);
;
-- pgevolve: transaction=off
-- without a lock on writers
CREATE INDEX CONCURRENTLY salons_name ON salons (name); CREATE FUNCTION f() RETURNS int LANGUAGE sql
BEGIN ATOMIC
    SELECT 1;
END;
DO $$ BEGIN PERFORM 1; COMMIT; END $$ -- the last one has no semicolon
"""


def test_a_file_becomes_steps_with_comments_and_lines() -> None:
    statements = parse_statements(_FILE)

    assert [statement.line for statement in statements] == [2, 9, 9, 13]
    assert [statement.step.transactional for statement in statements] == [True, False, True, True]
    assert statements[0].step.sql == _FILE[: _FILE.index(";\n;")]
    assert statements[1].step.sql == (
        "-- without a lock on writers\nCREATE INDEX CONCURRENTLY salons_name ON salons (name)"
    )
    assert statements[2].step.sql.endswith("SELECT 1;\nEND")
    assert statements[3].step.sql.endswith("-- the last one has no semicolon")


@pytest.mark.parametrize("text", ["", "\n", ";", "-- only a comment\n", "/* ; */ ;;"])
def test_a_file_without_statements_has_no_steps(text: str) -> None:
    assert parse_steps(text) == ()


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("BEGIN;", TransactionControlError, "up.sql:1 BEGIN is refused"),
        ("SELECT 1;\n\nCOMMIT;", TransactionControlError, "up.sql:3 COMMIT is refused"),
        ("SELECT 1; ROLLBACK", TransactionControlError, "up.sql:1 ROLLBACK is refused"),
        ("SELECT 'س';\nSAVEPOINT a", TransactionControlError, "up.sql:2 SAVEPOINT is refused"),
        ("PREPARE TRANSACTION 'a'", TransactionControlError, "up.sql:1 PREPARE is refused"),
        (
            "-- x\nCREATE INDEX CONCURRENTLY i ON t (a)",
            OutsideTransactionError,
            "up.sql:2 CREATE INDEX CONCURRENTLY cannot run inside a transaction",
        ),
        ("DROP INDEX CONCURRENTLY i", OutsideTransactionError, "up.sql:1 DROP INDEX CONCURRENTLY cannot"),
        ("REINDEX TABLE CONCURRENTLY t", OutsideTransactionError, "up.sql:1 REINDEX CONCURRENTLY cannot"),
        (
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
            OutsideTransactionError,
            "up.sql:1 DETACH PARTITION CONCURRENTLY cannot",
        ),
        ("VACUUM t", OutsideTransactionError, "up.sql:1 VACUUM cannot"),
        ("CREATE DATABASE d", OutsideTransactionError, "up.sql:1 CREATE DATABASE cannot"),
        ("SELECT 1;\n\\connect x\n", PsqlCommandError, r"up.sql:2 '\\connect' is a command of psql"),
        ("COPY t FROM stdin", CopyFromStdinError, "up.sql:1 COPY FROM STDIN is refused"),
        ("SELECT 1;\nSELECT '\0'", NulCharacterError, "up.sql:2 the text holds a NUL character"),
        ("SELECT 'سلام';\nSELEC 1", SqlSyntaxError, 'up.sql:2 syntax error at or near "SELEC"'),
        ("-- pgevolve: transaction=of\nSELECT 1", AnnotationError, "up.sql:1 the annotation"),
        ("-- pgevolve: batch=1\nSELECT 1", AnnotationError, "'-- pgevolve: batch=1' is unknown"),
        ("SELECT 1;\n-- pgevolve: transaction=off\n", AnnotationError, "up.sql:2 the annotation"),
        ("SELECT\n-- pgevolve: transaction=off\n1", AnnotationError, "up.sql:2 the annotation"),
        ("SELECT 1; -- pgevolve: transaction=off\nSELECT 2", AnnotationError, "up.sql:1 the annotation"),
        (
            "-- pgevolve: transaction=off\n-- pgevolve: transaction=off\nSELECT 1",
            AnnotationError,
            "up.sql:2 the annotation",
        ),
    ],
)
def test_what_cannot_be_a_step_is_refused_at_its_line(
    text: str, kind: type[SqlTextError], message: str
) -> None:
    with pytest.raises(kind) as caught:
        parse_steps(text)

    assert message in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)",
        "CREATE INDEX i ON t (a)",
        "ANALYZE t",
        "COPY t FROM '/tmp/x'",
        "SELECT 'BEGIN; \\d'",
    ],
)
def test_near_misses_pass(text: str) -> None:
    assert parse_steps(text) == (Step(text),)


def test_windows_line_ends_do_not_hide_an_annotation() -> None:
    assert parse_steps("-- pgevolve: transaction=off\r\nVACUUM t;\r\n") == (
        Step("VACUUM t", transactional=False),
    )


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE INDEX CONCURRENTLY i ON t (a)", True),
        ("CALL p()", True),
        ("DO $$ BEGIN END $$", True),
        ("ALTER TABLE t VALIDATE CONSTRAINT c", False),
        ("ALTER TYPE e ADD VALUE 'x'", False),
    ],
)
def test_only_some_statements_cannot_share_a_transaction_with_their_record(sql: str, expected: bool) -> None:  # noqa: FBT001
    assert commits_by_itself(sql) is expected


_LITERALS = st.text(alphabet="اب‌پ;'\"-/*\\ \n$" + string.ascii_letters, max_size=20)
_COMMENTS = st.text(alphabet="اب‌پ;'\"-/* $" + string.ascii_letters, max_size=20)


@st.composite
def _steps(draw: st.DrawFn) -> Step:
    """A statement with comments above, inside and behind, and text that looks like SQL in its constants."""
    above = [f"-- {draw(_COMMENTS)}".rstrip() for _ in range(draw(st.integers(0, 2)))]
    literal = draw(_LITERALS).replace("'", "''")
    inside = draw(st.sampled_from(["", "/* ; */", "-- ;\n"]))
    behind = draw(st.sampled_from(["", " -- پایان;"]))
    statement = f"SELECT {inside}'{literal}'{behind}"
    return Step("\n".join([*above, statement]).strip(), transactional=draw(st.booleans()))


@given(st.lists(_steps(), max_size=6))
def test_what_is_written_is_what_is_read(steps: list[Step]) -> None:
    assert parse_steps(render_steps(steps)) == tuple(steps)


@pytest.mark.parametrize("sql", ["SELECT 1; SELECT 2", "", "SELEC", "SELECT 1;", "BEGIN"])
def test_a_step_that_would_not_be_read_back_is_not_written(sql: str) -> None:
    with pytest.raises((UnwritableStepError, TransactionControlError)):
        render_steps([Step(sql)])
