"""A restored database is the one that was dumped, and takes the other's place in one step or not at all."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pgevolve.local import find_binaries
from pgevolve.project import BackupOptions
from pgevolve.scratch import create_database, drop_database
from pgevolve.snapshot import (
    SnapshotProgress,
    create_snapshot,
    open_storage,
    restore_snapshot,
    verify_snapshot,
)
from pgevolve.snapshot.databases import fitting_name
from pgevolve.snapshot.errors import (
    DatabaseExistsError,
    FileChangedError,
    FileMissingError,
    FileSizeError,
    IdentityNeededError,
    RestoredRowsError,
    RestoredSchemaError,
    ToolFailedError,
    WrongKeyError,
)
from pgevolve.snapshot.manifest import MANIFEST, Snapshot, encoded, name_of

from .restoring import Place

pytestmark = pytest.mark.others_slow


def test_what_was_dumped_takes_the_place_of_what_is_there(place: Place, taken: Any) -> None:
    told: list[SnapshotProgress] = []

    restored = restore_snapshot(place.url(), taken.storage, taken.snapshot, report=told.append)

    assert restored.database == place.name
    assert (restored.tables, restored.rows) == (8, 536)
    assert place.query("SELECT count(*), max(price) FROM books") == [(500, place.query("SELECT 71.43")[0][0])]
    assert place.query("SELECT to_regclass('old')") == [(None,)]
    assert restored.kept is not None
    assert place.query("SELECT count(*) FROM old", database=restored.kept) == [(0,)]
    assert place.sides(taken.snapshot) == []
    assert {event.stage for event in told if event.done == event.total} == {
        "read",
        "restore",
        "compare",
        "swap",
    }


def test_facts_of_the_database_come_back(place: Place, taken: Any) -> None:
    restore_snapshot(place.url(), taken.storage, taken.snapshot)

    assert place.query(
        "SELECT pg_get_userbyid(datdba), shobj_description(oid, 'pg_database'),"
        " has_database_privilege('snap_staff', oid, 'CONNECT WITH GRANT OPTION'),"
        " has_database_privilege('public', oid, 'CONNECT'), datallowconn"
        " FROM pg_database WHERE datname = current_database()"
    ) == [("snap_owner", "it's stocked", True, False, True)]
    assert place.query(
        "SELECT coalesce(r.rolname, ''), setconfig FROM pg_db_role_setting AS s"
        " LEFT JOIN pg_roles AS r ON r.oid = s.setrole WHERE setdatabase ="
        " (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1"
    ) == [("", ['search_path=public, "Shelf 2"']), ("snap_reader", ["work_mem=5MB"])]
    assert place.query("SHOW search_path") == [('public, "Shelf 2"',)]


def test_a_snapshot_of_a_restored_database_has_the_same_rows_and_schema(
    place: Place, taken: Any, tmp_path: Path
) -> None:
    restore_snapshot(place.url(), taken.storage, taken.snapshot)

    again = create_snapshot(place.url(), BackupOptions(str(tmp_path / "again"))).manifest

    first = taken.snapshot.manifest
    assert [(table.label, table.rows, table.checksum) for table in again.tables] == [
        (table.label, table.rows, table.checksum) for table in first.tables
    ]
    assert again.schema_digest == first.schema_digest
    assert replace(again.database, name="") == replace(first.database, name="")


@pytest.mark.parametrize("form", ["uncompressed", "encrypted"])
def test_every_form_is_restored(form: str, place: Place, uncompressed: Any, encrypted: Any, key: Any) -> None:
    taken = uncompressed if form == "uncompressed" else encrypted

    restored = restore_snapshot(place.url(), taken.storage, taken.snapshot, [key.identity])

    assert restored.rows == 536


def test_into_another_database_leaves_the_old_one_alone(place: Place, taken: Any) -> None:
    restored = restore_snapshot(place.url(), taken.storage, taken.snapshot, into=f"{place.name}_copy")

    assert (restored.database, restored.kept) == (f"{place.name}_copy", None)
    assert place.databases() == ["", "_copy"]
    assert place.query("SELECT count(*) FROM old") == [(0,)]
    assert place.query("SELECT count(*) FROM books", database=f"{place.name}_copy") == [(500,)]


_CONTENTS = {
    "no schema public": "DROP SCHEMA public CASCADE; CREATE SCHEMA app; CREATE TABLE app.a AS SELECT 1 AS id",
    "another owner of public": """
        ALTER SCHEMA public OWNER TO snap_owner; GRANT CREATE ON SCHEMA public TO PUBLIC;
        COMMENT ON SCHEMA public IS 'ours'""",
    "policies": """
        CREATE TABLE a (id integer); ALTER TABLE a ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY p ON a TO snap_reader USING (id > 0); ALTER TABLE a OWNER TO snap_owner;
        ALTER DEFAULT PRIVILEGES FOR ROLE snap_owner GRANT SELECT ON TABLES TO snap_reader""",
    "types and event triggers": """
        CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
        CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f(); CREATE DOMAIN d AS text NOT NULL;
        CREATE TYPE c AS (a d, b integer); CREATE TABLE a (v c, w d[]);
        INSERT INTO a VALUES ((' x', 1), '{y}')""",
    "publications and statistics": """
        CREATE TABLE a (id integer GENERATED ALWAYS AS IDENTITY (START 100), r int4range,
          EXCLUDE USING gist (r WITH &&));
        INSERT INTO a (r) VALUES ('[1,3)'); CREATE PUBLICATION p FOR TABLE a WHERE (id > 1);
        CREATE STATISTICS s ON id, r FROM a; CREATE UNLOGGED TABLE u AS SELECT 1 AS id""",
}


@pytest.mark.parametrize("statements", _CONTENTS.values(), ids=_CONTENTS)
@pytest.mark.usefixtures("snapshot_roles")
def test_whatever_is_in_a_database_comes_back(tmp_path: Path, place: Place, statements: str) -> None:
    place.query(statements)
    options = BackupOptions(str(tmp_path / "b"))
    made = create_snapshot(place.url(), options)

    restored = restore_snapshot(place.url(), open_storage(options.destination), made)

    assert restored.rows == sum(table.rows for table in made.manifest.tables)


def test_an_existing_database_is_not_overwritten(place: Place, taken: Any) -> None:
    with pytest.raises(DatabaseExistsError):
        restore_snapshot(place.url(), taken.storage, taken.snapshot, into=place.name)

    assert place.query("SELECT count(*) FROM old") == [(0,)]
    assert place.sides(taken.snapshot) == []


def test_a_database_that_is_gone_is_restored_under_its_name(place: Place, small: Any) -> None:
    snapshot, storage = small
    drop_database(place.server.url(), place.name)

    restored = restore_snapshot(place.url(), storage, snapshot)

    assert (restored.database, restored.kept) == (place.name, None)
    assert place.query("SELECT count(*) FROM kept") == [(100,)]


def test_missing_roles_are_made_without_password_and_superuser(place: Place, tmp_path: Path) -> None:
    owner, group, member = (f"r{secrets.token_hex(4)}_{kind}" for kind in ("owner", "group", "member"))
    place.query(
        f"CREATE ROLE {owner} SUPERUSER LOGIN PASSWORD 'x' CONNECTION LIMIT 7; CREATE ROLE {group} NOINHERIT;"
        f' CREATE ROLE {member} CREATEDB IN ROLE {group}; ALTER ROLE {member} SET search_path = a, "B c";'
        f" CREATE TABLE owned (id integer); ALTER TABLE owned OWNER TO {owner};"
        f" GRANT SELECT ON owned TO {group}"
    )
    options = BackupOptions(str(tmp_path / "roles"))
    made = create_snapshot(place.url(), options)
    place.query("DROP TABLE owned")
    place.query(f"DROP ROLE {owner}, {group}, {member}")

    restored = restore_snapshot(place.url(), open_storage(options.destination), made)

    try:
        assert restored.roles == tuple(sorted((owner, group, member)))
        assert place.query(
            "SELECT r.rolname, r.rolsuper, r.rolcanlogin, r.rolconnlimit, r.rolinherit, r.rolcreatedb,"
            " r.rolconfig, a.rolpassword IS NULL FROM pg_roles AS r JOIN pg_authid AS a ON a.oid = r.oid"
            " WHERE r.rolname = ANY (%s) ORDER BY array_position(%s::text[], r.rolname::text)",
            [owner, group, member],
            [owner, group, member],
        ) == [
            (owner, False, True, 7, True, False, None, True),
            (group, False, False, -1, False, False, None, True),
            (member, False, False, -1, True, True, ['search_path=a, "B c"'], True),
        ]
        assert place.query(f"SELECT pg_has_role('{member}', '{group}', 'MEMBER')") == [(True,)]
        assert place.query("SELECT tableowner FROM pg_tables WHERE tablename = 'owned'") == [(owner,)]
    finally:
        drop_database(place.server.url(), place.name)
        place.query(f"DROP ROLE {owner}, {group}, {member}", database="postgres")


def test_a_damaged_snapshot_is_refused_before_anything_is_made(
    place: Place, taken: Any, flip: Callable[[Path, int], None]
) -> None:
    flip(taken.place / "dump/toc.dat", 100)

    with pytest.raises(FileChangedError):
        restore_snapshot(place.url(), taken.storage, taken.snapshot)

    assert place.databases() == [""]
    assert place.sides(taken.snapshot) == []


@pytest.mark.slow
@pytest.mark.parametrize("form", ["taken", "uncompressed", "encrypted"])
def test_whatever_is_damaged_is_restored_as_little_as_it_is_verified(  # noqa: PLR0917 (its fixtures)
    form: str,
    place: Place,
    taken: Any,
    uncompressed: Any,
    encrypted: Any,
    key: Any,
    other_key: Any,
    flip: Callable[[Path, int], None],
) -> None:
    kept = {"taken": taken, "uncompressed": uncompressed, "encrypted": encrypted}[form]
    keys = [key.identity]

    def refused(kind: type[Exception], *, keys: list[Any] = keys) -> None:
        with pytest.raises(kind):
            verify_snapshot(kept.storage, kept.snapshot, keys)
        with pytest.raises(kind):
            restore_snapshot(place.url(), kept.storage, kept.snapshot, keys)

    for file in kept.snapshot.manifest.files:
        path = kept.place / file.path
        whole = path.read_bytes()
        flip(path, file.size // 3)
        refused(FileChangedError)
        path.write_bytes(whole[:-1])
        refused(FileSizeError)
        path.unlink()
        refused(FileMissingError)
        path.write_bytes(whole)
    if form == "encrypted":
        refused(WrongKeyError, keys=[other_key.identity])
        refused(IdentityNeededError, keys=[])
    assert place.databases() == [""]
    assert place.sides(kept.snapshot) == []


def _lying(taken: Any, **changes: Any) -> Snapshot:
    """Return a snapshot whose manifest was written with something else in it."""
    manifest = replace(taken.snapshot.manifest, **changes)
    content = encoded(manifest)
    name = name_of(manifest.made_at, content)
    (taken.place / MANIFEST).write_bytes(content)
    taken.place.rename(taken.folder / name)
    return Snapshot(name, manifest)


@pytest.mark.parametrize("change", [{"rows": 499}, {"checksum": "1"}, {"name": "booklets"}])
def test_other_rows_than_were_counted_are_refused_and_dropped(
    place: Place, taken: Any, change: dict[str, Any]
) -> None:
    tables = [
        replace(table, **change) if table.name == "books" else table
        for table in taken.snapshot.manifest.tables
    ]
    snapshot = _lying(taken, tables=tuple(tables))

    with pytest.raises(RestoredRowsError):
        restore_snapshot(place.url(), taken.storage, snapshot)

    assert place.databases() == [""]
    assert place.sides(snapshot) == []
    assert place.query("SELECT count(*) FROM old") == [(0,)]


def test_another_schema_than_was_dumped_is_refused_and_dropped(place: Place, taken: Any) -> None:
    snapshot = _lying(taken, schema_digest="0" * 64)

    with pytest.raises(RestoredSchemaError):
        restore_snapshot(place.url(), taken.storage, snapshot)

    assert place.sides(snapshot) == []


def test_a_dump_that_was_damaged_before_it_was_hashed_is_refused_and_dropped(
    place: Place, taken: Any
) -> None:
    table = next(table for table in taken.snapshot.manifest.tables if table.name == "books")
    path = taken.place / table.file
    path.write_bytes(path.read_bytes()[:-20])
    damaged = taken.resealed()

    with pytest.raises((ToolFailedError, RestoredRowsError)):
        restore_snapshot(place.url(), damaged.storage, damaged.snapshot)

    assert place.sides(damaged.snapshot) == []


def test_a_dump_of_15_by_either_pg_dump_comes_back_to_15(servers: Any, tmp_path: Path) -> None:
    for major in servers:
        place = Place(servers[major], f"shop_{secrets.token_hex(4)}")
        for programs in {find_binaries(max(major, other)) for other in servers}:
            create_database(place.server.url(), place.name)
            place.query("CREATE TABLE kept (id integer, t text DEFAULT E'SET transaction_timeout = 0;\\n')")
            place.query("INSERT INTO kept (id) SELECT generate_series(1, 100)")
            options = BackupOptions(str(tmp_path / f"{major}-{programs.major}"))
            made = create_snapshot(place.url(), options, programs=programs)
            storage = open_storage(options.destination)
            verify_snapshot(storage, made)

            restored = restore_snapshot(place.url(), storage, made, programs=programs)

            assert made.manifest.dump_major == programs.major
            assert restored.rows == 100
            for name in place.databases():
                drop_database(place.server.url(), place.name + name)


def test_a_script_that_psql_refuses_ends_the_restore(servers: Any, tmp_path: Path) -> None:
    oldest, newest = min(servers), max(servers)
    place = Place(servers[oldest], f"shop_{secrets.token_hex(4)}")
    create_database(place.server.url(), place.name)
    place.query("CREATE TABLE kept (id integer CHECK (id > 0)); INSERT INTO kept VALUES (1)")
    options = BackupOptions(str(tmp_path / "b"), compression=0)
    made = create_snapshot(place.url(), options, programs=find_binaries(newest))
    path = tmp_path / "b" / made.name / made.manifest.tables[0].file
    content = path.read_bytes().replace(b"1", b"0")
    path.write_bytes(content)
    storage = open_storage(options.destination)
    (tmp_path / "b" / made.name / MANIFEST).unlink()
    files = tuple(
        replace(file, sha256=_sha256(content)) if file.path == made.manifest.tables[0].file else file
        for file in made.manifest.files
    )
    manifest = replace(made.manifest, files=files)
    name = name_of(manifest.made_at, encoded(manifest))
    (tmp_path / "b" / made.name).rename(tmp_path / "b" / name)
    (tmp_path / "b" / name / MANIFEST).write_bytes(encoded(manifest))

    with pytest.raises(ToolFailedError) as caught:
        restore_snapshot(place.url(), storage, Snapshot(name, manifest), programs=find_binaries(newest))

    assert 'violates check constraint "kept_id_check"' in str(caught.value)
    for left in place.databases():
        drop_database(place.server.url(), place.name + left)


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def test_a_name_that_is_too_long_is_cut_between_letters() -> None:
    assert fitting_name("shop", "_x") == "shop_x"
    assert fitting_name("s" * 63, "_restore") == "s" * 55 + "_restore"
    assert fitting_name("ک" * 31, "_x") == "ک" * 30 + "_x"


# Restores, and kills itself at the event whose number is the last argument.
