"""Addresses that change: renamed, given away, swapped, freed, inherited; through the roles that may."""

import pickle

import pytest
from databases import acting_as
from factories import make_artist, make_category, make_post, make_review, make_salon, make_user
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from sevra_atlas.domain.acting import Act
from sevra_atlas.domain.addresses import moving
from sevra_atlas.domain.addresses.errors import (
    CurrentPathError,
    InvalidPathError,
    NoPageError,
    NotGoneError,
    RoleRequiredError,
    SameEntityError,
)
from sevra_atlas.domain.addresses.journal import journal_of
from sevra_atlas.domain.addresses.owners import EntityRef, entity_ref, find_holder
from sevra_atlas.domain.addresses.renaming import rename, row_of
from sevra_atlas.domain.errors import NotFoundError, SlugTakenError
from sevra_atlas.schema import Entity, Salon
from sevra_atlas.schema.access import MAINTENANCE, OWNER
from sevra_atlas.schema.enums import AccountStatus, EntityType, UserRole


def ref(row: Salon) -> EntityRef:
    return EntityRef(EntityType.SALON, row.id)


def renamed(session: Session, *slugs: str) -> Salon:
    salon = make_salon(session, slug=slugs[0])
    for slug in slugs[1:]:
        rename(session, salon, slug=slug)
    return salon


def purge(session: Session, salon: Salon) -> None:
    """Bring a salon to the end of its way, as retention does."""
    session.execute(delete(Salon).where(Salon.id == salon.id))
    with acting_as(session, OWNER):
        for state in ("archived", "purged"):
            session.execute(
                text("UPDATE entities SET state = :s WHERE (entity_type, entity_id) = ('SALON', :id)"),
                {"s": state, "id": salon.id},
            )
        session.execute(text("UPDATE url_paths SET kind = 'gone' WHERE entity_id = :id"), {"id": salon.id})


@pytest.mark.parametrize("make", [make_salon, make_artist, make_category, make_post])
def test_every_kind_with_a_page_is_renamed_the_same_way(session: Session, make) -> None:
    row = make(session, slug="one")

    rename(session, row, slug="Two  Words")

    assert row.slug == "Two-Words"
    path = session.scalar(
        text("SELECT path FROM url_paths WHERE entity_id = :id AND kind = 'alias' AND path LIKE '%/one'"),
        {"id": row.id},
    )
    assert path is not None


@pytest.mark.parametrize(
    ("is_staff", "status", "named"),
    [
        (False, AccountStatus.ACTIVE, True),
        (False, AccountStatus.SUSPENDED, False),
        (True, AccountStatus.SUSPENDED, True),
    ],
)
def test_a_refusal_names_the_holder_to_whom_may_know_of_it(
    session: Session, *, is_staff: bool, status: AccountStatus, named: bool
) -> None:
    holder, salon = make_salon(session, slug="rose", status=status), make_salon(session)

    with pytest.raises(SlugTakenError) as refusal:
        rename(session, salon, slug="rose", is_staff=is_staff)

    assert refusal.value.owner == (f"SALON:{holder.id}" if named else None)
    assert refusal.value.suggestions == ("rose-2", "rose-3", "rose-4")
    assert str(pickle.loads(pickle.dumps(refusal.value))) == str(refusal.value)


def test_a_row_is_found_by_its_entity_while_it_is_live_and_has_a_page(session: Session) -> None:
    salon = make_salon(session)

    assert row_of(session, ref(salon)) is salon
    with pytest.raises(NoPageError):
        row_of(session, EntityRef(EntityType.REVIEW, 1))
    session.execute(delete(Salon).where(Salon.id == salon.id))
    session.expire_all()
    with pytest.raises(NotFoundError):
        row_of(session, ref(salon))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SALON:17", EntityRef(EntityType.SALON, 17)),
        ("salon:17", EntityRef(EntityType.SALON, 17)),
        ("SALON", None),
        ("SALON:", None),
        ("SALON:x", None),
        ("SALON:۱۷", None),
        ("SALON:" + "9" * 30, None),
        ("SHIP:1", None),
        ("/atlas/salon/a", None),
    ],
)
def test_an_entity_is_written_as_kind_and_id(written: str, meant: EntityRef | None) -> None:
    assert entity_ref(written) == meant


def test_a_former_address_is_given_away_with_a_reason_in_both_journals(session: Session) -> None:
    giver, taker, actor = renamed(session, "a", "b"), make_salon(session), make_user(session, role="ADMIN")

    with acting_as(session, MAINTENANCE):
        key = moving.transfer(session, "/Atlas/Salon/A/", ref(taker), Act(actor.id, "merged", "r-1"))

    assert key == "/atlas/salon/a"
    holder = find_holder(session, key)
    assert holder is not None
    assert (holder.kind, holder.owner, holder.is_visible) == ("alias", ref(taker), True)
    events = [(event.event, event.entity, event.reason) for event in journal_of(session, key)]
    assert events == [
        ("assigned", ref(giver), None),
        ("transferred", ref(giver), "merged"),
        ("transferred", ref(taker), "merged"),
    ]
    assert journal_of(session, key)[-1].actor_id == actor.id


def test_what_cannot_be_given_away_says_why(session: Session) -> None:
    giver, taker = renamed(session, "a", "b"), make_salon(session)
    review = make_review(session, salon_id=taker.id)

    with acting_as(session, MAINTENANCE):
        for path, entity, error in (
            ("/a%ff", ref(taker), InvalidPathError),
            ("/nowhere", ref(taker), NotFoundError),
            ("/atlas/salon/b", ref(taker), CurrentPathError),
            ("/atlas", ref(taker), CurrentPathError),
            ("/atlas/salon/a", EntityRef(EntityType.SALON, 10**9), NotFoundError),
            ("/atlas/salon/a", EntityRef(EntityType.REVIEW, review.id), NoPageError),
        ):
            with pytest.raises(error):
                moving.transfer(session, path, entity)

    holder = find_holder(session, "/atlas/salon/a")
    assert holder is not None
    assert holder.owner == ref(giver)


