"""Snapshots of the demo data at scale 1: whole ones come back, one altered byte in any file is refused."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from pgevolve.connect import connect
from pgevolve.local import LocalPostgres
from pgevolve.project import BackupOptions
from pgevolve.scratch import drop_database, scratch_database, with_database
from pgevolve.snapshot import (
    Snapshot,
    Storage,
    create_snapshot,
    find_snapshot,
    open_storage,
    restore_snapshot,
    verify_snapshot,
)
from pgevolve.snapshot.errors import FileChangedError, ManifestEditedError
from sevra_atlas.demo import load
from sevra_atlas.domain.invariants import broken

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Kept:
    """A snapshot of the demo data in a directory of its own."""

    folder: Path
    storage: Storage
    snapshot: Snapshot


@pytest.fixture(scope="module")
def demo_url(
    embedded: LocalPostgres,
    template_of: Callable[[LocalPostgres], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Return the address of a database with the demo data as `sevra demo load` makes it."""
    with scratch_database(embedded.url(), template_of(embedded)) as url:
        with connect(url, purpose="test") as connection, connection.transaction():
            load(connection, media_dir=tmp_path_factory.mktemp("media"))
        yield url


@pytest.fixture(scope="module", params=[None, 0], ids=["compressed", "plain"])
def kept(request: pytest.FixtureRequest, demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Return a snapshot as pg_dump makes it by default, and one that is not compressed."""
    folder = tmp_path_factory.mktemp("backups")
    options = BackupOptions(str(folder), compression=request.param)
    made = create_snapshot(demo_url, options)
    return Kept(folder / made.name, open_storage(options.destination), made)


def _kind(path: str) -> str:
    return re.sub(r"\d+", "N", path)


def _altered(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def test_one_altered_byte_in_any_file_is_refused_by_verify_and_restore(kept: Kept, demo_url: str) -> None:
    files = kept.snapshot.manifest.files
    restored_kinds: set[str] = set()
    before = _databases(demo_url)

    for number, file in enumerate(files):
        path, position = kept.folder / file.path, (file.size * (number + 1)) // (len(files) + 1)
        _altered(path, position)
        with pytest.raises(FileChangedError) as by_verify:
            verify_snapshot(kept.storage, kept.snapshot)
        assert by_verify.value.path == file.path
        if _kind(file.path) not in restored_kinds:
            restored_kinds.add(_kind(file.path))
            with pytest.raises(FileChangedError) as by_restore:
                restore_snapshot(demo_url, kept.storage, kept.snapshot)
            assert by_restore.value.path == file.path
        _altered(path, position)

    assert len(files) > 80
    assert restored_kinds >= {"roles.json", "dump/toc.dat"}
    assert any(kind.startswith("dump/N.dat") for kind in restored_kinds)
    assert _databases(demo_url) == before


def test_one_altered_byte_in_the_manifest_is_refused(kept: Kept) -> None:
    path = kept.folder / "manifest.json"
    size = path.stat().st_size

    for position in range(0, size, size // 50):
        _altered(path, position)
        with pytest.raises(ManifestEditedError):
            find_snapshot(kept.storage, kept.snapshot.name)
        _altered(path, position)


def test_whole_one_comes_back_with_every_promise_kept(kept: Kept, demo_url: str) -> None:
    name = f"{urlsplit(demo_url).path.removeprefix('/')}_again"

    restored = restore_snapshot(demo_url, kept.storage, kept.snapshot, into=name)
    try:
        with psycopg.connect(with_database(demo_url, name)) as connection:
            assert list(broken(connection)) == []
    finally:
        drop_database(demo_url, name)

    verified = verify_snapshot(kept.storage, kept.snapshot)
    assert verified.rows == restored.rows > 5_000


def _databases(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
