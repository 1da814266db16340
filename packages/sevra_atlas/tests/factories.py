"""Rows with only the facts that matter: everything a test does not name is filled in.

Each takes an ORM session of any role, adds the row, flushes, and returns it. As `sevra_app` the columns that
the database keeps (`created_at`, counters, `verification`) cannot be given; as `sevra_owner` they can.
"""

from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from sevra_atlas.schema import (
    Artist,
    ArtistCertification,
    AuthorProfile,
    Base,
    Category,
    City,
    Comment,
    Media,
    Menu,
    MenuItem,
    Neighborhood,
    Page,
    Post,
    PostTag,
    Province,
    Reaction,
    Review,
    Salon,
    SeoMeta,
    Series,
    ServiceCategory,
    ServiceDefinition,
    Specialty,
    Tag,
    User,
)

Row = TypeVar("Row", bound=Base)

_numbers = count(1)


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def make_user(session: Session, **columns: Any) -> User:
    """Return an active user with a phone number of their own."""
    number = next(_numbers)
    given = {
        "username": f"user-{number}",
        "phone_number": f"+98900{number:07d}",
        "referral_code": f"code-{number}",
    }
    return _add(session, User(**{**given, **columns}))


def make_province(session: Session, **columns: Any) -> Province:
    """Return a province."""
    number = next(_numbers)
    return _add(session, Province(**{"name_fa": f"استان {number}", "slug": f"province-{number}", **columns}))


def make_city(session: Session, **columns: Any) -> City:
    """Return a city, in a province of its own unless one is given."""
    number = next(_numbers)
    if "province_id" not in columns:
        columns["province_id"] = make_province(session).id
    return _add(session, City(**{"name_fa": f"شهر {number}", "slug": f"city-{number}", **columns}))


def make_neighborhood(session: Session, **columns: Any) -> Neighborhood:
    """Return a neighbourhood, in a city of its own unless one is given."""
    number = next(_numbers)
    if "city_id" not in columns:
        columns["city_id"] = make_city(session).id
    given = {"name_fa": f"محله {number}", "slug": f"neighborhood-{number}"}
    return _add(session, Neighborhood(**{**given, **columns}))


def make_salon(session: Session, **columns: Any) -> Salon:
    """Return an active salon; without a city unless one is given."""
    number = next(_numbers)
    return _add(session, Salon(**{"name": f"سالن {number}", "slug": f"salon-{number}", **columns}))


def make_artist(session: Session, **columns: Any) -> Artist:
    """Return an active artist; without a city unless one is given."""
    number = next(_numbers)
    return _add(session, Artist(**{"full_name": f"هنرمند {number}", "slug": f"artist-{number}", **columns}))


def make_certification(session: Session, **columns: Any) -> ArtistCertification:
    """Return an unverified certification, of an artist of its own unless one is given."""
    if "artist_id" not in columns:
        columns["artist_id"] = make_artist(session).id
    given = {"title": "رنگ مو", "issuer": "سازمان فنی و حرفه‌ای"}
    return _add(session, ArtistCertification(**{**given, **columns}))


def make_service_category(session: Session, **columns: Any) -> ServiceCategory:
    """Return a group of services."""
    number = next(_numbers)
    given = {"name_fa": f"گروه {number}", "slug": f"category-{number}"}
    return _add(session, ServiceCategory(**{**given, **columns}))


def make_service(session: Session, **columns: Any) -> ServiceDefinition:
    """Return a service, in a group of its own unless one is given."""
    number = next(_numbers)
    if "category_id" not in columns:
        columns["category_id"] = make_service_category(session).id
    given = {"name_fa": f"خدمت {number}", "slug": f"service-{number}"}
    return _add(session, ServiceDefinition(**{**given, **columns}))


def make_specialty(session: Session, **columns: Any) -> Specialty:
    """Return a specialty."""
    number = next(_numbers)
    given = {"name_fa": f"تخصص {number}", "slug": f"specialty-{number}"}
    return _add(session, Specialty(**{**given, **columns}))


def make_media(session: Session, **columns: Any) -> Media:
    """Return a public picture, or a private one with `is_private=True`."""
    number = next(_numbers)
    given: dict[str, Any] = {"storage_key": f"key-{number}", "mime": "image/webp"}
    if not columns.get("is_private"):
        given["url"] = f"/media/key-{number}.webp"
    return _add(session, Media(**{**given, **columns}))


