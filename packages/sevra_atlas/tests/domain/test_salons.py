"""Rules of use of salons, through the application's role."""

import pytest
from databases import SevraDatabase, acting_as
from factories import make_salon, make_user
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from sevra_atlas.domain.acting import Act
from sevra_atlas.domain.errors import InvalidSlugError, SlugTakenError, VersionConflictError
from sevra_atlas.domain.salons import rename_salon, set_salon_status
from sevra_atlas.schema import Entity, Salon, SlugHistory, UrlPath
from sevra_atlas.schema.access import OWNER
from sevra_atlas.schema.enums import AccountStatus


def test_a_renamed_salon_is_known_by_its_new_slug_and_remembers_the_old_one(session: Session) -> None:
    salon, actor = make_salon(session, slug="roya"), make_user(session)

    rename_salon(session, salon, slug=" Roya  Beauty ", act=Act(actor.id, "a new sign", "r-7"))

    assert (salon.slug, salon.slug_key) == ("Roya-Beauty", "roya-beauty")
    paths = session.scalars(
        select(UrlPath.path).where(UrlPath.entity_id == salon.id).order_by(UrlPath.path)
    ).all()
    assert paths == ["/atlas/salon/roya", "/atlas/salon/roya-beauty"]
    entry = session.scalars(select(SlugHistory).order_by(SlugHistory.id.desc()).limit(1)).one()
    assert (entry.old_slug, entry.new_slug) == ("roya", "Roya-Beauty")
    assert (entry.actor_id, entry.reason, entry.request_id) == (actor.id, "a new sign", "r-7")


def test_the_next_rename_does_not_inherit_the_actor(session: Session) -> None:
    salon, actor = make_salon(session), make_user(session)
    rename_salon(session, salon, slug="one", act=Act(actor.id))

    rename_salon(session, salon, slug="two")

    actors = session.scalars(select(SlugHistory.actor_id).order_by(SlugHistory.id.desc()).limit(2)).all()
    assert actors == [None, actor.id]


@pytest.mark.parametrize("holder", ["live", "former", "dead"])
def test_a_taken_address_is_refused_with_a_free_one(session: Session, holder: str) -> None:
    owner = make_salon(session, slug="rose")
    make_salon(session, slug="rose-2")
    if holder == "former":
        rename_salon(session, owner, slug="other")
    elif holder == "dead":
        session.execute(delete(Salon).where(Salon.id == owner.id))
    salon = make_salon(session, name="پیش")

    with pytest.raises(SlugTakenError) as refusal:
        rename_salon(session, salon, slug="Rose")

    assert (refusal.value.kind, refusal.value.slug) == ("salon", "Rose")
    assert refusal.value.suggestions == ("Rose-3", "Rose-4", "Rose-5")
    salon.name = "پس"
    session.flush()
    assert salon.slug != "Rose"


def test_a_salon_may_take_its_former_address_again(session: Session) -> None:
    salon = make_salon(session, slug="a")
    rename_salon(session, salon, slug="b")

    rename_salon(session, salon, slug="a")

    assert salon.slug == "a"


@pytest.mark.parametrize("slug", ["", "api", "۱۲", "a/b", "x" * 256])
def test_what_cannot_be_a_slug_is_refused_before_the_database_is_asked(session: Session, slug: str) -> None:
    salon = make_salon(session, slug="a")

    with pytest.raises(InvalidSlugError):
        rename_salon(session, salon, slug=slug)

    assert salon.slug == "a"


def test_a_suspended_salon_leaves_the_public_and_comes_back(session: Session) -> None:
    salon = make_salon(session)

    def state() -> str:
        entity = session.get_one(Entity, ("SALON", salon.id), populate_existing=True)
        return entity.state.value

    set_salon_status(session, salon, AccountStatus.SUSPENDED)
    assert state() == "hidden"

    set_salon_status(session, salon, AccountStatus.ACTIVE)
    assert state() == "public"


def test_deleted_is_no_status(session: Session) -> None:
    with pytest.raises(ValueError, match="DELETED"):
        set_salon_status(session, make_salon(session), AccountStatus.DELETED)


def test_who_changes_a_salon_second_is_told_so(sevra_db: SevraDatabase) -> None:
    with sevra_db.session() as session:
        salon_id = make_salon(session, slug="a").id
    engine = sevra_db.engine()
    try:
        with Session(engine) as slow, Session(engine) as quick:
            slow_copy = slow.get_one(Salon, salon_id)
            rename_salon(quick, quick.get_one(Salon, salon_id), slug="b")
            quick.commit()

            with pytest.raises(VersionConflictError) as refusal:
                rename_salon(slow, slow_copy, slug="c")

            assert refusal.value.key == salon_id
            assert slow_copy.slug == "b"
    finally:
        engine.dispose()


def test_counters_do_not_make_a_version_conflict(session: Session) -> None:
    salon = make_salon(session)
    with acting_as(session, OWNER):
        session.execute(text("UPDATE salons SET follower_count = 0"))

    set_salon_status(session, salon, AccountStatus.SUSPENDED)

    assert salon.status is AccountStatus.SUSPENDED
