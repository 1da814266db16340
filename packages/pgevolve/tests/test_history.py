"""The folder of the history: written whole, read in order, refused when a file is not what it was."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from pgevolve.history import (
    EditedMigrationError,
    HistoryError,
    HistoryFileError,
    Migration,
    MigrationExistsError,
    MigrationNameError,
    MissingMigrationError,
    TwoHeadsError,
    UnlistedMigrationError,
    inspect_history,
    read_history,
    write_migration,
)
from pgevolve.sqltext import UnwritableStepError
from pgevolve.step import Step

_NOW = datetime(2026, 11, 22, 10, 15)  # noqa: DTZ001 (only its digits name a directory)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "مهاجرت ها"


def _write(root: Path, name: str, *steps: Step) -> Migration:
    up = steps or (Step("SELECT 1"),)
    return write_migration(root, name, _NOW, "expand", up, None, "it adds nothing", "d" * 64)


def test_an_absent_folder_is_an_empty_history(root: Path) -> None:
    assert read_history(root).migrations == ()
    assert not root.exists()


def test_a_written_migration_is_read_back(root: Path) -> None:
    written = write_migration(
        root,
        "add_phone",
        _NOW,
        "contract",
        [Step("-- تلفن\nSELECT 1"), Step("VACUUM", transactional=False)],
        [Step("SELECT 2")],
        None,
        "d" * 64,
        {"renamed": {"salons.tel": "phone"}},
    )

    (read,) = read_history(root)

    assert read == written
    assert read.name == "20261122_1015_add_phone"
    assert read.up == (Step("-- تلفن\nSELECT 1"), Step("VACUUM", transactional=False))
    assert read.down == (Step("SELECT 2"),)
    assert (read.phase, read.digest, read.irreversible) == ("contract", "d" * 64, None)
    assert read.intent == {"renamed": {"salons.tel": "phone"}}
    assert sorted(path.name for path in root.iterdir()) == [read.name, "history.toml"]


def test_an_irreversible_migration_says_why(root: Path) -> None:
    _write(root, "first")

    (read,) = read_history(root)

    assert read.down is None
    assert read.irreversible == "it adds nothing"


def test_the_order_is_that_of_writing_and_each_names_the_one_before(root: Path) -> None:
    _write(root, "zebra")
    _write(root, "apple")

    history = read_history(root)

    assert [migration.name for migration in history] == ["20261122_1015_zebra", "20261122_1015_apple"]
    assert [migration.follows for migration in history] == [None, "20261122_1015_zebra"]
    assert history.head == history.migrations[1]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("up.sql", "SELECT 2;\n"),
        ("down.sql", ""),
        ("backfill.sql", "SELECT 1;\n"),
        ("migration.toml", f'phase = "contract"\ndigest = "{"d" * 64}"\n'),
        ("migration.toml", f'phase = "expand"\ndigest = "{"d" * 64}"\n[intent]\na = "b"\n'),
    ],
)
def test_an_edited_migration_is_refused_by_name_with_both_checksums(
    root: Path, file: str, content: str
) -> None:
    written = _write(root, "first")
    (written.directory / file).write_text(content)

    with pytest.raises(EditedMigrationError) as caught:
        read_history(root)

    assert caught.value.name == written.name
    assert caught.value.recorded == written.checksum
    assert caught.value.found != written.checksum
    assert written.checksum in str(caught.value)
    assert caught.value.found in str(caught.value)


def test_review_pages_and_notes_may_change(root: Path) -> None:
    written = _write(root, "first")
    (written.directory / "REVIEW.md").write_text("seen")
    (root / "allowances.toml").write_text("")
    (root / "__pycache__").mkdir()

    assert read_history(root).migrations == (written,)


def test_every_problem_of_a_folder_is_found(root: Path) -> None:
    first, second, third = (_write(root, name) for name in ("first", "second", "third"))
    (first.directory / "up.sql").write_text("SELECT 9;\n")
    (second.directory / "up.sql").unlink()
    (third.directory / "migration.toml").write_text("phase = 1")
    (root / "20261122_1016_stray").mkdir()

    problems = inspect_history(root).problems

    kinds = [type(problem) for problem in problems]
    assert kinds == [EditedMigrationError, MissingMigrationError, HistoryFileError, UnlistedMigrationError]
    assert all(isinstance(problem, HistoryError) and problem.hint for problem in problems)


def test_two_branches_merged_by_hand_are_two_heads(root: Path, tmp_path: Path) -> None:
    _write(root, "base")
    other = tmp_path / "other"
    shutil.copytree(root, other)
    ours, theirs = _write(root, "ours"), _write(other, "theirs")
    theirs.directory.rename(root / theirs.name)
    entry = f'\n[[migration]]\nname = "{theirs.name}"\nsha256 = "{theirs.checksum}"\n'
    with (root / "history.toml").open("a") as listed:
        listed.write(entry)

    with pytest.raises(TwoHeadsError) as caught:
        read_history(root)

    assert (caught.value.name, caught.value.stands_after) == (theirs.name, ours.name)
    assert caught.value.follows == ours.follows


@pytest.mark.parametrize("content", ["[[migration]]\nname = 'a'", "x = [", "\udcff"])
def test_an_unreadable_list_is_named(root: Path, content: str) -> None:
    root.mkdir()
    (root / "history.toml").write_bytes(content.encode(errors="surrogateescape"))

    with pytest.raises(HistoryFileError) as caught:
        inspect_history(root)

    assert "history.toml" in str(caught.value)


@pytest.mark.parametrize("name", ["", "Add", "1st", "a-b", "a b", "../x", "نام", "a" * 64])
def test_a_name_that_makes_no_good_directory_is_refused(root: Path, name: str) -> None:
    with pytest.raises(MigrationNameError):
        _write(root, name)

    assert not root.exists()


def test_a_name_is_taken_once_a_minute(root: Path) -> None:
    _write(root, "first")

    with pytest.raises(MigrationExistsError):
        _write(root, "first")


def test_a_step_that_cannot_be_written_leaves_the_folder_as_it_was(root: Path) -> None:
    _write(root, "first")
    before = sorted(path.name for path in root.iterdir())

    with pytest.raises(UnwritableStepError):
        _write(root, "second", Step("SELECT 1; SELECT 2"))

    assert sorted(path.name for path in root.iterdir()) == before