def make_review(session: Session, **columns: Any) -> Review:
    """Return a published review of five points; author and salon are made unless they are given."""
    if "author_id" not in columns:
        columns["author_id"] = make_user(session).id
    if "salon_id" not in columns and "artist_id" not in columns:
        columns["salon_id"] = make_salon(session).id
    return _add(session, Review(**{"rating": 5, "body": "خیلی خوب بود", **columns}))


def make_author(session: Session, **columns: Any) -> AuthorProfile:
    """Return a byline, of a user of its own unless an id is given."""
    if "id" not in columns:
        columns["id"] = make_user(session).id
    return _add(session, AuthorProfile(**{"display_name": "نویسنده", **columns}))


def make_category(session: Session, **columns: Any) -> Category:
    """Return a category of the blog."""
    number = next(_numbers)
    return _add(session, Category(**{"name": f"دسته {number}", "slug": f"shelf-{number}", **columns}))


def make_tag(session: Session, **columns: Any) -> Tag:
    """Return a tag."""
    number = next(_numbers)
    return _add(session, Tag(**{"name": f"برچسب {number}", "slug": f"tag-{number}", **columns}))


def make_series(session: Session, **columns: Any) -> Series:
    """Return a series."""
    number = next(_numbers)
    return _add(session, Series(**{"title": f"مجموعه {number}", "slug": f"series-{number}", **columns}))


def make_post(session: Session, **columns: Any) -> Post:
    """Return a public post without byline, or a draft with `status="draft"`."""
    number = next(_numbers)
    given = {"title": f"نوشته {number}", "slug": f"post-{number}", "status": "published"}
    return _add(session, Post(**{**given, **columns}))


def make_page(session: Session, **columns: Any) -> Page:
    """Return a published page."""
    number = next(_numbers)
    given = {"title": "صفحه", "content": "متن", "slug": f"page-{number}", "status": "published"}
    return _add(session, Page(**{**given, **columns}))


def make_comment(session: Session, **columns: Any) -> Comment:
    """Return an approved comment; writer and post are made unless they are given."""
    if "user_id" not in columns:
        columns["user_id"] = make_user(session).id
    if not columns.keys() & {"post_id", "salon_id", "artist_id"}:
        columns["post_id"] = make_post(session).id
    return _add(session, Comment(**{"content": "خوب بود", "status": "approved", **columns}))


def make_menu_item(session: Session, **columns: Any) -> MenuItem:
    """Return an entry, in the header's menu unless one is given."""
    if "menu_id" not in columns:
        columns["menu_id"] = _add(session, Menu(name="بالا", location="header")).id
    return _add(session, MenuItem(**{"label": "خانه", "url": "/", **columns}))


def tag_post(session: Session, post: Post, *tags: Tag) -> None:
    """Let a post bear tags."""
    for tag in tags:
        _add(session, PostTag(post_id=post.id, tag_id=tag.id))


def make_reaction(session: Session, post: Post, reaction: str) -> Reaction:
    """Return somebody's reaction to a post."""
    return _add(
        session,
        Reaction(
            user_id=make_user(session).id, entity_type="BLOG_POST", entity_id=post.id, reaction=reaction
        ),
    )


def make_seo_meta(session: Session, entity_type: str, entity_id: int, **columns: Any) -> SeoMeta:
    """Return the Persian head of a page, empty but for what is given."""
    return _add(session, SeoMeta(entity_type=entity_type, entity_id=entity_id, **columns))


# Every soft-deletable model and what makes a row of it.
SOFT_MODELS: list[tuple[type[Base], Callable[..., Base]]] = [
    (User, make_user),
    (Province, make_province),
    (City, make_city),
    (Neighborhood, make_neighborhood),
    (Salon, make_salon),
    (Artist, make_artist),
    (ArtistCertification, make_certification),
    (ServiceCategory, make_service_category),
    (ServiceDefinition, make_service),
    (Specialty, make_specialty),
    (Media, make_media),
    (Review, make_review),
    (AuthorProfile, make_author),
    (Category, make_category),
    (Tag, make_tag),
    (Series, make_series),
    (Post, make_post),
    (Page, make_page),
    (Comment, make_comment),
]
