"""A small directory to attack: at least one row in every table a statement may be aimed at, known by name."""

import re

import psycopg
from databases import SevraDatabase
from factories import (
    make_artist,
    make_author,
    make_category,
    make_certification,
    make_city,
    make_comment,
    make_media,
    make_menu_item,
    make_neighborhood,
    make_page,
    make_post,
    make_province,
    make_review,
    make_salon,
    make_series,
    make_service,
    make_service_category,
    make_specialty,
    make_tag,
    make_user,
)
from sqlalchemy.orm import Session

from sevra_atlas.schema.access import APP, MAINTENANCE, OWNER
from sevra_atlas.schema.reference import KINDS

Ids = dict[str, int]

# What `:name` in a statement may be: psql's own way to write a variable, and no cast.
_VARIABLE = re.compile(r"(?<![:\w]):([a-z]\w*)")

_SATELLITES = """
INSERT INTO salon_owners (salon_id, user_id) VALUES (:salon, :owner), (:other_salon, :owner);
INSERT INTO artist_owners (artist_id, user_id) VALUES (:artist, :owner);
UPDATE salons SET primary_owner_id = :owner WHERE id = :salon;
UPDATE artists SET primary_owner_id = :owner WHERE id = :artist;
INSERT INTO opening_hours VALUES (:salon, 1, '{[540,1080)}');
INSERT INTO opening_exceptions VALUES (:salon, '2026-03-21', '{}');
INSERT INTO salon_artists (salon_id, artist_id, started_at) VALUES (:salon, :artist, '2026-01-01');
INSERT INTO salon_services (salon_id, service_id) VALUES (:salon, :service);
INSERT INTO artist_specialties (artist_id, specialty_id) VALUES (:artist, :specialty);
INSERT INTO media_links (media_id, entity_type, entity_id) VALUES (:picture, 'SALON', :salon);
INSERT INTO post_tags (post_id, tag_id) VALUES (:post, :tag);
INSERT INTO post_media (post_id, media_id) VALUES (:post, :picture);
INSERT INTO post_view_deltas (post_id, views) VALUES (:post, 1);
INSERT INTO review_votes (review_id, user_id, is_like) VALUES (:review, :owner, true);
INSERT INTO follows (follower_id, salon_id) VALUES (:visitor, :salon);
INSERT INTO follows (follower_id, artist_id) VALUES (:visitor, :artist);
INSERT INTO saves (user_id, salon_id) VALUES (:visitor, :salon);
INSERT INTO saves (user_id, artist_id) VALUES (:visitor, :artist);
INSERT INTO saves (user_id, post_id) VALUES (:visitor, :post);
INSERT INTO reactions (user_id, entity_type, entity_id, reaction)
     VALUES (:visitor, 'BLOG_POST', :post, 'love');
INSERT INTO reports (reporter_id, target_type, target_id, reason)
     VALUES (:visitor, 'SALON', :salon, 'closed');
INSERT INTO verification_requests (requested_by_id, salon_id) VALUES (:owner, :salon);
INSERT INTO verification_requests (requested_by_id, artist_id) VALUES (:owner, :artist);
INSERT INTO verification_documents (verification_request_id, media_id)
     SELECT min(id), :licence FROM verification_requests;
INSERT INTO seo_meta (entity_type, entity_id, title) VALUES ('SALON', :salon, 'x');
INSERT INTO redirect_rules (from_path, to_static_path) VALUES ('/old', '/');
INSERT INTO redirect_rules (from_prefix, to_prefix) VALUES ('/a/', '/b/');
INSERT INTO sessions (user_id, expires_at) VALUES (:visitor, '2099-01-01');
INSERT INTO refresh_tokens (session_id, token_hash, expires_at, used_at)
     SELECT id, sha256('1'), '2099-01-01', now() FROM sessions;
INSERT INTO refresh_tokens (session_id, token_hash, expires_at, parent_id)
     SELECT session_id, sha256('2'), '2099-01-01', id FROM refresh_tokens;
INSERT INTO otp_codes (phone_number, nonce, key_id, code_hmac, expires_at)
     VALUES ('+989120000000', substring(sha256('n') FOR 16), 1, sha256('c'), '2099-01-01');
INSERT INTO otp_attempts (phone_e164, purpose) VALUES ('+989120000000', 'LOGIN');
INSERT INTO idempotency_keys (user_id, path, key, request_hash) VALUES (:visitor, '/x', 'k', sha256('r'));
INSERT INTO rate_limits (key, tat) VALUES ('k', now());
INSERT INTO job_effects (key) VALUES ('k');
INSERT INTO path_misses (path) VALUES ('/lost');
INSERT INTO path_hit_deltas (path, hits) VALUES ('/old', 1);
"""

