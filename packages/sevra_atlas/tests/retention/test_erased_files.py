"""An erasure finds the files of a person wherever the rows are that name them, and wherever theirs are."""

from collections.abc import Callable, Iterator
from gzip import decompress
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from archive_scene import Scene
from databases import in_background, wait_until_blocked
from factories import make_author, make_salon, make_user
from faulty_worker import Forks, Worker, disconnect, kill
from test_export import broken, closed_month, exported
from test_files import SECRET, files_in, picture, removed
from test_return import archived

from sevra_atlas.domain.files.removing import left
from sevra_atlas.domain.retention import erasing, holds
from sevra_atlas.domain.retention.errors import PersonHeldError
from sevra_atlas.domain.retention.exporting import alone, sweep
from sevra_atlas.domain.retention.persons_files import PAPERS, REQUESTS
from sevra_atlas.domain.retention.remainders import remainders
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.retention.rewriting import rewrite_purged
from sevra_atlas.domain.retention.segment_store import LocalSegments
from sevra_atlas.domain.retention.steps import ArchiveFault
from sevra_atlas.domain.retention.tables import MOVED, parents_of, persons_columns
from sevra_atlas.domain.retention.verifying import verify, verify_segments
from sevra_atlas.schema import Follow, MediaLink, VerificationDocument, VerificationRequest
from sevra_atlas.schema.access import MAINTENANCE, OWNER
from sevra_atlas.schema.enums import EntityType

LABEL = "zz-passport"


class Owned(NamedTuple):
    """A person with one file, the row whose deletion takes the row along that names the file."""

    person: int
    media: int
    holder: tuple[str, int]


class Place(NamedTuple):
    """A scene with a folder of files and a store of exported months."""

    scene: Scene
    folder: Path
    store: LocalSegments

    def erase(self, person: int) -> erasing.Erased:
        done = erasing.erase(self.scene.workers, self.store, SECRET, person)
        sweep(self.scene.workers, self.store)
        return done

    def problems(self) -> list[object]:
        hashed = verify(self.scene.workers)
        return [
            *hashed.damaged,
            *hashed.misplaced,
            *verify_segments(self.scene.workers, self.store).damaged,
            *broken(self.scene, self.store),
        ]

    def text_of_months(self) -> str:
        return "".join(
            decompress(self.store_path(name).read_bytes()).decode()
            for name in self.store.names()
            if name.endswith(".gz")
        )

    def text_of_archive(self) -> str:
        return str(self.scene.value("SELECT coalesce(string_agg(row::text, ''), '') FROM archive.rows"))

    def store_path(self, name: str) -> Path:
        return Path(self.store.destination) / name


@pytest.fixture
def place(scene: Scene, tmp_path: Path) -> Place:
    return Place(scene, tmp_path / "media", LocalSegments(tmp_path / "archive"))


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as forking:
        yield forking


def portrait(place: Place) -> Owned:
    media = picture(place.scene, place.folder, "theirs")
    with place.scene.rows() as session:
        person = make_user(session, avatar_media_id=media).id
    return Owned(person, media, ("users", person))


def byline(place: Place) -> Owned:
    media = picture(place.scene, place.folder, "theirs")
    with place.scene.rows() as session:
        person = make_author(session, avatar_id=media).id
    return Owned(person, media, ("users", person))


def paper(place: Place) -> Owned:
    media = picture(place.scene, place.folder, "theirs", is_private=True)
    with place.scene.rows() as session:
        salon, person = make_salon(session).id, make_user(session).id
        request = VerificationRequest(salon_id=salon, requested_by_id=person)
        session.add(request)
        session.flush()
        session.add(VerificationDocument(verification_request_id=request.id, media_id=media, label=LABEL))
    return Owned(person, media, ("salons", salon))


MONTHS_AGO = 70
LATER = 35


