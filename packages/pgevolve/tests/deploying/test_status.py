"""Status: the history against the ledger, every migration in one of nine states."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pgevolve.deploy import deploy
from pgevolve.history import (
    EditedMigrationError,
    History,
    HistoryFileError,
    Migration,
    MissingMigrationError,
    TwoHeadsError,
    UnlistedMigrationError,
)
from pgevolve.ledger import LedgerMigration
from pgevolve.ledger.rows import State
from pgevolve.status import (
    EarlierFailureError,
    OvertakenMigrationError,
    Status,
    StatusKind,
    UnknownMigrationError,
    compare,
    read_status,
)


def _migration(name: str) -> Migration:
    return Migration(name, Path(name), "expand", f"digest of {name}", None, None, {}, f"sum of {name}", "")


def _row(name: str, state: State = "applied") -> LedgerMigration:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return LedgerMigration(
        name, 1, "expand", f"sum of {name}", f"digest of {name}", "", state, now, None, None, None, None, None
    )


def _history(*names: str) -> History:
    return History(tuple(map(_migration, names)), (), names)


def _kinds(status: Status) -> list[StatusKind]:
    return [entry.kind for entry in status.migrations]


def test_what_the_ledger_lacks_is_pending() -> None:
    status = compare(_history("a", "b"), [_row("a")])

    assert _kinds(status) == ["applied", "pending"]
    assert status.pending == ("b",)
    assert status.problems == ()


@pytest.mark.parametrize(
    ("state", "kind", "is_pending"),
    [
        ("applied", "applied", False),
        ("applying", "unfinished", True),
        ("failed", "failed", False),
        ("rolled_back", "rolled back", True),
    ],
)
def test_each_state_of_the_ledger_has_its_kind(state: State, kind: StatusKind, is_pending: bool) -> None:  # noqa: FBT001
    status = compare(_history("a"), [_row("a", state)])

    assert _kinds(status) == [kind]
    assert bool(status.pending) is is_pending


def test_a_failed_migration_is_the_first_problem() -> None:
    history = replace(_history("a", "b"), problems=(EditedMigrationError("a", "1", "2"),))
    failed = replace(_row("b", "failed"), failed_step=3, sqlstate="22012", message="division by zero")

    status = compare(history, [_row("a"), failed])

    assert _kinds(status) == ["edited", "failed"]
    assert [type(problem) for problem in status.problems] == [EarlierFailureError, EditedMigrationError]
    assert str(status.problems[0]) == "migration 'b' failed at step 3: division by zero (SQLSTATE 22012)"


def test_an_applied_migration_with_another_checksum_is_edited() -> None:
    status = compare(_history("a"), [replace(_row("a"), checksum="old")])

    assert _kinds(status) == ["edited"]
    (problem,) = status.problems
    assert isinstance(problem, EditedMigrationError)
    assert (problem.recorded, problem.found) == ("old", "sum of a")


def test_a_rolled_back_migration_may_be_mended() -> None:
    status = compare(_history("a"), [replace(_row("a", "rolled_back"), checksum="old")])

    assert status.problems == ()
    assert status.pending == ("a",)


def test_a_listed_migration_without_files_is_missing() -> None:
    history = History((_migration("b"),), (MissingMigrationError("a"),), ("a", "b"))

    assert _kinds(compare(history, [_row("a"), _row("b")])) == ["missing", "applied"]
    assert _kinds(compare(history, [])) == ["missing", "pending"]


def test_an_unreadable_migration_is_missing_with_the_reason() -> None:
    unreadable = HistoryFileError(Path("a/migration.toml"), "it is not UTF-8 at byte 3")
    history = History((), (unreadable,), ("a",))

    (entry,) = compare(history, [_row("a")]).migrations

    assert (entry.kind, entry.problem) == ("missing", unreadable)


def test_an_applied_migration_that_is_not_in_the_history_is_unknown() -> None:
    status = compare(_history("a"), [_row("a"), _row("z")])

    assert _kinds(status) == ["applied", "unknown"]
    assert isinstance(status.problems[0], UnknownMigrationError)


def test_a_rolled_back_migration_that_was_given_up_is_forgotten() -> None:
    assert _kinds(compare(_history("a"), [_row("a"), _row("z", "rolled_back")])) == ["applied"]


def test_a_pending_migration_before_an_applied_one_is_overtaken() -> None:
    status = compare(_history("a", "b", "c"), [_row("a"), _row("c")])

    assert _kinds(status) == ["applied", "overtaken", "applied"]
    (problem,) = status.problems
    assert isinstance(problem, OvertakenMigrationError)
    assert (problem.name, problem.later) == ("b", "c")


def test_problems_of_the_folder_stand_apart() -> None:
    two_heads, unlisted = TwoHeadsError("a", None, "x"), UnlistedMigrationError("stray")

    status = compare(replace(_history("a"), problems=(two_heads, unlisted)), [])

    assert status.migrations[0].problem is two_heads
    assert status.folder_problems == (unlisted,)
    assert status.problems == (two_heads, unlisted)


def test_status_of_a_database_is_only_read(shop: Any, empty_database: str) -> None:
    shop.add("salons", "CREATE TABLE salons (id int)")

    assert _kinds(read_status(shop.project, empty_database)) == ["pending"]
    deploy(shop.project, empty_database)
    assert _kinds(read_status(shop.project, empty_database)) == ["applied"]
