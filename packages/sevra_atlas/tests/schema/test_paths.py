"""A public address never dies: the ledger under renames, swaps, transfers, rules and races."""

import psycopg
import pytest
from databases import SevraDatabase, acting_as, violated_by
from factories import make_artist, make_city, make_neighborhood, make_province, make_salon
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from sevra_atlas.schema import Salon, SlugHistory, UrlPath
from sevra_atlas.schema.access import MAINTENANCE, OWNER


def ledger(session: Session, salon: Salon) -> dict[str, str]:
    rows = session.execute(
        select(UrlPath.path, UrlPath.kind).where(
            UrlPath.entity_type == "SALON", UrlPath.entity_id == salon.id
        )
    )
    return {path.removeprefix("/atlas/salon/"): str(kind) for path, kind in rows}


def rename(session: Session, salon: Salon, *slugs: str) -> None:
    for slug in slugs:
        salon.slug = slug
        session.flush()


def test_every_kind_with_a_page_gets_its_path(session: Session) -> None:
    city = make_city(session, slug="شهر ری")
    province = make_province(session, slug="tehran-x")
    artist = make_artist(session, slug="Sara")
    make_neighborhood(session, slug="saadat")

    rows = session.execute(select(UrlPath.path, UrlPath.display_path).where(UrlPath.kind == "current"))
    paths = {row.path: row.display_path for row in rows}

    assert paths["/atlas/city/شهر-ری"] == "/atlas/city/شهر ری"
    assert paths["/atlas/artist/sara"] == "/atlas/artist/Sara"
    assert paths["/atlas/province/tehran-x"] == "/atlas/province/tehran-x"
    assert not [path for path in paths if "saadat" in path]
    assert city.slug_key == "شهر-ری"
    assert {province.slug_key, artist.slug_key} == {"tehran-x", "sara"}


def test_a_slug_that_comes_back_turns_its_alias_into_the_current_path(session: Session) -> None:
    salon = make_salon(session, slug="a")

    rename(session, salon, "b", "a")

    assert ledger(session, salon) == {"a": "current", "b": "alias"}


def test_every_former_slug_is_an_alias_of_the_last_one(session: Session) -> None:
    salon = make_salon(session, slug="a")

    rename(session, salon, "b", "c")

    assert ledger(session, salon) == {"a": "alias", "b": "alias", "c": "current"}
    journal = session.execute(
        select(SlugHistory.old_slug, SlugHistory.new_slug, SlugHistory.event)
        .where(SlugHistory.entity_type == "SALON", SlugHistory.entity_id == salon.id)
        .order_by(SlugHistory.id)
    ).all()
    assert [tuple(row) for row in journal] == [
        (None, "a", "assigned"),
        ("a", "b", "renamed"),
        ("b", "c", "renamed"),
    ]


def test_another_spelling_of_a_slug_changes_only_what_is_shown(session: Session) -> None:
    salon = make_salon(session, slug="رز-طلایی")

    rename(session, salon, "رز طلايي")

    row = session.scalars(
        select(UrlPath).where(UrlPath.entity_id == salon.id, UrlPath.kind == "current")
    ).one()
    assert (row.path, row.display_path) == ("/atlas/salon/رز-طلایی", "/atlas/salon/رز طلايي")
    assert len(ledger(session, salon)) == 1


@pytest.mark.parametrize("wanted", ["taken", "TAKEN", "former", "dead"])
def test_an_address_that_was_anothers_is_refused(session: Session, wanted: str) -> None:
    owner = make_salon(session, slug="former")
    rename(session, owner, "taken")
    dead = make_salon(session, slug="dead")
    session.execute(delete(Salon).where(Salon.id == dead.id))
    salon = make_salon(session)

    on_rename = violated_by(session, lambda: rename(session, salon, wanted))
    session.refresh(salon)
    on_creation = violated_by(session, lambda: make_salon(session, slug=wanted))

    assert on_rename == on_creation
    assert on_rename in {"url_paths_pkey", "salons_slug_key_live_key"}


def test_the_refusal_names_who_holds_the_address(session: Session) -> None:
    owner = make_salon(session, slug="former")
    rename(session, owner, "now")

    with pytest.raises(DBAPIError) as refusal, session.begin_nested():
        make_salon(session, slug="former")

    assert refusal.value.orig.diag.message_detail == f"owner=SALON:{owner.id} kind=alias"  # type: ignore[union-attr]


