"""The invariant checks find each kind of damage, name the row, and say nothing of a sound database."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from databases import SevraDatabase
from factories import make_artist, make_review, make_salon, make_user

from sevra_atlas.domain.invariants import INVARIANTS, broken, check
from sevra_atlas.schema.access import OWNER


@pytest.fixture
def damaged(embedded_db: SevraDatabase) -> Iterator[psycopg.Connection]:
    """Return a superuser's transaction on a small sound directory, in which no trigger fires."""
    with embedded_db.session() as session:
        user, salon, artist = make_user(session), make_salon(session), make_artist(session)
        make_review(session, author_id=user.id, salon_id=salon.id)
        make_review(session, author_id=user.id, artist_id=artist.id)
    with psycopg.connect(embedded_db.admin_url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        yield connection
        connection.rollback()


DAMAGE: dict[LiteralString, tuple[str, str]] = {
    "UPDATE salons SET review_count = 2": ("counters of salons", "reviews 2 of 1"),
    "UPDATE salons SET rating_sum = 1, review_count = 1, follower_count = 3": (
        "counters of salons",
        "followers 3 of 0",
    ),
    "UPDATE artists SET save_count = 1": ("counters of artists", "saves 1 of 0"),
    "UPDATE reviews SET like_count = 7": ("counters of reviews", "likes 7 of 0"),
    "UPDATE reviews SET status = 'HIDDEN' WHERE salon_id IS NOT NULL": (
        "counters of salons",
        "reviews 1 of 0",
    ),
    "UPDATE entities SET state = 'hidden' WHERE entity_type = 'ARTIST'": (
        "entities of artists",
        "entity hidden, row public",
    ),
    "UPDATE entities SET first_public_at = NULL WHERE entity_type = 'SALON'": (
        "entities of salons",
        "entity public, row public",
    ),
    "INSERT INTO entities (entity_type, entity_id, state) VALUES ('SALON', 900000, 'public')": (
        "entities of salons",
        "salons 900000: entity public, row",
    ),
    "DELETE FROM url_paths WHERE entity_type = 'SALON'": ("paths of salons", "path , slug"),
    "UPDATE url_paths SET display_path = '/x' WHERE entity_type = 'ARTIST'": ("paths of artists", "slug"),
    "DELETE FROM slug_history WHERE entity_type = 'SALON'": ("the journal rebuilds the paths", "replayed"),
    "DELETE FROM entities WHERE entity_type = 'SALON'": ("owners of url_paths", "no such entity"),
    "UPDATE users SET deleted_at = now(), deletion_id = 1": (
        "live rows below users: reviews.author_id",
        "hangs on a deleted row",
    ),
    "INSERT INTO city_stats (city_id, salon_count) VALUES (900000, 99)": (
        "numbers of cities",
        "99 salons",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_the_row_is_named(damaged: psycopg.Connection, damage: LiteralString) -> None:
    assert broken(damaged) == []
    name, words = DAMAGE[damage]

    damaged.execute(damage)

    found = {outcome.name: outcome.broken for outcome in check(damaged)}
    assert any(words in row for row in found[name]), found[name]


def test_a_document_of_what_is_not_public_is_found(damaged: psycopg.Connection) -> None:
    damaged.execute("UPDATE artists SET status = 'SUSPENDED'")
    damaged.execute("UPDATE entities SET state = 'hidden' WHERE entity_type = 'ARTIST'")
    damaged.execute(
        "INSERT INTO search_documents (entity_type, entity_id, title, name_norm, tsv)"
        " SELECT 'ARTIST', id, 'x', 'x', '' FROM artists"
    )

    assert [row for row in broken(damaged) if row.startswith("search_documents")] != []


def test_a_check_tells_at_most_twenty_rows(damaged: psycopg.Connection) -> None:
    damaged.execute(
        "INSERT INTO entities (entity_type, entity_id, state)"
        " SELECT 'SALON', 500000 + i, 'public' FROM generate_series(1, 30000) i"
    )

    assert len(broken(damaged)) == 20


def test_each_check_has_a_name_of_its_own_and_its_seconds(embedded_db: SevraDatabase) -> None:
    with embedded_db.connect(OWNER) as connection:
        outcomes = list(check(connection))

    assert [outcome.name for outcome in outcomes] == [invariant.name for invariant in INVARIANTS]
    assert len({outcome.name for outcome in outcomes}) == len(outcomes)
    assert all(outcome.seconds >= 0 for outcome in outcomes)