def test_two_salons_swap_their_addresses(session: Session) -> None:
    one, other = renamed(session, "a", "b"), make_salon(session, slug="x")

    with acting_as(session, MAINTENANCE):
        moving.swap(session, ref(one), ref(other), Act(reason="mixed up"))

    assert (one.slug, other.slug) == ("x", "b")


def test_what_cannot_be_swapped_says_why(session: Session) -> None:
    one, dead, artist = make_salon(session), make_salon(session), make_artist(session)
    session.execute(delete(Salon).where(Salon.id == dead.id))
    other_kind = EntityRef(EntityType.ARTIST, artist.id)

    with acting_as(session, MAINTENANCE):
        for first, second, error in (
            (ref(one), ref(one), SameEntityError),
            (ref(one), other_kind, NotFoundError),
            (EntityRef(EntityType.REVIEW, 1), EntityRef(EntityType.REVIEW, 2), NoPageError),
        ):
            with pytest.raises(error):
                moving.swap(session, first, second)
        for first, second in ((ref(one), ref(dead)), (ref(dead), ref(one))):
            with pytest.raises(NotFoundError) as refusal:
                moving.swap(session, first, second)
            assert refusal.value.key == dead.id


def test_the_path_of_a_purged_salon_is_freed_and_taken_by_another(session: Session) -> None:
    gone, heir = renamed(session, "a", "b"), make_salon(session)
    with acting_as(session, MAINTENANCE):
        with pytest.raises(NotGoneError):
            moving.reclaim(session, "/atlas/salon/a")
        with pytest.raises(NotFoundError):
            moving.reclaim(session, "/nowhere")
    purge(session, gone)
    with pytest.raises(SlugTakenError):
        rename(session, heir, slug="a")

    with acting_as(session, MAINTENANCE):
        assert moving.reclaim(session, "/Atlas/salon/a", Act(reason="free")) == "/atlas/salon/a"

    rename(session, heir, slug="a")
    holder = find_holder(session, "/atlas/salon/a")
    assert holder is not None
    assert holder.owner == ref(heir)


def test_a_successor_is_named_and_taken_back(session: Session) -> None:
    salon, heir = make_salon(session), make_salon(session)

    def stored() -> tuple[object, object]:
        entity = session.get_one(Entity, ("SALON", salon.id), populate_existing=True)
        return entity.successor_type, entity.successor_id

    with acting_as(session, MAINTENANCE):
        moving.set_successor(session, ref(salon), ref(heir))
        assert stored() == ref(heir)
        moving.set_successor(session, ref(salon), None)
        assert stored() == (None, None)
        with pytest.raises(SameEntityError):
            moving.set_successor(session, ref(salon), ref(salon))
        with pytest.raises(NoPageError):
            moving.set_successor(session, ref(salon), EntityRef(EntityType.REVIEW, 1))
        with pytest.raises(NotFoundError):
            moving.set_successor(session, EntityRef(EntityType.SALON, 10**9), ref(heir))


def test_the_audit_tells_who_named_a_successor_and_what_changed(session: Session) -> None:
    salon, heir, admin = make_salon(session), make_salon(session), make_user(session, role=UserRole.ADMIN)

    with acting_as(session, MAINTENANCE):
        moving.set_successor(session, ref(salon), ref(heir), Act(admin.id, request_id="r-1"))
        moving.set_successor(session, ref(salon), ref(heir))
        moving.set_successor(session, ref(salon), None)
    salon.status = AccountStatus.SUSPENDED
    session.flush()

    entries = session.execute(
        text(
            "SELECT row_key, action, changes, actor_id, request_id FROM public.audit_log"
            " WHERE table_name = 'entities' ORDER BY id"
        )
    ).all()
    kind, id_ = {"old": None, "new": "SALON"}, {"old": None, "new": heir.id}
    back = [{"old": each["new"], "new": None} for each in (kind, id_)]
    assert [tuple(entry) for entry in entries] == [
        (str(ref(salon)), "update", {"successor_type": kind, "successor_id": id_}, admin.id, "r-1"),
        (
            str(ref(salon)),
            "update",
            dict(zip(("successor_type", "successor_id"), back, strict=True)),
            None,
            None,
        ),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {"role": UserRole.MODERATOR},
        {"role": UserRole.ADMIN, "status": AccountStatus.SUSPENDED},
        {"role": UserRole.USER},
    ],
)
def test_only_an_active_administrator_moves_addresses(session: Session, facts: dict[str, object]) -> None:
    make_user(session, role=UserRole.ADMIN)
    salon, heir, actor = renamed(session, "a", "b"), make_salon(session), make_user(session, **facts)
    act = Act(actor.id)

    with acting_as(session, MAINTENANCE):
        for attempt in (
            lambda: moving.transfer(session, "/atlas/salon/a", ref(heir), act),
            lambda: moving.swap(session, ref(salon), ref(heir), act),
            lambda: moving.reclaim(session, "/atlas/salon/a", act),
            lambda: moving.set_successor(session, ref(salon), ref(heir), act),
        ):
            with pytest.raises(RoleRequiredError):
                attempt()
    assert session.scalar(select(Salon.slug).where(Salon.id == salon.id)) == "b"