def away(place: Place, row: tuple[str, int], where: str) -> None:
    """Bring a row to a place: the trash, the archive, or a month that left the database."""
    if where == "trash":
        place.scene.delete(*row)
    elif where == "archive":
        archived(place.scene, *row)
    elif where != "live":
        closed_month(place.scene, row, days=MONTHS_AGO if where == "dropped" else LATER)
        exported(place.scene, place.store, drop=True)


@pytest.mark.parametrize("owned", [portrait, byline, paper])
@pytest.mark.parametrize(
    ("holder", "media"),
    [
        ("live", "live"),
        ("archive", "live"),
        ("archive", "archive"),
        ("archive", "dropped later"),
        ("dropped", "live"),
        ("dropped", "trash"),
        ("dropped", "archive"),
        ("dropped", "dropped later"),
        ("dropped", "with it"),
    ],
)
def test_a_file_is_found_wherever_the_row_that_names_it_and_its_own_are(
    place: Place, owned: Callable[[Place], Owned], holder: str, media: str
) -> None:
    picture(place.scene, place.folder, "stays")
    theirs = owned(place)
    if media == "with it":
        closed_month(place.scene, theirs.holder, ("media", theirs.media))
        exported(place.scene, place.store, drop=True)
    else:
        away(place, theirs.holder, holder)
        away(place, ("media", theirs.media), media)

    erased = place.erase(theirs.person)

    assert erased.certificate["files"] == 1
    assert (
        place.scene.value(
            "SELECT state::text FROM entities WHERE entity_type = 'MEDIA' AND entity_id = %s", theirs.media
        )
        == "purged"
    )
    assert (removed(place.scene, place.folder, place.store).files, files_in(place.folder)) == (
        2,
        ["stays-thumbnail.webp", "stays.webp"],
    )
    assert "2026/01/theirs" not in place.text_of_months()
    assert LABEL not in place.text_of_months() + place.text_of_archive()
    assert place.problems() == []
    place.scene.age(31)
    assert place.scene.run(segments=place.store).failed == []
    rewrite_purged(place.scene.workers, place.store)
    assert place.problems() == []


def test_the_papers_of_a_request_that_came_back_before_them_are_found(place: Place) -> None:
    theirs = paper(place)
    batch = archived(place.scene, *theirs.holder)
    file = archived(place.scene, "media", theirs.media)
    returned = restore(place.scene.workers, batch)
    assert returned.waiting == {"verification_documents": 1}

    erased = place.erase(theirs.person)

    assert (erased.certificate["files"], erased.certificate["archive.verification_documents"]) == (1, 1)
    assert (place.scene.archived(), place.scene.state(file)) == ({}, "PURGED")
    # Nobody waits for what is nowhere.
    assert place.scene.state(returned.remainder or 0) == "PURGED"
    assert place.problems() == []


@pytest.mark.parametrize("where", ["trash", "archive", "dropped later"])
def test_the_places_of_a_portrait_in_galleries_go_with_it(place: Place, where: str) -> None:
    theirs = portrait(place)
    with place.scene.rows() as session:
        salon = make_salon(session).id
        session.add(MediaLink(media_id=theirs.media, entity_type="SALON", entity_id=salon))
    away(place, theirs.holder, "archive")
    away(place, ("media", theirs.media), where)

    assert place.erase(theirs.person).certificate["files"] == 1

    assert "media_links" not in place.scene.archived()
    assert place.scene.value("SELECT count(*) FROM media_links") == 0
    assert place.problems() == []


def test_a_portrait_that_another_row_needs_stays_where_a_month_names_it(place: Place) -> None:
    theirs = portrait(place)
    with place.scene.rows() as session:
        make_salon(session, cover_media_id=theirs.media)
    away(place, theirs.holder, "dropped")

    assert "files" not in place.erase(theirs.person).certificate

    assert place.scene.value("SELECT array_agg(id) FROM media") == [theirs.media]
    assert (len(files_in(place.folder)), place.problems()) == (2, [])


