"""Sitemap rows, meta data and search documents follow what the visitor may see."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from databases import acting_as, violated_by
from factories import make_category, make_city, make_media, make_post, make_salon, make_user
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import SeoMeta, SitemapUrl
from sevra_atlas.schema.access import MAINTENANCE, OWNER
from sevra_atlas.schema.enums import AccountStatus

THEN = datetime(2026, 1, 1, tzinfo=UTC)
Facts = dict[str, Any]


def list_in_sitemap(session: Session, kind: str, row: int, path: str, **facts: Any) -> SitemapUrl:
    url = SitemapUrl(path=path, entity_type=kind, entity_id=row, section="salons", **facts)
    session.add(url)
    session.flush()
    return url


def index_for_search(session: Session, kind: str, row: int) -> None:
    session.execute(
        text(
            "INSERT INTO search_documents (entity_type, entity_id, title, name_norm, tsv)"
            " VALUES (CAST(:kind AS entity_type), :row, 'x', 'x', 'x')"
        ),
        {"kind": kind, "row": row},
    )


def count(session: Session, table: str) -> int | None:
    number: int | None = session.scalar(text(f"SELECT count(*) FROM {table}"))
    return number


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE salons SET status = 'SUSPENDED' WHERE id = :id",
        "DELETE FROM salons WHERE id = :id",
    ],
)
def test_what_is_no_longer_public_leaves_search_and_sitemap_at_once(session: Session, act: str) -> None:
    salon = make_salon(session, slug="roya")
    with acting_as(session, MAINTENANCE):
        list_in_sitemap(session, "SALON", salon.id, "/atlas/salon/roya")
        index_for_search(session, "SALON", salon.id)

    session.execute(text(act), {"id": salon.id})

    assert (count(session, "sitemap_urls"), count(session, "search_documents")) == (0, 0)


def test_a_renamed_page_is_listed_under_its_new_path(session: Session) -> None:
    salon = make_salon(session, slug="roya")
    with acting_as(session, MAINTENANCE):
        list_in_sitemap(session, "SALON", salon.id, "/atlas/salon/roya")

    salon.slug = "roya-two"
    session.flush()

    assert session.scalar(text("SELECT path FROM sitemap_urls")) == "/atlas/salon/roya-two"


def test_swapped_slugs_swap_the_rows_of_the_sitemap(session: Session) -> None:
    one, two = make_salon(session, slug="one"), make_salon(session, slug="two")
    with acting_as(session, MAINTENANCE):
        for salon in (one, two):
            list_in_sitemap(session, "SALON", salon.id, f"/atlas/salon/{salon.slug}", lastmod=THEN)

        session.execute(
            text("SELECT swap_slugs('SALON', :one, :two, 'mistaken')"), {"one": one.id, "two": two.id}
        )
        listed = session.execute(text("SELECT entity_id, path, lastmod FROM sitemap_urls")).all()

    assert {tuple(row) for row in listed} == {
        (one.id, "/atlas/salon/two", THEN),
        (two.id, "/atlas/salon/one", THEN),
    }


def test_a_row_of_the_sitemap_belongs_to_the_owner_of_its_path(session: Session) -> None:
    salon, other = make_salon(session, slug="roya"), make_salon(session)
    path = "/atlas/salon/roya"

    with acting_as(session, MAINTENANCE):

        def listed(row: int, **facts: Any) -> str | None:
            return violated_by(session, lambda: list_in_sitemap(session, "SALON", row, path, **facts))

        assert listed(other.id) == "sitemap_urls_path_entity_type_entity_id_fkey"
        assert listed(salon.id, locale="de") == "sitemap_urls_locale_check"
        assert listed(salon.id, priority=2) == "sitemap_urls_priority_check"
        assert listed(salon.id) is None
        assert listed(salon.id) == "sitemap_urls_path_locale_key"


def test_the_date_of_a_page_moves_forward_and_only_with_its_content(session: Session) -> None:
    salon = make_salon(session, slug="roya")
    with acting_as(session, MAINTENANCE):
        url = list_in_sitemap(
            session, "SALON", salon.id, "/atlas/salon/roya", lastmod=THEN, content_hash=b"1"
        )

        def change(days: int, content_hash: bytes) -> None:
            url.lastmod, url.content_hash = THEN + timedelta(days=days), content_hash

        assert violated_by(session, lambda: change(1, b"1")) == "keep_lastmod"
        session.refresh(url)
        assert violated_by(session, lambda: change(-1, b"2")) == "keep_lastmod"
        session.refresh(url)
        assert violated_by(session, lambda: change(1, b"2")) is None


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"entity_type": "USER"}, "seo_meta_entity_type_check"),
        ({"locale": "de"}, "seo_meta_locale_check"),
        ({"canonical_mode": "CUSTOM"}, "seo_meta_check"),
        ({"canonical_url": "https://example.com/"}, "seo_meta_check"),
        ({"canonical_url": "/x", "canonical_mode": "CUSTOM"}, "seo_meta_canonical_url_check1"),
        ({"title": "x" * 256}, "seo_meta_title_check"),
        ({"entity_id": 987_654_321}, "seo_meta_entity_type_entity_id_fkey"),
    ],
)
def test_meta_data_that_break_a_rule_are_refused(session: Session, facts: Facts, constraint: str) -> None:
    given: Facts = {"entity_type": "SALON", "entity_id": make_salon(session).id}
    if facts.get("entity_type") == "USER":
        given["entity_id"] = make_user(session).id

    refusal = violated_by(session, lambda: session.add(SeoMeta(**{**given, **facts})))

    assert refusal == constraint


def test_the_picture_of_a_page_is_a_public_file_that_stays(session: Session) -> None:
    salon, secret, picture = make_salon(session), make_media(session, is_private=True), make_media(session)
    given: Facts = {"entity_type": "SALON", "entity_id": salon.id}

    hidden = SeoMeta(**given, og_image_media_id=secret.id)
    assert violated_by(session, lambda: session.add(hidden)) == "public_media_slot"
    shown = SeoMeta(**given, og_image_media_id=picture.id)
    assert violated_by(session, lambda: session.add(shown)) is None
    delete = text("DELETE FROM media WHERE id = :id")
    assert violated_by(session, lambda: session.execute(delete, {"id": picture.id})) == "media_in_use"


def test_a_change_of_meta_data_is_announced_for_its_entity(session: Session) -> None:
    post = make_post(session)
    seen = count(session, "outbox") or 0

    session.add(SeoMeta(entity_type="BLOG_POST", entity_id=post.id, title="x"))
    session.flush()

    told = session.execute(
        text("SELECT topic::text, entity_type::text, entity_id FROM outbox ORDER BY id OFFSET :seen"),
        {"seen": seen},
    )
    assert {tuple(row) for row in told} == {
        ("search", "BLOG_POST", post.id),
        ("sitemap", "BLOG_POST", post.id),
    }


def indexable(session: Session, kind: str) -> set[tuple[int, str]]:
    rows = session.execute(
        text(
            "SELECT entity_id, locale FROM indexable_entities WHERE entity_type = CAST(:kind AS entity_type)"
        ),
        {"kind": kind},
    )
    return {(row.entity_id, row.locale) for row in rows}


def test_a_city_is_indexable_once_somebody_works_there(session: Session) -> None:
    bare, city = make_city(session), make_city(session)
    salon = make_salon(session, city_id=city.id)

    assert indexable(session, "CITY") == {(city.id, "fa")}
    assert (bare.id, "fa") not in indexable(session, "CITY")

    salon.status = AccountStatus.SUSPENDED
    session.flush()
    assert indexable(session, "CITY") == set()


def test_robots_and_canonical_decide_what_is_indexable(session: Session) -> None:
    shelves = {name: make_category(session, slug=name) for name in ("plain", "hidden", "other", "own")}

    def meta(name: str, **facts: Any) -> None:
        session.add(SeoMeta(entity_type="CATEGORY", entity_id=shelves[name].id, **facts))
        session.flush()

    meta("plain", locale="en", title="Plain")
    meta("hidden", robots="NOINDEX_FOLLOW")
    meta("other", canonical_mode="CUSTOM", canonical_url="https://example.com/else")
    meta("own", canonical_mode="CUSTOM", canonical_url="https://example.com/blog/category/own")

    assert indexable(session, "CATEGORY") == {
        (shelves["plain"].id, "fa"),
        (shelves["plain"].id, "en"),
        (shelves["own"].id, "fa"),
    }


def test_the_trash_shows_each_open_batch_with_its_rows(session: Session) -> None:
    city = make_city(session)
    salon = make_salon(session, city_id=city.id)
    session.execute(text("DELETE FROM salons WHERE id = :id"), {"id": salon.id})

    with acting_as(session, MAINTENANCE):
        batch = session.execute(text("SELECT * FROM trash")).one()

    assert (batch.root_type, batch.root_id, batch.rows) == ("SALON", salon.id, {"salons": 1})
    assert batch.archived_from - batch.created_at == timedelta(days=30)


def test_days_are_kept_for_every_kind_and_weights_sum_up(session: Session) -> None:
    with acting_as(session, OWNER):
        without = session.scalar(
            text(
                "SELECT count(*) FROM entity_types t"
                " WHERE NOT EXISTS (SELECT FROM retention_policies p WHERE p.entity_type = t.entity_type)"
            )
        )
        assert without == 0
        assert session.scalar(text("SELECT sum(weight) FROM search_weights")) == 1000
        never = text("UPDATE retention_policies SET keep_days = 0")
        assert violated_by(session, lambda: session.execute(never)) == "retention_policies_keep_days_check"
        heavy = text("UPDATE search_weights SET weight = 1001")
        assert violated_by(session, lambda: session.execute(heavy)) == "search_weights_weight_check"
