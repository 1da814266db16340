"""Two sessions at one rule: the second waits for the first, then is refused or sees what the first did."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import psycopg
import pytest
from databases import SevraDatabase, in_background, wait_until_blocked
from factories import (
    make_artist,
    make_category,
    make_city,
    make_media,
    make_post,
    make_review,
    make_salon,
    make_user,
)
from psycopg import errors

from sevra_atlas.schema.access import MAINTENANCE

pytestmark = pytest.mark.others_slow

Outcome = psycopg.Error | None


@dataclass(frozen=True)
class Lockstep:
    """Two sessions of the application, one of the workers, and the rows they meet at."""

    first: psycopg.Connection
    second: psycopg.Connection
    workers: psycopg.Connection
    watcher: psycopg.Connection
    ids: dict[str, int]

    def waits(
        self, waiting: psycopg.Connection, statement: str, *, until: psycopg.Connection, end: str = "commit"
    ) -> Outcome:
        """Let a session act and commit while another holds it up; end that one; return the refusal."""

        def act() -> None:
            waiting.execute(statement.encode(), self.ids)
            waiting.commit()

        thread, caught = in_background(act)
        wait_until_blocked(self.watcher, waiting)
        getattr(until, end)()
        thread.join()
        if not caught:
            return None
        waiting.rollback()
        assert isinstance(caught[0], psycopg.Error)
        return caught[0]

    def value(self, query: str) -> object:
        """Return what the superuser reads, after everything that was committed."""
        row = self.watcher.execute(query.encode(), self.ids).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def race(sevra_db: SevraDatabase) -> Iterator[Lockstep]:
    with sevra_db.session() as session:
        city = make_city(session)
        salon = make_salon(session, slug="one")
        writer = make_user(session)
        ids = {
            "city": city.id,
            "salon": salon.id,
            "other": make_salon(session, slug="two").id,
            "artist": make_artist(session).id,
            "user": make_user(session).id,
            "shelf": make_category(session, slug="shelf").id,
            "board": make_category(session, slug="board").id,
            "picture": make_media(session).id,
            "post": make_post(session).id,
            "review": make_review(session, author_id=writer.id, salon_id=salon.id).id,
            "admin": make_user(session, role="ADMIN").id,
            "deputy": make_user(session, role="ADMIN").id,
        }
    with ExitStack() as stack:
        opened = [
            stack.enter_context(sevra_db.connect(role)) for role in ("sevra_app", "sevra_app", MAINTENANCE)
        ]
        watcher = stack.enter_context(psycopg.connect(sevra_db.admin_url, autocommit=True))
        yield Lockstep(*opened, watcher, ids)


ONCE = {
    "follow": (
        "INSERT INTO follows (follower_id, salon_id) VALUES (%(user)s, %(salon)s)",
        "follows_follower_id_salon_id_artist_id_key",
    ),
    "save": (
        "INSERT INTO saves (user_id, post_id) VALUES (%(user)s, %(post)s)",
        "saves_user_id_salon_id_artist_id_post_id_key",
    ),
    "review": (
        "INSERT INTO reviews (author_id, artist_id, rating) VALUES (%(user)s, %(artist)s, 5)",
        "reviews_author_target_live_key",
    ),
    "reaction": (
        (
            "INSERT INTO reactions (user_id, entity_type, entity_id, reaction)"
            " VALUES (%(user)s, 'BLOG_POST', %(post)s, 'like')"
        ),
        "reactions_user_id_entity_type_entity_id_key",
    ),
    "open verification request": (
        "INSERT INTO verification_requests (requested_by_id, salon_id) VALUES (%(user)s, %(salon)s)",
        "verification_requests_open_key",
    ),
    "open report": (
        (
            "INSERT INTO reports (reporter_id, target_type, target_id, reason)"
            " VALUES (%(user)s, 'SALON', %(salon)s, 'closed')"
        ),
        "reports_open_key",
    ),
    "open code": (
        (
            "INSERT INTO otp_codes (phone_number, nonce, key_id, code_hmac, expires_at)"
            " VALUES ('+989120000000', substring(sha256('n') FOR 16), 1, sha256('c'), '2099-01-01')"
        ),
        "otp_codes_open_key",
    ),
    "rule": (
        "INSERT INTO redirect_rules (from_path, to_static_path) VALUES ('/x', '/')",
        "url_paths_pkey",
    ),
}


@pytest.mark.parametrize("what", ONCE)
@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_of_two_who_do_at_once_what_is_done_once_one_does_it(race: Lockstep, what: str, end: str) -> None:
    statement, constraint = ONCE[what]
    race.first.execute(statement.encode(), race.ids)

    refusal = race.waits(race.second, statement, until=race.first, end=end)

    if end == "rollback":
        assert refusal is None
    else:
        assert isinstance(refusal, errors.UniqueViolation)
        assert refusal.diag.constraint_name == constraint


def test_two_follows_at_once_of_two_people_are_both_counted(race: Lockstep) -> None:
    follow = "INSERT INTO follows (follower_id, salon_id) VALUES (%({})s, %(salon)s)"
    race.first.execute(follow.format("user").encode(), race.ids)

    refusal = race.waits(race.second, follow.format("admin"), until=race.first)

    assert refusal is None
    assert race.value("SELECT follower_count FROM salons WHERE id = %(salon)s") == 2


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_slug_and_a_rule_do_not_take_one_path(race: Lockstep, end: str) -> None:
    race.first.execute(
        "INSERT INTO redirect_rules (from_path, to_static_path) VALUES ('/atlas/salon/new-name', '/')"
    )

    refusal = race.waits(
        race.second, "UPDATE salons SET slug = 'new-name' WHERE id = %(salon)s", until=race.first, end=end
    )

    assert (refusal is None) == (end == "rollback")
    if refusal is not None:
        assert refusal.diag.constraint_name == "url_paths_pkey"
    assert race.value("SELECT kind::text FROM url_paths WHERE path = '/atlas/salon/new-name'") == (
        "rule" if refusal else "current"
    )


def test_two_administrators_do_not_demote_each_other(race: Lockstep) -> None:
    race.first.execute("UPDATE users SET role = 'USER' WHERE id = %(admin)s", race.ids)
    race.first.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refusal = race.waits(
        race.second, "UPDATE users SET role = 'USER' WHERE id = %(deputy)s", until=race.first
    )

    assert isinstance(refusal, errors.CheckViolation)
    assert refusal.diag.constraint_name == "users_last_admin"
    assert race.value("SELECT count(*) FROM users WHERE role = 'ADMIN'") == 1


def test_two_moves_that_would_make_a_circle_together_are_not_both_made(race: Lockstep) -> None:
    race.first.execute("UPDATE categories SET parent_id = %(board)s WHERE id = %(shelf)s", race.ids)

    refusal = race.waits(
        race.second, "UPDATE categories SET parent_id = %(shelf)s WHERE id = %(board)s", until=race.first
    )

    assert isinstance(refusal, errors.CheckViolation)
    assert refusal.diag.constraint_name == "no_cycle"


RENAME = "UPDATE salons SET slug = 'renamed' WHERE id = %(salon)s"
DELETE = "DELETE FROM salons WHERE id = %(salon)s"


def paths_of(race: Lockstep, name: str) -> object:
    return race.value(
        "SELECT string_agg(kind || ' ' || path, ', ' ORDER BY kind) FROM url_paths"
        f" WHERE (entity_type, entity_id) = ('SALON', %({name})s)"
    )


def test_a_rename_that_waits_for_a_deletion_finds_nothing(race: Lockstep) -> None:
    race.first.execute(DELETE, race.ids)

    refusal = race.waits(race.second, RENAME, until=race.first)

    assert refusal is None
    assert race.value("SELECT slug FROM salons WHERE id = %(salon)s") == "one"
    assert paths_of(race, "salon") == "current /atlas/salon/one"


def test_a_deletion_that_waits_for_a_rename_deletes_the_renamed_row(race: Lockstep) -> None:
    race.first.execute(RENAME, race.ids)

    refusal = race.waits(race.second, DELETE, until=race.first)

    assert refusal is None
    assert race.value("SELECT deleted_at IS NOT NULL FROM salons WHERE id = %(salon)s") is True
    assert paths_of(race, "salon") == "current /atlas/salon/renamed, alias /atlas/salon/one"


SWAP = "SELECT swap_slugs('SALON', %(salon)s, %(other)s, 'mistaken')"


def test_a_rename_that_waits_for_a_swap_renames_what_the_swap_left(race: Lockstep) -> None:
    race.workers.execute(SWAP, race.ids)

    refusal = race.waits(race.first, RENAME, until=race.workers)

    assert refusal is None
    assert paths_of(race, "salon") == "current /atlas/salon/renamed, alias /atlas/salon/two"
    assert paths_of(race, "other") == "current /atlas/salon/one"
    assert race.value("SELECT count(*) FROM rebuild_url_paths()") == 0


def test_a_swap_that_waits_for_a_rename_swaps_the_new_name(race: Lockstep) -> None:
    race.first.execute(RENAME, race.ids)

    refusal = race.waits(race.workers, SWAP, until=race.first)

    assert refusal is None
    assert race.value("SELECT slug FROM salons WHERE id = %(other)s") == "renamed"
    assert paths_of(race, "salon") == "current /atlas/salon/two, alias /atlas/salon/one"
    assert paths_of(race, "other") == "current /atlas/salon/renamed"
    assert race.value("SELECT count(*) FROM rebuild_url_paths()") == 0


SET_PRIMARY = "UPDATE salons SET primary_owner_id = %(user)s WHERE id = %(salon)s"
REMOVE_OWNER = "DELETE FROM salon_owners WHERE user_id = %(user)s"


@pytest.fixture
def owned(race: Lockstep) -> Lockstep:
    race.first.execute("INSERT INTO salon_owners (salon_id, user_id) VALUES (%(salon)s, %(user)s)", race.ids)
    race.first.commit()
    return race


def test_an_owner_who_is_being_removed_does_not_become_the_primary_one(owned: Lockstep) -> None:
    owned.first.execute(REMOVE_OWNER, owned.ids)

    refusal = owned.waits(owned.second, SET_PRIMARY, until=owned.first)

    assert isinstance(refusal, errors.ForeignKeyViolation)
    assert refusal.diag.constraint_name == "salons_id_primary_owner_id_fkey"


def test_an_owner_who_is_removed_after_a_check_is_no_primary_owner_either(owned: Lockstep) -> None:
    owned.first.execute(SET_PRIMARY, owned.ids)
    owned.first.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refusal = owned.waits(owned.second, REMOVE_OWNER, until=owned.first)

    assert refusal is None
    assert owned.value("SELECT primary_owner_id FROM salons WHERE id = %(salon)s") is None


def test_an_owner_who_is_removed_before_the_check_refuses_the_commit(owned: Lockstep) -> None:
    owned.first.execute(SET_PRIMARY, owned.ids)
    owned.second.execute(REMOVE_OWNER, owned.ids)
    owned.second.commit()

    with pytest.raises(errors.ForeignKeyViolation) as refusal:
        owned.first.commit()

    assert refusal.value.diag.constraint_name == "salons_id_primary_owner_id_fkey"


RESTORE_REVIEW = "SELECT restore_batch(id) FROM deletion_batches WHERE root_type = 'REVIEW'"


@pytest.fixture
def review_deleted(race: Lockstep) -> Lockstep:
    race.first.execute("DELETE FROM reviews WHERE id = %(review)s", race.ids)
    race.first.commit()
    return race


def test_a_restore_that_waits_for_the_deletion_of_its_parent_is_refused(review_deleted: Lockstep) -> None:
    race = review_deleted
    race.first.execute(DELETE, race.ids)

    refusal = race.waits(race.workers, RESTORE_REVIEW, until=race.first)

    assert isinstance(refusal, errors.ForeignKeyViolation)
    assert refusal.diag.constraint_name == "reviews_salon_id_live"


def test_a_deletion_that_waits_for_a_restore_takes_the_restored_row_along(review_deleted: Lockstep) -> None:
    race = review_deleted
    race.workers.execute(RESTORE_REVIEW)

    refusal = race.waits(race.first, DELETE, until=race.workers)

    assert refusal is None
    assert race.value("SELECT row_count FROM deletion_batches WHERE root_type = 'SALON'") == 2
    assert race.value("SELECT deleted_at IS NOT NULL FROM reviews WHERE id = %(review)s") is True


def test_two_restores_of_one_deletion_restore_it_once(
    review_deleted: Lockstep, sevra_db: SevraDatabase
) -> None:
    race = review_deleted
    race.workers.execute(RESTORE_REVIEW)

    with sevra_db.connect(MAINTENANCE) as another:
        refusal = race.waits(another, RESTORE_REVIEW, until=race.workers)

    assert isinstance(refusal, errors.NoDataFound)


SHOW = "UPDATE salons SET avatar_media_id = %(picture)s WHERE id = %(salon)s"
HIDE = "UPDATE media SET is_private = true, url = NULL WHERE id = %(picture)s"
ATTACH = "INSERT INTO post_media (post_id, media_id) VALUES (%(post)s, %(picture)s)"
THROW_AWAY = "DELETE FROM media WHERE id = %(picture)s"
MOVE = "UPDATE salons SET city_id = %(city)s WHERE id = %(salon)s"
CLOSE_CITY = "DELETE FROM cities WHERE id = %(city)s"


@pytest.mark.parametrize(
    ("before", "after", "constraint"),
    [
        (SHOW, HIDE, "public_media_slot"),
        (HIDE, SHOW, "public_media_slot"),
        (SHOW, THROW_AWAY, "salons_avatar_media_id_restrict"),
        (THROW_AWAY, SHOW, "salons_avatar_media_id_live"),
        (ATTACH, THROW_AWAY, "media_in_use"),
        (THROW_AWAY, ATTACH, "post_media_media_id_live"),
        (MOVE, CLOSE_CITY, "salons_city_id_restrict"),
        (CLOSE_CITY, MOVE, "salons_city_id_live"),
    ],
)
def test_of_two_acts_that_exclude_each_other_the_first_holds(
    race: Lockstep, before: str, after: str, constraint: str
) -> None:
    race.first.execute(before.encode(), race.ids)

    refusal = race.waits(race.second, after, until=race.first)

    assert refusal is not None
    assert refusal.diag.constraint_name == constraint
