"""No object crosses between the session of live rows and that of the trash."""

from collections.abc import Iterator

import pytest
from databases import SevraDatabase
from factories import make_salon
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.domain import trash
from sevra_atlas.domain.sessions import ForeignObjectError, TrashSession
from sevra_atlas.schema import Salon
from sevra_atlas.schema.access import MAINTENANCE


@pytest.fixture
def dead_salon(embedded_db: SevraDatabase) -> int:
    """Return the id of a salon in the trash."""
    with embedded_db.session() as session:
        salon_id: int = make_salon(session).id
        trash.delete(session, Salon, salon_id)
    return salon_id


@pytest.fixture
def trash_session(embedded_db: SevraDatabase) -> Iterator[TrashSession]:
    """Return a session that sees the trash."""
    engine = embedded_db.engine(MAINTENANCE)
    with TrashSession(engine) as session:
        yield session
    engine.dispose()


def test_the_session_of_the_trash_sees_what_is_deleted(trash_session: TrashSession, dead_salon: int) -> None:
    salon = trash_session.get(Salon, dead_salon)

    assert salon is not None
    assert salon.deleted_at is not None


def test_no_object_of_the_trash_session_can_be_added_to_an_ordinary_session(
    trash_session: TrashSession, dead_salon: int
) -> None:
    salon = trash_session.get(Salon, dead_salon)
    assert salon is not None
    trash_session.expunge(salon)

    for add in (Session.add, Session.delete):
        with pytest.raises(ForeignObjectError) as refusal, Session() as ordinary:
            add(ordinary, salon)
        assert str(refusal.value) == "this Salon was loaded by the other kind of session"
    trash_session.add(salon)


def test_no_object_of_an_ordinary_session_can_be_added_to_the_trash(
    embedded_db: SevraDatabase, trash_session: TrashSession
) -> None:
    with embedded_db.session() as session:
        salon = make_salon(session)
        session.expunge(salon)
        again = session.get(Salon, salon.id)
        assert again is not None

    with pytest.raises(ForeignObjectError):
        trash_session.add(salon)


def test_the_trash_is_read_anew_each_time(
    embedded_db: SevraDatabase, trash_session: TrashSession, dead_salon: int
) -> None:
    loaded = trash_session.get(Salon, dead_salon)
    with embedded_db.connect(MAINTENANCE) as elsewhere:
        batch = elsewhere.execute("SELECT id FROM deletion_batches").fetchone()
        elsewhere.execute("SELECT restore_batch(%s)", batch)

    assert loaded is not None
    assert loaded.deleted_at is not None
    assert trash_session.get(Salon, dead_salon) is loaded
    assert loaded.deleted_at is None
    assert trash_session.scalar(text("SELECT count(*) FROM public.trash")) == 0