_WORKERS = """
INSERT INTO file_removals (storage_key, why) VALUES ('2026/01/lost.webp', 'orphan');
INSERT INTO job_failures (job_id, fault) VALUES (1, 'x');
INSERT INTO sitemap_urls (path, entity_type, entity_id, section, content_hash, lastmod)
     VALUES ('/atlas/salon/roya', 'SALON', :salon, 'salons', '1', '2026-01-01');
INSERT INTO sitemap_shards (section, shard) VALUES ('salons', 0);
INSERT INTO sitemap_failures (entity_type, entity_id, sqlstate, message)
     VALUES ('SALON', :salon, '22003', 'x');
INSERT INTO sitemap_files (name, section, shard, url_count, byte_count, content_hash, lastmod)
     VALUES ('salons-0', 'salons', 0, 1, 1, sha256('x'), now());
INSERT INTO search_documents (entity_type, entity_id, title, name_norm, tsv)
     VALUES ('SALON', :salon, 'x', 'x', 'x');
INSERT INTO search_lexemes VALUES ('x', 1, '{}');
INSERT INTO city_stats (city_id) VALUES (:city);
INSERT INTO legal_holds (entity_type, entity_id, reason) VALUES ('SALON', :dead_salon, 'a court asks for it');
INSERT INTO archive.rows (batch_id, table_name, row_id, row, row_sha256, migration)
     SELECT min(id), 'reviews', 1, '{}', sha256('x'), 'x' FROM deletion_batches;
INSERT INTO archive.segments (month, storage_key, sha256, row_count, byte_size, format_version)
     VALUES ('2026-01-01', 'k', sha256('x'), 1, 1, 1);
"""

_OWNED = """
INSERT INTO erasures (user_id, subject_hmac, due_at) VALUES (:dead_user, sha256('x'), now());
"""


def build(database: SevraDatabase) -> Ids:
    """Fill a fresh database, commit, and return the ids by name; `dead_salon` is a salon in the trash."""
    with database.session() as session:
        ids = {**_places(session), **_directory(session)}
        ids.update(_blog(session, ids))
        ids.update(_dead(session))
    for role, statements in ((APP, _SATELLITES), (MAINTENANCE, _WORKERS), (OWNER, _OWNED)):
        with database.connect(role) as connection:
            connection.execute(with_ids(statements, ids).encode())
    return ids


def with_ids(statement: str, ids: Ids) -> str:
    """Put the ids in the place of psql's variables; an unknown one is a KeyError."""
    return _VARIABLE.sub(lambda found: str(ids[found[1]]), statement)


def _places(session: Session) -> Ids:
    city, elsewhere = make_city(session), make_city(session)
    return {
        "province": city.province_id,
        "city": city.id,
        "neighborhood": make_neighborhood(session, city_id=city.id).id,
        "elsewhere": elsewhere.id,
        "province_elsewhere": elsewhere.province_id,
        "bare_province": make_province(session).id,
        "neighborhood_elsewhere": make_neighborhood(session, city_id=elsewhere.id).id,
        # Two of one slug in two cities: such are moved into one.
        "namesake": make_neighborhood(session, city_id=city.id, slug="bazaar").id,
        "namesake_elsewhere": make_neighborhood(session, city_id=elsewhere.id, slug="bazaar").id,
    }