def test_a_hold_on_a_file_in_a_dropped_month_refuses_the_erasure_and_nothing_has_changed(
    place: Place,
) -> None:
    theirs = portrait(place)
    away(place, theirs.holder, "dropped")
    away(place, ("media", theirs.media), "dropped later")
    before = place.text_of_months()
    holds.hold_entity(place.scene.workers, EntityType.MEDIA, theirs.media, "court")

    with pytest.raises(PersonHeldError):
        place.erase(theirs.person)

    assert (place.scene.archived(), place.text_of_months() == before) == ({}, True)
    assert place.problems() == []


def test_what_waited_for_a_forgotten_person_only_is_waited_for_no_more(place: Place) -> None:
    with place.scene.rows() as session:
        salon, fan = make_salon(session).id, make_user(session).id
        session.add(Follow(follower_id=fan, salon_id=salon))
    batch = archived(place.scene, "salons", salon)
    archived(place.scene, "users", fan)
    rest = restore(place.scene.workers, batch).remainder

    place.erase(fan)

    assert (place.scene.state(rest or 0), remainders(place.scene.workers)) == ("PURGED", ())
    assert place.problems() == []


def test_an_erasure_waits_for_a_return_that_brings_the_persons_rows(place: Place) -> None:
    theirs = portrait(place)
    away(place, theirs.holder, "archive")
    file = archived(place.scene, "media", theirs.media)
    url = place.scene.database.url(MAINTENANCE)
    with (
        psycopg.connect(url, autocommit=True) as other,
        place.scene.database.connect(OWNER, autocommit=True) as watcher,
    ):
        with other.transaction():
            restore(other, file)
            thread, caught = in_background(lambda: place.erase(theirs.person))
            wait_until_blocked(watcher, place.scene.workers)
        thread.join()

    assert caught == []
    assert place.scene.value("SELECT count(*) FROM media") == 0
    assert removed(place.scene, place.folder, place.store).files == 2
    assert place.problems() == []


def test_every_table_below_a_row_that_an_erasure_removes_is_thought_of() -> None:
    """In the archive nothing cascades: what hangs on a removed row is removed by name."""
    of_persons = persons_columns()
    removed_rows = of_persons.keys() - {"users", "author_profiles", "reviews", "comments"}
    below = {
        (table, each.parent)
        for table in MOVED
        for each in parents_of(table)
        if each.parent in removed_rows and table not in of_persons
    }
    assert below == {(PAPERS, REQUESTS)}


@pytest.mark.parametrize("strike", [kill, disconnect])
@pytest.mark.parametrize(
    "step", [step for step in ArchiveFault if step.name.startswith("ERASE_")], ids=lambda step: step.name
)
def test_a_fault_at_any_step_of_an_erasure_leaves_all_of_the_person_or_nothing(
    place: Place, forks: Forks, step: ArchiveFault, strike: Callable[[Scene, Worker], int]
) -> None:
    theirs = portrait(place)
    away(place, theirs.holder, "dropped")
    away(place, ("media", theirs.media), "dropped later")
    url = f"{place.scene.database.url(MAINTENANCE)}&application_name=faulty"
    worker = forks.worker_at(url, step.name, place.store.destination, batch=theirs.person)

    expected = strike(place.scene, worker)

    assert worker.end() == expected
    # The server lets go of a killed client's locks a moment later.
    with place.scene.workers.transaction():
        alone(place.scene.workers)
    assert (place.scene.archived(), place.problems(), left(place.scene.workers).files) == ({}, [], 0)
    # Who lost only the connection still writes the list, and then cannot commit: it is done again.
    is_listed = step is ArchiveFault.ERASE_COMMIT or (
        step is ArchiveFault.ERASE_LIST and strike is disconnect
    )
    assert erasing.replay(place.scene.workers, place.store, SECRET).erased == (
        (theirs.person,) if is_listed else ()
    )
    assert ("files" in place.erase(theirs.person).certificate) is not is_listed
    assert removed(place.scene, place.folder, place.store).files == 2
    assert "2026/01/theirs" not in place.text_of_months()
    assert (files_in(place.folder), place.problems()) == ([], [])
