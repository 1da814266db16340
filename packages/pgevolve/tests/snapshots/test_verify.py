"""Every way in which a snapshot can be damaged is found, and named for what it is."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
import pytest

from pgevolve.snapshot import find_snapshot, list_snapshots, verify_snapshot
from pgevolve.snapshot.encryption import read_identities
from pgevolve.snapshot.errors import (
    AmbiguousSnapshotError,
    DamagedSnapshotError,
    DataUndecodableError,
    DumpUndecodableError,
    FileChangedError,
    FileMissingError,
    FileSizeError,
    FileUnexpectedError,
    IdentityFileError,
    IdentityNeededError,
    ManifestEditedError,
    ManifestFormatError,
    ManifestMissingError,
    PlainTextChangedError,
    RowCountError,
    SnapshotNotFoundError,
    WrongKeyError,
)
from pgevolve.snapshot.manifest import decoded, name_of
from pgevolve.snapshot.reading import opened

pytestmark = pytest.mark.others_slow

Flip = Callable[[Path, int], None]
_SOME_TIME = datetime(2026, 11, 26, tzinfo=UTC)
KINDS = ("taken", "uncompressed", "encrypted")


@pytest.fixture(params=KINDS)
def kept(request: pytest.FixtureRequest, taken: Any, uncompressed: Any, encrypted: Any) -> Any:
    """Return a snapshot of each form: compressed, uncompressed, encrypted."""
    return dict(zip(KINDS, (taken, uncompressed, encrypted), strict=True))[request.param]


@pytest.fixture
def keys(key: Any) -> list[Any]:
    return [key.identity]


def _positions(size: int) -> list[int]:
    """Return the ends of a file and places between them, none further than a fifth of it from the next."""
    return sorted(
        {0, 1, size // 2, size - 2, size - 1, *range(0, size, max(1, size // 5))} & set(range(size))
    )


def test_a_snapshot_is_whole_in_every_form(kept: Any, keys: list[Any]) -> None:
    found = verify_snapshot(kept.storage, kept.snapshot, keys)

    assert (found.tables, found.rows) == (8, 536)
    assert found.bytes == kept.snapshot.manifest.size


def test_the_forms_are_what_they_are_called(taken: Any, uncompressed: Any) -> None:
    assert {path.suffix for path in taken.place.rglob("*.dat*") if path.name != "toc.dat"} == {".gz"}
    assert not list(uncompressed.place.rglob("*.gz"))


def test_a_flipped_bit_anywhere_in_any_file_is_found(kept: Any, keys: list[Any], flip: Flip) -> None:
    for file in kept.snapshot.manifest.files:
        for position in _positions(file.size):
            flip(kept.place / file.path, position)

            with (
                pytest.raises(FileChangedError) as caught,
                opened(kept.storage, kept.snapshot, keys),
            ):
                pass

            assert caught.value.path == file.path
            flip(kept.place / file.path, position)


def test_every_byte_of_the_manifest_counts(taken: Any) -> None:
    content = (taken.place / "manifest.json").read_bytes()

    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 1
        with pytest.raises(ManifestEditedError):
            decoded(taken.snapshot.name, bytes(damaged))


def test_a_manifest_edited_to_fit_an_edited_file_is_found(taken: Any) -> None:
    path = taken.place / "manifest.json"
    path.write_text(path.read_text().replace('"rows": 500', '"rows": 501'))

    with pytest.raises(ManifestEditedError):
        find_snapshot(taken.storage, taken.snapshot.name)
    (listed,) = list_snapshots(taken.storage, taken.snapshot.manifest.made_at).snapshots
    assert isinstance(listed.problem, ManifestEditedError)


def test_a_folder_with_another_time_in_its_name_is_found(taken: Any) -> None:
    name = "20200101T000000Z-" + taken.snapshot.name.rpartition("-")[2]
    taken.place.rename(taken.folder / name)

    with pytest.raises(ManifestEditedError):
        find_snapshot(taken.storage, name)


def test_a_truncated_or_longer_file_is_found(kept: Any, keys: list[Any]) -> None:
    for file in kept.snapshot.manifest.files:
        path = kept.place / file.path
        whole = path.read_bytes()
        for found in (whole[:-1], whole[: len(whole) // 2], b"", whole + b"\n"):
            path.write_bytes(found)

            with pytest.raises(FileSizeError) as caught:
                verify_snapshot(kept.storage, kept.snapshot, keys)

            assert (caught.value.path, caught.value.found) == (file.path, len(found))
            (listed,) = list_snapshots(kept.storage, kept.snapshot.manifest.made_at).snapshots
            assert isinstance(listed.problem, FileSizeError)
        path.write_bytes(whole)


def test_a_missing_file_is_found(kept: Any, keys: list[Any]) -> None:
    for file in kept.snapshot.manifest.files:
        path = kept.place / file.path
        whole = path.read_bytes()
        path.unlink()

        with pytest.raises(FileMissingError) as caught:
            verify_snapshot(kept.storage, kept.snapshot, keys)

        assert caught.value.path == file.path
        path.write_bytes(whole)


@pytest.mark.parametrize("extra", ["dump/9999.dat.gz", "dump/.hidden", "notes.txt", "more/x#1"])
def test_an_additional_file_is_found(kept: Any, keys: list[Any], extra: str) -> None:
    (kept.place / extra).parent.mkdir(exist_ok=True)
    (kept.place / extra).write_bytes(b"x")

    with pytest.raises(FileUnexpectedError) as caught:
        verify_snapshot(kept.storage, kept.snapshot, keys)

    assert caught.value.path == extra


def test_a_missing_manifest_is_found_and_the_rest_is_debris(taken: Any) -> None:
    (taken.place / "manifest.json").unlink()

    with pytest.raises(ManifestMissingError):
        find_snapshot(taken.storage, taken.snapshot.name)
    listing = list_snapshots(taken.storage, taken.snapshot.manifest.made_at)
    assert (listing.snapshots, listing.debris) == ((), (taken.snapshot.name,))


def test_a_manifest_of_another_format_is_not_guessed_at(taken: Any) -> None:
    content = (taken.place / "manifest.json").read_bytes().replace(b'"format": 1,', b'"format": 2,')

    with pytest.raises(ManifestFormatError) as caught:
        decoded(name_of(taken.snapshot.manifest.made_at, content), content)

    assert caught.value.reason == "it is of format 2, and this release knows 1"


def test_what_is_no_manifest_at_all_is_refused() -> None:
    for content in (b"", b"[]", b'{"format": 1}', b"\xff"):
        with pytest.raises(ManifestFormatError):
            decoded(name_of(_SOME_TIME, content), content)


def test_the_wrong_key_is_told_from_damage(encrypted: Any, other_key: Any) -> None:
    with pytest.raises(WrongKeyError):
        verify_snapshot(encrypted.storage, encrypted.snapshot, [other_key.identity])
    with pytest.raises(IdentityNeededError):
        verify_snapshot(encrypted.storage, encrypted.snapshot)


def test_one_right_key_among_others_opens_it(encrypted: Any, other_key: Any, keys: list[Any]) -> None:
    assert verify_snapshot(encrypted.storage, encrypted.snapshot, [other_key.identity, *keys]).rows == 536


def test_a_file_encrypted_anew_with_other_content_is_found(encrypted: Any, key: Any, keys: list[Any]) -> None:
    path = encrypted.place / "roles.json.age"
    recipient = pyrage.x25519.Recipient.from_str(key.recipient)
    path.write_bytes(pyrage.encrypt(b"[]", [recipient]))
    changed = encrypted.resealed()

    with pytest.raises(PlainTextChangedError):
        verify_snapshot(changed.storage, changed.snapshot, keys)


def test_an_encrypted_file_that_was_damaged_before_it_was_hashed_is_found(
    encrypted: Any, keys: list[Any], flip: Flip
) -> None:
    path = encrypted.place / "roles.json.age"
    flip(path, path.stat().st_size - 1)
    changed = encrypted.resealed()

    with pytest.raises(PlainTextChangedError):
        verify_snapshot(changed.storage, changed.snapshot, keys)


def test_keys_are_read_from_a_file_and_refused_when_they_are_none(key: Any, tmp_path: Path) -> None:
    assert [str(identity) for identity in read_identities(key.path)] == [str(key.identity)]
    for content in (b"", b"# only a comment\n", b"age1x\n", b"\xff\xfe"):
        (tmp_path / "bad").write_bytes(content)
        with pytest.raises(IdentityFileError):
            read_identities(tmp_path / "bad")
    with pytest.raises(IdentityFileError):
        read_identities(tmp_path / "missing")


# What follows was damaged before it was hashed, by a disk or a program that lied: hashes cannot tell.


def _table_file(taken: Any, label: str) -> Path:
    table = next(table for table in taken.snapshot.manifest.tables if table.label == label)
    found: Path = taken.place / table.file
    return found


def test_compressed_rows_that_were_damaged_before_they_were_hashed_are_found(taken: Any, flip: Flip) -> None:
    path = _table_file(taken, "public.books")
    whole = path.read_bytes()
    # The ten bytes of gzip's header say nothing of the content.
    for position in (12, len(whole) // 2, len(whole) - 9, len(whole) - 5, len(whole) - 1):
        flip(path, position)
        taken = taken.resealed()
        path = _table_file(taken, "public.books")

        with pytest.raises((DataUndecodableError, RowCountError)):
            verify_snapshot(taken.storage, taken.snapshot)

        path.write_bytes(whole)


@pytest.mark.parametrize("form", ["taken", "uncompressed"])
def test_rows_that_end_too_early_are_found(form: str, taken: Any, uncompressed: Any) -> None:
    taken = taken if form == "taken" else uncompressed
    path = _table_file(taken, "public.books")
    whole = path.read_bytes()
    for left in (whole[:-1], whole[:-9], whole[: len(whole) // 2], whole[:15], b""):
        path.write_bytes(left)
        taken = taken.resealed()
        path = _table_file(taken, "public.books")

        with pytest.raises(DataUndecodableError) as caught:
            verify_snapshot(taken.storage, taken.snapshot)

        assert caught.value.path == path.relative_to(taken.place).as_posix()


@pytest.mark.parametrize("change", [1, -1])
def test_a_row_too_many_or_too_few_is_found(taken: Any, change: int) -> None:
    path = _table_file(taken, "public.books")
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    lines = [lines[0], *lines] if change > 0 else lines[1:]
    path.write_bytes(gzip.compress(b"".join(lines)))
    taken = taken.resealed()

    with pytest.raises(RowCountError) as caught:
        verify_snapshot(taken.storage, taken.snapshot)

    assert (caught.value.table, caught.value.expected, caught.value.found) == (
        "public.books",
        500,
        500 + change,
    )


def test_a_dump_without_the_file_of_a_table_is_found(taken: Any) -> None:
    path = _table_file(taken, "public.books")
    path.unlink()
    taken = taken.resealed()

    with pytest.raises(DataUndecodableError):
        verify_snapshot(taken.storage, taken.snapshot)


def test_a_damaged_large_object_is_found(taken: Any, flip: Flip) -> None:
    (path,) = taken.place.glob("dump/blob_*.gz")
    flip(path, path.stat().st_size - 6)
    taken = taken.resealed()

    with pytest.raises(DataUndecodableError):
        verify_snapshot(taken.storage, taken.snapshot)


def test_a_missing_large_object_is_found(uncompressed: Any) -> None:
    next(path for path in uncompressed.place.glob("dump/blob_*") if path.suffix == ".dat").unlink()
    uncompressed = uncompressed.resealed()

    with pytest.raises(DumpUndecodableError):
        verify_snapshot(uncompressed.storage, uncompressed.snapshot)


def test_a_table_of_contents_that_ends_too_early_is_found(taken: Any) -> None:
    path = taken.place / "dump/toc.dat"
    whole = path.read_bytes()
    for share in (0.02, 0.3, 0.6, 0.9):
        path = taken.place / "dump/toc.dat"
        path.write_bytes(whole[: int(len(whole) * share)])
        taken = taken.resealed()

        with pytest.raises(DumpUndecodableError) as caught:
            verify_snapshot(taken.storage, taken.snapshot)

        assert str(caught.value).startswith(f"pg_restore cannot read snapshot {taken.snapshot.name!r}: ")


def test_a_table_of_contents_that_calls_a_file_something_else_is_found(taken: Any) -> None:
    path = taken.place / "dump/toc.dat"
    name = _table_file(taken, "public.books").name.removesuffix(".gz").encode()
    other = name.translate(bytes.maketrans(b"0123456789", b"9012345678"))
    assert name in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(name, other))
    taken = taken.resealed()

    with pytest.raises(DumpUndecodableError):
        verify_snapshot(taken.storage, taken.snapshot)


def test_a_snapshot_is_found_by_the_beginning_of_its_name(taken: Any) -> None:
    name = taken.snapshot.name

    assert find_snapshot(taken.storage, name) == taken.snapshot
    assert find_snapshot(taken.storage, name[:4]) == taken.snapshot
    assert find_snapshot(taken.storage, "latest") == taken.snapshot
    for wanted in ("", "1999", name + "x"):
        with pytest.raises(SnapshotNotFoundError):
            find_snapshot(taken.storage, wanted)


def test_the_beginning_of_two_names_is_refused_and_damage_is_never_the_latest(taken: Any, flip: Flip) -> None:
    broken = taken.folder / ("2999" + taken.snapshot.name[4:])
    broken.mkdir()
    (broken / "manifest.json").write_text("{}")

    with pytest.raises(AmbiguousSnapshotError):
        find_snapshot(taken.storage, "2")
    assert find_snapshot(taken.storage, "latest") == taken.snapshot


def test_every_kind_of_damage_ends_with_its_own_sentence_and_a_hint() -> None:
    kinds = set(_below(DamagedSnapshotError))

    assert len({kind.__doc__ for kind in kinds}) == len(kinds)
    assert all(kind.hint for kind in kinds)


def _below(kind: type) -> list[type]:
    return [found for child in kind.__subclasses__() for found in (child, *_below(child))]
