"""`new` on the kept server: the same outcome each time, from what was kept only when it is the same."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import DDL, BigInteger, Column, Integer, MetaData, Table, Text, TypeDecorator, event

from pgevolve.history import read_history
from pgevolve.kept import Templates, kept_server
from pgevolve.kept.fingerprint import fingerprint
from pgevolve.local import LocalPostgres
from pgevolve.new import differences_from_history, given_migration, new_migration
from pgevolve.objects import ReferenceRows, declare
from pgevolve.project import Project
from pgevolve.replayed import kept_history
from pgevolve.run import ReplayError

_MODELS = """
from sqlalchemy import BigInteger, Column, MetaData, Table
metadata = MetaData()
Table("notes", metadata, Column("id", BigInteger, primary_key=True))
"""
_SETTINGS = """
[tool.pgevolve]
metadata = "notebook:metadata"
migrations = "migrations"
owner = "kept_owner"
"""


def _models(*columns: Column[object]) -> MetaData:
    metadata = MetaData()
    Table("notes", metadata, Column("id", BigInteger, primary_key=True), *columns)
    return metadata


@pytest.fixture
def kept() -> Iterator[LocalPostgres]:
    """Return the kept server, empty of kept databases."""
    with kept_server() as server:
        assert server is not None
        for name in _databases(server):
            _run(server, f"DROP DATABASE {name}")
        yield server


def _run(server: LocalPostgres, statement: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement.encode())


def _databases(server: LocalPostgres) -> set[str]:
    with psycopg.connect(server.url()) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '_'").fetchall()
    return {name for (name,) in rows}


def _kinds(server: LocalPostgres) -> list[str]:
    return sorted(name.partition("_")[0] for name in _databases(server))


def test_a_second_run_makes_nothing_again_and_finds_the_same(kept: LocalPostgres, tmp_path: Path) -> None:
    project = Project(_models(Column("text", Text)), tmp_path, owner="kept_owner")
    new_migration(project, "notes")
    assert differences_from_history(project) == ()
    before = _databases(kept)

    assert differences_from_history(project) == ()
    assert new_migration(project, "nothing") is None

    assert _databases(kept) == before
    assert _kinds(kept) == ["history", "history", "models"]


def test_changed_models_and_a_changed_history_are_seen(kept: LocalPostgres, tmp_path: Path) -> None:
    new_migration(Project(_models(), tmp_path), "notes")
    grown = Project(_models(Column("text", Text)), tmp_path)

    written = new_migration(grown, "text")
    assert written is not None
    assert [step.sql for step in written.migrations[0].up][-1].endswith("ADD COLUMN text text")
    given_migration(grown, "by_hand", "ALTER TABLE notes ADD COLUMN at date")

    assert [str(change) for change in differences_from_history(grown)] == [
        "alter table public.notes: drop column at"
    ]


def test_a_history_that_does_not_run_keeps_nothing(kept: LocalPostgres, tmp_path: Path) -> None:
    project = Project(_models(), tmp_path)
    new_migration(project, "notes")
    given_migration(project, "by_hand", "CREATE TABLE a (id bigint)")
    last = read_history(tmp_path).migrations[-1]
    before = _databases(kept)

    with pytest.raises(ReplayError), Templates(kept.url()) as templates:
        kept_history(templates, project, [last, last])

    assert _databases(kept) == before


def test_what_killed_runs_left_goes_with_the_next_run_and_the_oldest_go_too(
    kept: LocalPostgres, tmp_path: Path
) -> None:
    for name in ("scratch_1", "history_1_new", *(f"models_{number:02}" for number in range(14))):
        _run(kept, f"CREATE DATABASE {name}")
        _run(kept, f"COMMENT ON DATABASE {name} IS '{name[-2:]}'")

    with Templates(kept.url()):
        assert _databases(kept) == {f"models_{number:02}" for number in range(2, 14)}


def test_nothing_is_removed_while_another_run_uses_the_server(kept: LocalPostgres) -> None:
    with Templates(kept.url()):
        _run(kept, "CREATE DATABASE scratch_1")
        with Templates(kept.url()):
            assert "scratch_1" in _databases(kept)

    with Templates(kept.url()):
        assert _databases(kept) == set()


def test_of_two_that_make_the_same_the_second_takes_what_the_first_made(kept: LocalPostgres) -> None:
    with Templates(kept.url()) as one, Templates(kept.url()) as other:
        name = one.get("models", ["a"], lambda _: other_made.append(other.get("models", ["a"], _nothing)))

    assert other_made == [name]
    assert _databases(kept) == {name}


def test_runs_that_finish_the_same_at_the_same_moment_all_find_it(kept: LocalPostgres) -> None:
    facts = "abcdefgh"
    together = Barrier(runs := 6)

    def _wait(_: str) -> None:
        together.wait(60)

    def found(_: int) -> list[str]:
        with Templates(kept.url()) as templates:
            return [templates.get("models", [fact], _wait) for fact in facts]

    with ThreadPoolExecutor(runs) as pool:
        names = [set(of_one) for of_one in pool.map(found, range(runs))]

    assert names == [_databases(kept)] * runs
    assert len(names[0]) == len(facts)


other_made: list[str] = []


def _nothing(_: str) -> None:
    pass


def test_two_commands_at_once_in_new_projects_both_succeed(tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("pgevolve"))
    running = []
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "notebook.py").write_text(_MODELS)
        (folder / "pyproject.toml").write_text(_SETTINGS)
        running.append(
            subprocess.Popen(
                [program, "new", "notes"],
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )

    ended = [process.communicate(timeout=120) for process in running]

    assert [process.returncode for process in running] == [0, 0, 0], ended
    ups = {path.read_text() for path in tmp_path.glob("*/migrations/*/up.sql")}
    assert len(ups) == 1


def test_without_a_place_to_keep_it_a_run_makes_everything_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGEVOLVE_CACHE_DIR", "/proc/pgevolve")

    written = new_migration(Project(_models(), tmp_path), "notes")

    assert written is not None


class _Shouted(TypeDecorator[str]):
    impl = Text
    cache_ok = True


def _asked(_: object, connection: object, **__: object) -> None:
    connection.scalar("SELECT 1")  # type: ignore[attr-defined]


def _said(*columns: Column[object]) -> tuple[str, ...] | None:
    return fingerprint(_models(*columns), None)


def test_the_fingerprint_is_the_same_for_the_same_models_and_another_for_each_change() -> None:
    def listened(action: Callable[..., object]) -> tuple[str, ...] | None:
        metadata = _models()
        event.listen(metadata, "after_create", action)
        return fingerprint(metadata, None)

    found = [
        _said(),
        fingerprint(_models(), "owner"),
        _said(Column("a", Text)),
        _said(Column("a", Text, index=True)),
        _said(Column("a", Text, comment="b")),
        _said(Column("a", Integer)),
        listened(DDL("CREATE TABLE b ()")),
        listened(DDL("CREATE TABLE c ()")),
    ]

    assert len({entry for entry in found if entry is not None}) == len(found)
    assert _said(Column("a", Text)) == _said(Column("a", Text))


def test_what_cannot_be_told_from_the_models_is_not_kept() -> None:
    asking = _models()
    event.listen(asking, "after_create", _asked)
    converted = _models(Column("a", _Shouted))
    declare(converted, ReferenceRows("notes", ("id",), ({"id": 1, "a": "b"},)))

    assert fingerprint(asking, None) is None
    assert fingerprint(converted, None) is None


def test_models_that_cannot_be_told_are_built_each_time(kept: LocalPostgres, tmp_path: Path) -> None:
    metadata = _models(Column("a", _Shouted))
    declare(metadata, ReferenceRows("notes", ("id",), ({"id": 1, "a": "b"},)))
    project = Project(metadata, tmp_path)

    assert new_migration(project, "notes") is not None
    assert differences_from_history(project) == ()

    assert _kinds(kept) == ["history", "history"]
    shutil.rmtree(tmp_path)