def test_deleting_and_restoring_changes_no_path(session: Session) -> None:
    salon = make_salon(session, slug="a")
    rename(session, salon, "b")
    before = ledger(session, salon)

    session.execute(delete(Salon).where(Salon.id == salon.id))

    assert ledger(session, salon) == before


def test_renaming_an_ancestor_writes_a_constant_number_of_rows(session: Session) -> None:
    city = make_city(session)
    for _ in range(5):
        make_salon(session, city_id=city.id)
    count = text("SELECT (SELECT count(*) FROM url_paths), (SELECT count(*) FROM slug_history)")
    paths, journal = session.execute(count).one()

    city.slug = "other"
    session.flush()

    assert tuple(session.execute(count).one()) == (paths + 1, journal + 1)


def test_an_owner_with_aliases_cannot_lose_its_current_path(session: Session) -> None:
    salon = make_salon(session, slug="a")
    rename(session, salon, "b")
    lost = "UPDATE url_paths SET kind = {} WHERE path = '/atlas/salon/b'"

    with acting_as(session, OWNER):
        for kind in ("'alias'", "'gone', entity_type = NULL, entity_id = NULL"):
            refusal = violated_by(session, lambda kind=kind: session.execute(text(lost.format(kind))))  # type: ignore[misc]
            assert refusal == "url_paths_owner_has_current"


@pytest.mark.parametrize("path", ["/atlas/salon/a", "/atlas/salon/b", "/atlas"])
def test_content_rows_of_the_ledger_cannot_be_deleted_by_any_role(session: Session, path: str) -> None:
    rename(session, make_salon(session, slug="a"), "b")

    with acting_as(session, OWNER):
        deletion = text("DELETE FROM url_paths WHERE path = :path")
        refusal = violated_by(session, lambda: session.execute(deletion, {"path": path}))

    assert refusal == "url_paths_kept"


def test_the_journal_is_append_only_for_everybody_but_the_owner(session: Session) -> None:
    make_salon(session)
    with acting_as(session, OWNER):
        session.execute(text("GRANT SELECT, UPDATE, DELETE ON slug_history TO sevra_maintenance"))

    with acting_as(session, MAINTENANCE):
        for statement in ("UPDATE slug_history SET reason = 'x'", "DELETE FROM slug_history"):
            refusal = violated_by(session, lambda sql=statement: session.execute(text(sql)))  # type: ignore[misc]
            assert refusal == "slug_history_append_only"


def maintained(session: Session, sql: str, **parameters: object) -> str | None:
    with acting_as(session, MAINTENANCE):
        return violated_by(session, lambda: session.execute(text(sql), parameters))


SWAP = "SELECT swap_slugs('SALON', :one, :other, 'mixed up')"
TRANSFER = "SELECT transfer_path(:path, 'SALON', :to, 'merged')"
REBUILD = "SELECT * FROM rebuild_url_paths()"


def differences(session: Session) -> list[object]:
    with acting_as(session, MAINTENANCE):
        return list(session.execute(text(REBUILD)).all())


def test_two_salons_swap_their_addresses_and_keep_their_aliases(session: Session) -> None:
    one, other = make_salon(session, slug="a"), make_salon(session, slug="x")
    rename(session, one, "b")

    assert maintained(session, SWAP, one=one.id, other=other.id) is None

    session.expire_all()
    assert (one.slug, other.slug) == ("x", "b")
    assert ledger(session, one) == {"a": "alias", "x": "current"}
    assert ledger(session, other) == {"b": "current"}
    assert differences(session) == []


def test_swapping_twice_leaves_the_ledger_as_it_was(session: Session) -> None:
    one, other = make_salon(session, slug="a"), make_salon(session, slug="b")

    for _ in range(2):
        assert maintained(session, SWAP, one=one.id, other=other.id) is None

    session.expire_all()
    assert ledger(session, one) == {"a": "current"}
    assert ledger(session, other) == {"b": "current"}
    assert differences(session) == []


def test_only_two_live_rows_swap(session: Session) -> None:
    one, other = make_salon(session), make_salon(session)
    session.execute(delete(Salon).where(Salon.id == other.id))

    assert maintained(session, SWAP, one=one.id, other=one.id) == "P0002"
    assert maintained(session, SWAP, one=one.id, other=other.id) == "P0002"


