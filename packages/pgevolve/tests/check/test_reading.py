"""Files become a history; what cannot be read is named with its place, and the rest is still read."""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from pgevolve.check.finding import Finding
from pgevolve.check.parse import statements_of
from pgevolve.check.read import (
    NoSuchPathError,
    NoSuchRevisionError,
    NothingToCheckError,
    UnreadableFileError,
    read_migrations,
    read_sources,
    report_only_changes,
)
from pgevolve.check.source import Source
from pgevolve.history import EditedMigrationError, MissingMigrationError, TwoHeadsError, write_migration
from pgevolve.step import Step

from .conftest import CheckSql

_MOMENTS = (datetime(2026, 11, 22, 10, 15), datetime(2026, 11, 23, 10, 15))  # noqa: DTZ001 (digits of a name)


def _history(root: Path) -> list[str]:
    table = Step("CREATE TABLE salons (id bigint PRIMARY KEY, city_id bigint)")
    index = Step("CREATE INDEX salons_city ON salons (city_id)")
    return [
        write_migration(root, name, moment, "expand", [step], None, "no way back", "d" * 64).name
        for name, moment, step in zip(("first", "second"), _MOMENTS, (table, index), strict=True)
    ]


def _places(findings: list[Finding]) -> list[tuple[int, int, str]]:
    return [(found.line, found.column, found.rule) for found in findings]


def test_a_syntax_error_has_line_and_column_and_the_rest_is_read(check_sql: CheckSql) -> None:
    found = check_sql(
        "CREATE TABLE سالن (id bigint PRIMARY KEY);\n"
        "-- نام; of a table\n"
        "ALTER TABEL سالن ADD COLUMN a int;\n"
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;\n"
        "DROP TABLE users;\n"
    )

    assert _places(found) == [(3, 7, "PE001"), (5, 1, "PE201")]
    assert found[0].message == 'the parser refuses this: syntax error at or near "TABEL"'


def test_columns_count_characters_and_not_bytes(check_sql: CheckSql) -> None:
    (found,) = check_sql("/* سالن */ DROP TABLE users;")

    assert (found.line, found.column) == (1, 12)


def test_an_open_quote_is_one_error(check_sql: CheckSql) -> None:
    assert [found.rule for found in check_sql("DROP TABLE users;\nSELECT 'open")] == ["PE001"]


def test_a_nul_character_does_not_hide_what_follows(check_sql: CheckSql) -> None:
    assert [found.rule for found in check_sql("SELECT 1;\0 DROP TABLE users;")] == ["PE001", "PE201"]


def test_ddl_in_a_do_block_is_read_at_its_line(check_sql: CheckSql) -> None:
    found = check_sql(
        "DO $$\nBEGIN\n  EXECUTE format('CREATE INDEX ON %I (a)', 'x');\n  DROP TABLE users;\nEND\n$$;\n"
    )

    assert _places(found) == [(3, 3, "PE101"), (4, 3, "PE201")]
    assert found[1].message.endswith("(in the DO block)")


def test_what_a_called_function_does_is_read_where_it_is_called(check_sql: CheckSql) -> None:
    found = check_sql(
        "CREATE FUNCTION fill() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM users;\nEND $$;\n"
        "SELECT fill();\n"
    )

    assert _places(found) == [(5, 1, "PE304")]
    assert found[0].message.endswith("(in fill())")


def test_consecutive_steps_share_a_transaction_and_annotated_ones_do_not() -> None:
    text = "SELECT 1; SELECT 2;\n-- pgevolve: transaction=off\nVACUUM;\nSELECT 3;"
    statements = statements_of(Source("1.sql", text, "1", deployed=True))

    assert [(one.transaction, one.shares) for one in statements] == [
        (1, True),
        (1, True),
        (2, False),
        (3, True),
    ]


@pytest.mark.parametrize(
    ("text", "transactions"),
    [
        ("SELECT 1; SELECT 2;", [1, 1]),
        ("SELECT 1; VACUUM; SELECT 2;", [1, 2, 3]),
        ("BEGIN; SELECT 1; COMMIT; SELECT 2; BEGIN; SELECT 3; COMMIT;", [1, 1, 1, 2, 3, 3, 3]),
    ],
)
def test_a_plain_file_is_run_as_its_statements_allow(text: str, transactions: list[int]) -> None:
    assert [one.transaction for one in statements_of(Source("1.sql", text, "1"))] == transactions


def test_plain_files_are_a_history_in_the_order_given(tmp_path: Path) -> None:
    for name in ("b.sql", "a.sql"):
        (tmp_path / name).write_text("SELECT 1;")

    assert [source.migration for source in read_sources([tmp_path / "b.sql", tmp_path / "a.sql"])] == [
        "b",
        "a",
    ]
    assert [source.migration for source in read_sources([tmp_path])] == ["a", "b"]


def test_a_migration_brings_the_ones_before_it_as_state(tmp_path: Path) -> None:
    first, second = _history(tmp_path)

    sources = read_sources([tmp_path / second])

    assert [(source.migration, source.reported) for source in sources] == [(first, False), (second, True)]
    assert all(source.deployed for source in sources)
    assert [source.migration for source in read_sources([tmp_path / first])] == [first]


def test_paths_that_lead_nowhere_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "latin.sql").write_bytes(b"SELECT '\xe9'")
    (tmp_path / "empty").mkdir()

    with pytest.raises(NoSuchPathError, match=r"there is no '.*missing\.sql'") as caught:
        read_sources([tmp_path / "missing.sql"])
    assert caught.value.hint == "name migration directories, the folder of a history, or .sql files"
    with pytest.raises(NothingToCheckError, match="holds no migration and no"):
        read_sources([tmp_path / "empty"])
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_sources([tmp_path / "latin.sql"])


def test_a_history_that_is_edited_torn_or_has_two_heads_is_refused(tmp_path: Path) -> None:
    first, second = _history(tmp_path)
    kept = (tmp_path / first / "up.sql").read_text()
    (tmp_path / first / "up.sql").write_text(kept + "SELECT 1;\n")
    with pytest.raises(EditedMigrationError, match=first):
        read_migrations(tmp_path)
    (tmp_path / first / "up.sql").write_text(kept)
    described = tmp_path / second / "migration.toml"
    described.write_text(described.read_text().replace(first, "20261101_0000_other"))
    with pytest.raises(TwoHeadsError, match="two heads"):
        read_migrations(tmp_path)
    shutil.rmtree(tmp_path / second)
    with pytest.raises(MissingMigrationError, match=second):
        read_migrations(tmp_path)


def test_since_a_revision_only_what_is_new_or_changed_reports(tmp_path: Path) -> None:
    for name in ("old.sql", "changed.sql"):
        (tmp_path / name).write_text("SELECT 1;")
    for arguments in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "m"],
    ):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    (tmp_path / "changed.sql").write_text("SELECT 2;")
    (tmp_path / "new.sql").write_text("SELECT 3;")
    sources = read_sources([tmp_path / name for name in ("old.sql", "changed.sql", "new.sql")])

    report_only_changes(sources, "HEAD")

    assert [source.reported for source in sources] == [False, True, True]
    with pytest.raises(NoSuchRevisionError, match="git cannot compare with 'no-such-branch'"):
        report_only_changes(sources, "no-such-branch")


def test_an_error_in_words_that_are_no_keywords_is_reported_too(check_sql: CheckSql) -> None:
    found = check_sql("CREATE TABLE a (id bigint PRIMARY KEY);\nSELEC 1;")

    assert [(one.rule, one.line, one.column) for one in found] == [("PE001", 2, 1)]
