"""Stored files go once their rows are destroyed and committed, and never while a row or a hold wants them."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from archive_scene import Scene
from factories import make_media, make_salon, make_user
from faulty_worker import Forks, Worker, disconnect, kill
from obstore.store import MemoryStore
from test_export import broken, closed_month, exported
from test_return import archived

from sevra_atlas.domain.files.errors import FileStoreError
from sevra_atlas.domain.files.removing import RemovalFault, Removed, left, remove_due
from sevra_atlas.domain.files.store import FileStore, open_files
from sevra_atlas.domain.files.sweeping import sweep_orphans
from sevra_atlas.domain.retention import erasing, holds
from sevra_atlas.domain.retention.errors import PersonHeldError
from sevra_atlas.domain.retention.plan import read_plan
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.retention.segment_store import LocalSegments
from sevra_atlas.schema import MediaLink, VerificationDocument, VerificationRequest
from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.schema.enums import EntityType

T = TypeVar("T")
SECRET = b"x" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as forking:
        yield forking


def picture(scene: Scene, folder: Path, name: str, **columns: Any) -> int:
    """Make a row of a picture, and the files of it and of its thumbnail."""
    keys = [f"2026/01/{name}.webp", f"2026/01/{name}-thumbnail.webp"]
    for key in keys:
        written(folder, key)
    with scene.rows() as session:
        variants = {"thumbnail": {"key": keys[1], "mime": "image/webp"}}
        return make_media(session, storage_key=keys[0], variants=variants, **columns).id


def written(folder: Path, key: str, *, days: float = 0) -> None:
    """Write a file that was changed so many days ago."""
    (folder / key).parent.mkdir(parents=True, exist_ok=True)
    (folder / key).write_bytes(b"12345")
    os.utime(folder / key, (0, time.time() - days * 86_400))


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def removed(scene: Scene, folder: Path, segments: LocalSegments | None = None) -> Removed:
    with scene.workers.transaction():
        return remove_due(scene.workers, open_files(str(folder)), segments)


def purged(scene: Scene, *media: int) -> None:
    for each in media:
        archived(scene, "media", each)
    scene.age_archive(1096)
    assert scene.run().purged == len(media)


def test_the_files_of_a_purged_picture_go_after_the_commit_with_their_renditions(
    scene: Scene, folder: Path
) -> None:
    gone, stays = picture(scene, folder, "gone"), picture(scene, folder, "stays")
    archived(scene, "media", gone)
    assert (removed(scene, folder), len(files_in(folder))) == (Removed(), 4)
    scene.age_archive(1096)

    assert scene.run().purged == 1

    assert len(files_in(folder)) == 4
    assert (left(scene.workers).files, read_plan(scene.workers).files.files) == (2, 2)
    assert removed(scene, folder) == Removed(files=2, bytes=10)
    assert files_in(folder) == ["stays-thumbnail.webp", "stays.webp"]
    assert (left(scene.workers).files, removed(scene, folder)) == (0, Removed())
    assert scene.value("SELECT count(*) FROM media WHERE id = %s", stays) == 1


def test_a_purge_that_is_undone_leaves_every_file(scene: Scene, folder: Path) -> None:
    archived(scene, "media", picture(scene, folder, "stays"))
    scene.age_archive(1096)
    scene.owner.execute(
        "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE check_violation; END $$;"
        " CREATE TRIGGER refuse BEFORE DELETE ON archive.rows FOR EACH ROW EXECUTE FUNCTION public.refuse()"
    )

    assert len(scene.run().failed) == 1

    assert (left(scene.workers).files, removed(scene, folder), len(files_in(folder))) == (0, Removed(), 2)


def test_a_hold_keeps_a_file_whose_row_is_destroyed_already(scene: Scene, folder: Path) -> None:
    media = picture(scene, folder, "held")
    purged(scene, media)
    holds.hold_entity(scene.workers, EntityType.MEDIA, media, "court")

    assert removed(scene, folder) == Removed()
    assert (left(scene.workers).held, len(files_in(folder))) == (2, 2)
    holds.lift_entity(scene.workers, EntityType.MEDIA, media)
    assert removed(scene, folder).files == 2


def test_the_file_of_a_row_that_is_there_is_never_removed(scene: Scene, folder: Path) -> None:
    live, in_trash, in_archive = (picture(scene, folder, name) for name in ("live", "trash", "archive"))
    scene.delete("media", in_trash)
    archived(scene, "media", in_archive)
    for media, name in ((live, "live"), (in_trash, "trash"), (in_archive, "archive")):
        for key in (f"2026/01/{name}.webp", f"2026/01/{name}-thumbnail.webp"):
            scene.owner.execute(
                "INSERT INTO file_removals (storage_key, media_id, why) VALUES (%s, %s, 'purged')",
                (key, media),
            )

    assert removed(scene, folder) == Removed(kept=6)
    assert len(files_in(folder)) == 6


def test_a_file_that_cannot_be_removed_is_tried_again_later(scene: Scene, folder: Path) -> None:
    class Shut(FileStore):
        def remove(self, key: str) -> int:
            raise FileStoreError(self.destination, f"{key} is locked")

    purged(scene, picture(scene, folder, "locked"))
    with scene.workers.transaction():
        assert remove_due(scene.workers, Shut(MemoryStore(), "shut"), None).failed == 2
    assert removed(scene, folder) == Removed()
    assert scene.value(
        "SELECT string_agg(DISTINCT attempts || ' ' || right(error, 9), '') FROM file_removals"
    ) == ("1 is locked")
    scene.owner.execute("UPDATE file_removals SET not_before = now(), attempts = 10")
    assert left(scene.workers).stuck == 2
    assert removed(scene, folder).files == 2


@pytest.mark.parametrize("strike", [kill, disconnect])
@pytest.mark.parametrize("step", list(RemovalFault), ids=lambda step: step.name)
def test_a_fault_at_any_step_of_a_removal_leaves_neither_an_orphan_nor_a_row_without_its_file(
    scene: Scene,
    forks: Forks,
    folder: Path,
    step: RemovalFault,
    strike: Callable[[Scene, Worker], int],
) -> None:
    picture(scene, folder, "stays")
    purged(scene, picture(scene, folder, "gone"))
    url = f"{scene.database.url(MAINTENANCE)}&application_name=faulty"
    worker = forks.worker_at(url, step.name, str(folder))

    expected = strike(scene, worker)

    assert worker.end() == expected
    # The server lets go of a killed client's rows a moment later; until then they would be passed over.
    scene.workers.execute("SELECT count(*) FROM (SELECT FROM public.file_removals FOR UPDATE) rows")
    # What was removed is noted still: a note without its file is worked off, a file without a note is lost.
    assert left(scene.workers).files == 2
    removed(scene, folder)
    assert files_in(folder) == ["stays-thumbnail.webp", "stays.webp"]
    assert (left(scene.workers).files, scene.broken_balances()) == (0, [])


def test_an_erasure_takes_portrait_and_papers_along_and_leaves_what_others_use(
    scene: Scene, folder: Path, tmp_path: Path
) -> None:
    portrait, shared = picture(scene, folder, "portrait"), picture(scene, folder, "shared")
    paper = picture(scene, folder, "paper", is_private=True)
    with scene.rows() as session:
        salon = make_salon(session, cover_media_id=shared)
        person, other = (make_user(session, avatar_media_id=each) for each in (portrait, shared))
        request = VerificationRequest(salon_id=salon.id, requested_by_id=person.id)
        session.add_all([request, MediaLink(media_id=portrait, entity_type="SALON", entity_id=salon.id)])
        session.flush()
        session.add(VerificationDocument(verification_request_id=request.id, media_id=paper))
        people = person.id, other.id
    store = LocalSegments(tmp_path / "archive")

    first, second = (erasing.erase(scene.workers, store, SECRET, each) for each in people)

    assert (first.certificate["files"], "files" in second.certificate) == (2, False)
    assert removed(scene, folder).files == 4
    assert files_in(folder) == ["shared-thumbnail.webp", "shared.webp"]
    assert scene.value("SELECT array_agg(id) FROM media") == [shared]
    assert scene.broken_balances() == []


@pytest.mark.parametrize("place", ["in the trash", "archived"])
def test_an_erasure_finds_a_portrait_that_was_deleted_before(
    scene: Scene, folder: Path, tmp_path: Path, place: str
) -> None:
    portrait = picture(scene, folder, "portrait")
    with scene.rows() as session:
        person = make_user(session, avatar_media_id=portrait).id
    theirs = scene.delete("users", person)
    batch = scene.delete("media", portrait)
    if place == "archived":
        scene.age(31)
        assert scene.run().archived == 2

    erasing.erase(scene.workers, LocalSegments(tmp_path / "archive"), SECRET, person)

    assert scene.state(batch) == "PURGED"
    assert (removed(scene, folder).files, files_in(folder)) == (2, [])
    scene.age(31)
    assert scene.run().failed == []
    assert (scene.state(theirs), scene.broken_balances()) == ("ARCHIVED", [])


def test_a_hold_on_a_portrait_refuses_the_erasure_of_the_person(
    scene: Scene, folder: Path, tmp_path: Path
) -> None:
    portrait = picture(scene, folder, "portrait")
    with scene.rows() as session:
        person = make_user(session, first_name="رویا", avatar_media_id=portrait).id
    holds.hold_entity(scene.workers, EntityType.MEDIA, portrait, "court")

    with pytest.raises(PersonHeldError):
        erasing.erase(scene.workers, LocalSegments(tmp_path / "archive"), SECRET, person)

    assert scene.value("SELECT avatar_media_id FROM users WHERE id = %s", person) == portrait
    assert (left(scene.workers).files, len(files_in(folder))) == (0, 2)


def swept(scene: Scene, folder: Path, segments: LocalSegments | None = None) -> int:
    def transact(act: Callable[[psycopg.Connection[Any]], T]) -> T:
        with scene.workers.transaction():
            return act(scene.workers)

    return sweep_orphans(transact, open_files(str(folder)), segments, lambda: True).orphans


def a_week_later(scene: Scene) -> None:
    scene.owner.execute("UPDATE file_removals SET not_before = not_before - interval '7 days'")


def test_a_file_without_a_row_is_found_and_removed_a_week_later(scene: Scene, folder: Path) -> None:
    media = [picture(scene, folder, name) for name in ("live", "trash", "archive")]
    scene.delete("media", media[1])
    archived(scene, "media", media[2])
    for path in folder.rglob("*.webp"):
        os.utime(path, (0, 0))
    for key, days in (("2026/01/lost.webp", 2), ("2026/01/young.webp", 0.5), ("notes/2026.txt", 99)):
        written(folder, key, days=days)

    assert (swept(scene, folder), swept(scene, folder)) == (1, 0)

    assert removed(scene, folder) == Removed()
    a_week_later(scene)
    assert removed(scene, folder).files == 1
    assert "lost.webp" not in files_in(folder)
    assert len(files_in(folder)) == 8


def test_a_file_that_got_its_row_within_the_week_stays(scene: Scene, folder: Path) -> None:
    written(folder, "2026/01/late.webp", days=2)
    written(folder, "2026/01/late-thumbnail.webp", days=2)
    assert swept(scene, folder) == 2
    picture(scene, folder, "late")
    a_week_later(scene)

    assert removed(scene, folder) == Removed(kept=2)
    assert len(files_in(folder)) == 2


def test_a_row_of_a_month_that_left_the_database_keeps_its_files(
    scene: Scene, folder: Path, tmp_path: Path
) -> None:
    store = LocalSegments(tmp_path / "archive")
    (batch,) = closed_month(scene, ("media", picture(scene, folder, "away")))
    exported(scene, store, drop=True)
    for path in folder.rglob("*.webp"):
        os.utime(path, (0, 0))

    assert swept(scene, folder, store) == 0
    restore(scene.workers, batch, segments=store)
    assert (broken(scene, store), len(files_in(folder))) == ([], 2)


def test_a_bucket_gives_and_loses_files() -> None:
    bucket = MemoryStore()
    bucket.put("2026/01/a.webp", b"123")
    store = FileStore(bucket, "memory")

    assert [each.key for files in store.listed() for each in files] == ["2026/01/a.webp"]
    assert (store.remove("2026/01/a.webp"), store.remove("2026/01/a.webp")) == (3, 0)
    with pytest.raises(FileStoreError):
        open_files("nowhere://bucket")
