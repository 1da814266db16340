"""The blog as values: one class a table, field names are column names; ids are the database's ids."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuthorProfile:
    """A byline; its id is the user's."""

    id: int
    display_name: str
    bio: str
    avatar_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf, in another one or at the top."""

    id: int
    name: str
    slug: str
    parent_id: int | None
    description: str
    position: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """A word that posts share."""

    id: int
    name: str
    slug: str
    description: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Series:
    """Posts in an order."""

    id: int
    title: str
    slug: str
    description: str
    order_strategy: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """A post; `reading_time_sec` is in seconds."""

    id: int
    title: str
    slug: str
    excerpt: str
    content: str
    is_hot: bool
    reading_time_sec: int
    status: str
    visibility: str
    published_at: datetime | None
    author_id: int
    category_id: int
    series_id: int | None
    series_position: int | None
    cover_media_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PostTag:
    """A post bears a tag."""

    post_id: int
    tag_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PostMedia:
    """A picture in the text of a post."""

    id: int
    post_id: int
    media_id: int
    attachment_type: str
    position: int


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reader says below a post."""

    id: int
    post_id: int
    user_id: int
    parent_id: int | None
    content: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page that stands by itself."""

    id: int
    title: str
    slug: str
    content: str
    status: str
    published_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of the site."""

    id: int
    name: str
    location: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of a menu."""

    id: int
    menu_id: int
    parent_id: int | None
    label: str
    url: str
    position: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SeoMeta:
    """What the head of one page says in one language."""

    id: int
    entity_type: str
    entity_id: int
    locale: str
    title: str | None
    description: str | None
    h1: str | None
    breadcrumb_label: str | None
    og_image_media_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody feels about a post, or a like of a comment."""

    id: int
    user_id: int
    entity_type: str
    entity_id: int
    reaction: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Save:
    """Somebody keeps a salon, an artist or a post."""

    id: int
    user_id: int
    salon_id: int | None
    artist_id: int | None
    post_id: int | None
    created_at: datetime
