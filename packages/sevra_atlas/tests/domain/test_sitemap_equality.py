"""Whatever is edited in whatever order: what the announcements made is what a full rebuild makes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sitemap_scene import BASE_URL, Bench, fill
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sevra_atlas.domain.sitemap_folder import SitemapFolder
from sevra_atlas.domain.sitemap_projection import Aligned

# `{n}` is a number that Hypothesis draws; `ANY OF t` becomes the id of a row of the table.
EDITS = (
    "INSERT INTO salons (name, slug, city_id) VALUES ('سالن {n}', 'salon-{n}', ANY OF cities)",
    "INSERT INTO artists (full_name, slug, city_id) VALUES ('هنرمند {n}', 'artist-{n}', ANY OF cities)",
    (
        "INSERT INTO posts (title, slug, status, category_id, series_id)"
        " VALUES ('نوشته {n}', 'post-{n}', 'published', ANY OF categories, NULL)"
    ),
    (
        "INSERT INTO cities (name_fa, slug, province_id, is_landing_enabled)"
        " VALUES ('شهر {n}', 'city-{n}', ANY OF provinces, true)"
    ),
    "INSERT INTO tags (name, slug) VALUES ('برچسب {n}', 'tag-{n}')",
    "INSERT INTO categories (name, slug) VALUES ('دسته {n}', 'category-{n}')",
    "INSERT INTO neighborhoods (name_fa, slug, city_id) VALUES ('محله {n}', 'near-{n}', ANY OF cities)",
    "INSERT INTO post_tags (post_id, tag_id) VALUES (ANY OF posts, ANY OF tags)",
    (
        "INSERT INTO salon_artists (salon_id, artist_id, accepted_at)"
        " VALUES (ANY OF salons, ANY OF artists, now())"
    ),
    "INSERT INTO seo_meta (entity_type, entity_id, robots) VALUES ('SALON', ANY OF salons, 'NOINDEX_FOLLOW')",
    "INSERT INTO seo_meta (entity_type, entity_id, title) VALUES ('BLOG_POST', ANY OF posts, 'عنوان {n}')",
    (
        "INSERT INTO seo_meta (entity_type, entity_id, canonical_mode, canonical_url)"
        " VALUES ('TAG', ANY OF tags, 'CUSTOM', 'https://elsewhere.example/{n}')"
    ),
    "UPDATE seo_meta SET robots = 'INDEX_FOLLOW'",
    "UPDATE seo_meta SET robots = 'NOINDEX_FOLLOW' WHERE locale = 'en' AND id % 2 = {n} % 2",
    (
        "INSERT INTO seo_meta (entity_type, entity_id, locale, breadcrumb_label)"
        " VALUES ('SALON', ANY OF salons, 'en', 'Salon {n}')"
    ),
    (
        "INSERT INTO seo_meta (entity_type, entity_id, locale, h1)"
        " VALUES ('ARTIST', ANY OF artists, 'en', 'Artist {n}')"
    ),
    "UPDATE seo_meta SET breadcrumb_label = NULL WHERE locale = 'en' AND id % 2 = {n} % 2",
    "UPDATE cities SET name_en = 'City {n}' WHERE id = ANY OF cities",
    "UPDATE cities SET name_en = NULL WHERE id = ANY OF cities",
    "UPDATE provinces SET name_en = 'Province {n}' WHERE id = ANY OF provinces",
    "UPDATE neighborhoods SET name_en = 'Near {n}' WHERE id = ANY OF neighborhoods",
    "UPDATE service_definitions SET name_en = 'Service {n}'",
    "UPDATE seo_meta SET description = 'شرح {n}' WHERE id % 2 = {n} % 2",
    "DELETE FROM seo_meta WHERE id % 3 = {n} % 3",
    "UPDATE salons SET slug = 'renamed-{n}' WHERE id = ANY OF salons",
    "UPDATE salons SET slug = upper(slug) WHERE id = ANY OF salons",
    "UPDATE posts SET slug = 'renamed-{n}' WHERE id = ANY OF posts",
    "UPDATE cities SET slug = 'renamed-{n}' WHERE id = ANY OF cities",
    "UPDATE salons SET name = 'نام {n}' WHERE id = ANY OF salons",
    "UPDATE salons SET name = 'همه {n}'",
    "UPDATE artists SET full_name = 'همه {n}'",
    "UPDATE posts SET title = 'همه {n}'",
    "UPDATE salons SET status = 'SUSPENDED' WHERE id = ANY OF salons",
    "UPDATE salons SET status = 'ACTIVE' WHERE id = ANY OF salons",
    "UPDATE salons SET city_id = ANY OF cities, neighborhood_id = NULL WHERE id = ANY OF salons",
    "UPDATE artists SET full_name = 'هنرمند {n}' WHERE id = ANY OF artists",
    "UPDATE artists SET status = 'SUSPENDED' WHERE id = ANY OF artists",
    "UPDATE artists SET city_id = ANY OF cities, neighborhood_id = NULL WHERE id = ANY OF artists",
    "UPDATE cities SET name_fa = 'شهر {n}' WHERE id = ANY OF cities",
    "UPDATE cities SET is_landing_enabled = NOT is_landing_enabled WHERE id = ANY OF cities",
    "UPDATE provinces SET name_fa = 'استان {n}' WHERE id = ANY OF provinces",
    "UPDATE neighborhoods SET name_fa = 'محله {n}' WHERE id = ANY OF neighborhoods",
    "UPDATE service_definitions SET name_fa = 'خدمت {n}'",
    "UPDATE service_categories SET name_fa = 'گروه {n}'",
    "INSERT INTO opening_hours VALUES (ANY OF salons, 1 + {n} % 7, '{[600,700)}')",
    "UPDATE opening_hours SET open_minutes = int4multirange(int4range(540, 600 + {n} % 100))",
    "DELETE FROM opening_hours WHERE salon_id = ANY OF salons",
    "INSERT INTO opening_exceptions VALUES (ANY OF salons, CURRENT_DATE + {n} % 7 - 3, '{}', 'روز {n}')",
    "DELETE FROM opening_exceptions WHERE salon_id = ANY OF salons",
    (
        "INSERT INTO artist_certifications (artist_id, title, issuer, verified_at)"
        " VALUES (ANY OF artists, 'گواهی {n}', 'آموزشگاه', now())"
    ),
    "UPDATE artist_certifications SET title = 'گواهی {n}' WHERE id = ANY OF artist_certifications",
    "UPDATE artist_certifications SET verified_at = now()",
    "DELETE FROM artist_certifications WHERE id = ANY OF artist_certifications",
    (
        "INSERT INTO media_links (entity_type, entity_id, media_id)"
        " VALUES ('SALON', ANY OF salons, ANY OF media)"
    ),
    (
        "INSERT INTO media_links (entity_type, entity_id, media_id, position)"
        " VALUES ('ARTIST', ANY OF artists, ANY OF media, {n} % 5)"
    ),
    "UPDATE media_links SET position = {n} % 5 - position",
    "DELETE FROM media_links WHERE id = ANY OF media_links",
    "UPDATE media SET alt_text = 'تصویر {n}' WHERE id = ANY OF media",
    "DELETE FROM media WHERE id = ANY OF media",
    "UPDATE salons SET avatar_media_id = ANY OF media WHERE id = ANY OF salons",
    "UPDATE categories SET parent_id = NULL WHERE id = ANY OF categories",
    "UPDATE categories SET parent_id = ANY OF categories WHERE id = ANY OF categories",
    "UPDATE categories SET name = 'دسته {n}' WHERE id = ANY OF categories",
    "UPDATE cities SET province_id = ANY OF provinces WHERE id = ANY OF cities",
    "INSERT INTO provinces (name_fa, slug) VALUES ('استان {n}', 'province-{n}')",
    "UPDATE author_profiles SET display_name = 'نام {n}'",
    "UPDATE posts SET title = 'نوشته {n}' WHERE id = ANY OF posts",
    "UPDATE posts SET status = 'draft' WHERE id = ANY OF posts",
    "UPDATE posts SET status = 'published' WHERE id = ANY OF posts",
    "UPDATE posts SET status = 'archived' WHERE id = ANY OF posts",
    "UPDATE posts SET visibility = 'unlisted' WHERE id = ANY OF posts",
    "UPDATE posts SET category_id = ANY OF categories WHERE id = ANY OF posts",
    "UPDATE posts SET series_id = NULL, series_position = NULL WHERE id = ANY OF posts",
    "UPDATE tags SET name = 'برچسب {n}' WHERE id = ANY OF tags",
    "UPDATE salon_artists SET ended_at = CURRENT_DATE WHERE id % 2 = {n} % 2",
    "UPDATE salon_services SET is_active = NOT is_active",
    "DELETE FROM post_tags WHERE tag_id = ANY OF tags",
    "DELETE FROM salon_artists WHERE id % 2 = {n} % 2",
    "DELETE FROM salons WHERE id = ANY OF salons",
    "DELETE FROM artists WHERE id = ANY OF artists",
    "DELETE FROM posts WHERE id = ANY OF posts",
    "DELETE FROM tags WHERE id = ANY OF tags",
    "DELETE FROM categories WHERE id = ANY OF categories",
    "DELETE FROM neighborhoods WHERE id = ANY OF neighborhoods",
    "DELETE FROM cities WHERE id = ANY OF cities",
    "DELETE FROM service_definitions",
)
# What only maintenance may do.
KEPT_EDITS = (
    "SELECT restore_batch(max(id)) FROM deletion_batches WHERE restored_at IS NULL",
    "SELECT restore_batch(min(id)) FROM deletion_batches WHERE restored_at IS NULL",
    "SELECT swap_slugs('SALON', min(id), max(id), 'swap') FROM salons WHERE deleted_at IS NULL",
)
TICK = "tick"

steps = st.lists(
    st.tuples(st.sampled_from((*EDITS, *EDITS, *KEPT_EDITS, TICK)), st.integers(0, 9)),
    min_size=4,
    max_size=24,
)


def _stated(edit: str, number: int, serial: int) -> str:
    words = edit.replace("{n} %", f"{number} %").replace("{n}", str(serial)).split("ANY OF ")
    stated = words[0]
    for rest in words[1:]:
        table, closing, tail = rest.partition(rest.lstrip("abcdefghijklmnopqrstuvwxyz_")[:1] or " ")
        place = f"{number} % greatest((SELECT count(*) FROM {table}), 1)"
        chosen = f"(SELECT id FROM {table} ORDER BY id OFFSET {place} LIMIT 1)"
        stated += chosen + closing + tail
    return stated


def _edit(bench: Bench, edit: str, number: int, serial: int) -> None:
    """Make an edit, or leave it where the database refuses it."""
    role = "sevra_maintenance" if edit in KEPT_EDITS else "sevra_app"
    try:
        with bench.db.session(role) as session:
            session.execute(text(_stated(edit, number, serial)))
    except DBAPIError as error:
        # Integrity, lack of data, and rules of the platform; a mistake in an edit is none of them.
        if not (getattr(error.orig, "sqlstate", None) or "").startswith(("23", "P0002")):
            raise


def _hold_after_any_sequence(bench: Bench, examples: int) -> None:
    with bench.db.session() as session:
        fill(session)
    bench.tick()
    anew = SitemapFolder(bench.folder.path.with_name("anew"), BASE_URL)
    serial = 0

    # The rows of one example are the ground of the next.
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def hold(edits: list[tuple[str, int]]) -> None:
        nonlocal serial
        for edit, number in edits:
            serial += 1
            bench.later(seconds=30)
            if edit == TICK:
                bench.tick()
            else:
                _edit(bench, edit, number, serial)
        bench.later(seconds=30)
        bench.tick()
        incremental = bench.files()

        rebuilt = bench.rebuild(anew)

        assert rebuilt.aligned == Aligned()
        assert rebuilt.is_repair
        assert bench.files(anew) == incremental

    hold()
    assert serial > examples


def test_an_incremental_run_and_a_full_rebuild_produce_the_same_bytes_after_any_sequence_of_edits(
    bench: Bench,
) -> None:
    _hold_after_any_sequence(bench, 12)


@pytest.mark.slow
def test_the_bytes_stay_the_same_through_many_more_edits(bench: Bench) -> None:
    _hold_after_any_sequence(bench, 60)