def test_a_rename_after_a_swap_goes_through_the_ledger_again(session: Session) -> None:
    one, other = make_salon(session, slug="a"), make_salon(session, slug="b")
    maintained(session, SWAP, one=one.id, other=other.id)
    session.expire_all()

    rename(session, one, "c")

    assert ledger(session, one) == {"b": "alias", "c": "current"}
    assert differences(session) == []


def test_the_setting_of_a_swap_does_not_let_the_application_past_the_ledger(session: Session) -> None:
    salon = make_salon(session, slug="a")
    session.execute(text("SELECT set_config('sevra.swapping', 'SALON', true)"))

    rename(session, salon, "b")

    assert ledger(session, salon) == {"a": "alias", "b": "current"}


def test_an_alias_changes_hands_and_both_sides_are_journaled(session: Session) -> None:
    giver, taker = make_salon(session, slug="a"), make_salon(session, slug="x")
    rename(session, giver, "b")

    assert maintained(session, TRANSFER, path="/atlas/salon/a", to=taker.id) is None

    assert ledger(session, giver) == {"b": "current"}
    assert ledger(session, taker) == {"a": "alias", "x": "current"}
    sides = session.scalars(
        select(SlugHistory.entity_id).where(SlugHistory.event == "transferred").order_by(SlugHistory.id)
    ).all()
    assert sides == [giver.id, taker.id]
    assert differences(session) == []


def test_a_transferred_alias_is_no_longer_its_former_owners(session: Session) -> None:
    giver, taker = make_salon(session, slug="a"), make_salon(session)
    rename(session, giver, "b")
    maintained(session, TRANSFER, path="/atlas/salon/a", to=taker.id)
    session.expire_all()

    assert violated_by(session, lambda: rename(session, giver, "a")) == "url_paths_pkey"
    session.refresh(taker)
    assert violated_by(session, lambda: rename(session, taker, "a")) is None
    assert differences(session) == []


def test_a_current_path_does_not_change_hands(session: Session) -> None:
    giver, taker = make_salon(session, slug="a"), make_salon(session)

    refusal = maintained(session, TRANSFER, path=f"/atlas/salon/{giver.slug_key}", to=taker.id)

    assert refusal == "transfer_path"
    assert maintained(session, TRANSFER, path="/nowhere", to=taker.id) == "P0002"


def test_a_gone_path_can_be_claimed_again_after_it_was_reclaimed(session: Session) -> None:
    salon = make_salon(session, slug="a")
    session.execute(delete(Salon).where(Salon.id == salon.id))
    with acting_as(session, OWNER):
        session.execute(text("UPDATE entities SET state = 'purged' WHERE entity_id = :id"), {"id": salon.id})
        session.execute(text("UPDATE url_paths SET kind = 'gone' WHERE entity_id = :id"), {"id": salon.id})
    reclaim = "SELECT reclaim_path('/atlas/salon/a', 'a new salon')"
    assert violated_by(session, lambda: rename(session, make_salon(session), "a")) == "url_paths_pkey"

    assert maintained(session, reclaim) is None

    assert maintained(session, reclaim) == "P0002"
    heir = make_salon(session)
    assert violated_by(session, lambda: rename(session, heir, "a")) is None
    assert differences(session) == []


def test_a_path_that_is_in_use_is_not_reclaimed(session: Session) -> None:
    make_salon(session, slug="a")

    assert maintained(session, "SELECT reclaim_path('/atlas/salon/a', 'mine')") == "reclaim_path"


def test_the_journal_rebuilds_the_ledger_and_shows_what_differs(session: Session) -> None:
    salon = make_salon(session, slug="a")
    rename(session, salon, "b", "B ", "a", "c")
    assert differences(session) == []

    with acting_as(session, OWNER):
        session.execute(text("UPDATE url_paths SET display_path = '/x' WHERE path = '/atlas/salon/b'"))

    assert [row[0] for row in differences(session)] == ["/atlas/salon/b"]  # type: ignore[index]


def test_a_kill_between_rename_and_commit_leaves_the_old_state(sevra_db: SevraDatabase) -> None:
    with sevra_db.session() as session:
        salon_id = make_salon(session, slug="a").id
    renaming = sevra_db.connect()
    renaming.execute("UPDATE salons SET slug = 'b' WHERE id = %s", (salon_id,))

    with psycopg.connect(sevra_db.admin_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", (renaming.info.backend_pid,))
    renaming.close()

    with sevra_db.connect(autocommit=True) as app:
        paths = app.execute("SELECT path FROM url_paths WHERE entity_type = 'SALON'").fetchall()
    assert paths == [("/atlas/salon/a",)]