def _directory(session: Session) -> Ids:
    ids = {name: make_user(session, email=f"{name}@example.com").id for name in ("visitor", "owner")}
    ids["admin"] = make_user(session, role="ADMIN").id
    ids["picture"] = make_media(session, uploaded_by_id=ids["owner"]).id
    ids["licence"] = make_media(session, is_private=True, kind="LICENSE").id
    ids["secret"] = make_media(session, is_private=True).id
    ids["service_category"] = make_service_category(session).id
    ids["service"] = make_service(session, category_id=ids["service_category"]).id
    ids["other_service"] = make_service(session, category_id=ids["service_category"]).id
    ids["specialty"], ids["other_specialty"] = make_specialty(session).id, make_specialty(session).id
    ids["salon"], ids["other_salon"] = make_salon(session, slug="roya").id, make_salon(session).id
    ids["artist"], ids["other_artist"] = make_artist(session).id, make_artist(session).id
    ids["certification"] = make_certification(session, artist_id=ids["artist"]).id
    ids["review"] = make_review(session, author_id=ids["visitor"], salon_id=ids["salon"]).id
    ids["artist_review"] = make_review(session, author_id=ids["visitor"], artist_id=ids["artist"]).id
    # Somebody who writes about nothing yet.
    ids["stranger"] = make_user(session).id
    return ids


def _blog(session: Session, ids: Ids) -> Ids:
    author = make_author(session, id=ids["owner"]).id
    shelf = make_category(session).id
    post = make_post(session, slug="care", author_id=author, category_id=shelf).id
    comment = make_comment(session, user_id=ids["visitor"], post_id=post).id
    item = make_menu_item(session)
    series = [make_series(session).id for _ in range(2)]
    tags = [make_tag(session).id for _ in range(2)]
    return {
        "author": author,
        "shelf": shelf,
        "board": make_category(session, parent_id=shelf).id,
        "series": series[0],
        "tag": tags[0],
        "other_tag": tags[1],
        "post": post,
        "other_post": make_post(session).id,
        "draft": make_post(session, status="draft").id,
        "page": make_page(session).id,
        "other_page": make_page(session).id,
        "comment": comment,
        "reply": make_comment(session, user_id=ids["owner"], post_id=post, parent_id=comment).id,
        "salon_comment": make_comment(session, user_id=ids["visitor"], salon_id=ids["salon"]).id,
        "artist_comment": make_comment(session, user_id=ids["visitor"], artist_id=ids["artist"]).id,
        "menu": item.menu_id,
        "item": item.id,
        "item_below": make_menu_item(session, menu_id=item.menu_id, parent_id=item.id).id,
    }


def _dead(session: Session) -> Ids:
    """Make a row of every kind that others refer to, and delete it."""
    made = {
        "province": make_province(session),
        "city": make_city(session),
        "neighborhood": make_neighborhood(session),
        "user": make_user(session),
        "author": make_author(session),
        "salon": make_salon(session, slug="closed"),
        "artist": make_artist(session),
        "service_category": make_service_category(session),
        "service": make_service(session),
        "specialty": make_specialty(session),
        "media": make_media(session),
        "category": make_category(session),
        "series": make_series(session),
        "tag": make_tag(session),
        "post": make_post(session),
        "review": make_review(session),
        "comment": make_comment(session),
    }
    ids = {f"dead_{name}": row.id for name, row in made.items()}
    for row in made.values():
        assert row.__tablename__ in KINDS
        session.connection().exec_driver_sql(f"DELETE FROM {row.__tablename__} WHERE id = {row.id}")
    return ids


def say(connection: psycopg.Connection, role: str, path: str, statement: str) -> None:
    """Run plain SQL as a role inside the transaction, then give the role back."""
    before = connection.execute("SELECT current_setting('role'), current_setting('search_path')").fetchone()
    lend = "SELECT set_config('role', %s, true), set_config('search_path', %s, true)"
    connection.execute(lend, (role, path))
    connection.execute(statement.encode())
    connection.execute(lend, before)
