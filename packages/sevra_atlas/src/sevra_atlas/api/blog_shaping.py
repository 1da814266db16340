"""How rows of the blog become the wire shapes of the contract."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sevra_atlas.api import blog_shapes as shapes
from sevra_atlas.api.shaping import Shaper, seo_meta, timestamp
from sevra_atlas.reads import taxonomy
from sevra_atlas.reads.bylines import Author
from sevra_atlas.reads.comments import Comment, CommentOnPost, Thread
from sevra_atlas.reads.post_details import PostRow
from sevra_atlas.reads.posts import PostCard
from sevra_atlas.reads.seo import SeoMeta
from sevra_atlas.reads.static_pages import Menu, MenuEntry, StaticPage

NAMELESS = {"fa": "کاربر", "en": "User"}


def pictures_of_posts(rows: Iterable[PostCard]) -> set[int]:
    """Return the ids of the pictures that these posts name."""
    named = (id_ for row in rows for id_ in (row.cover_id, row.author_avatar_id))
    return {id_ for id_ in named if id_ is not None}


def post_card(shaper: Shaper, row: PostCard) -> shapes.PostCard:
    """Return a post as a list shows it."""
    return shapes.PostCard(**_post_fields(shaper, row))


def post(
    shaper: Shaper,
    row: PostRow,
    told_in: taxonomy.Series | None,
    meta: SeoMeta | None,
    reactions: dict[str, int],
) -> shapes.Post:
    """Return a post in full, as a visitor may see it."""
    return shapes.Post(
        **_post_fields(shaper, row),
        content=row.content,
        canonical_url=None if meta is None else meta.canonical_url,
        series=None if told_in is None else series(told_in),
        og_image=None if meta is None else shaper.named_media(meta.og_image_media_id),
        reactions=reactions,
        seo_meta=seo_meta(meta),
        scheduled_at=None,
        version=row.version,
    )


def category(row: taxonomy.Category) -> shapes.Category:
    """Return a category."""
    return shapes.Category(**_category_fields(row))


def category_detail(
    row: taxonomy.Category,
    parent: taxonomy.Category | None,
    children: Iterable[taxonomy.Category],
    meta: SeoMeta | None,
) -> shapes.CategoryDetail:
    """Return a category with what it stands in and what stands in it."""
    return shapes.CategoryDetail(
        **_category_fields(row),
        parent=None if parent is None else category(parent),
        children=[category(child) for child in children],
        seo_meta=seo_meta(meta),
    )


def tag(row: taxonomy.Tag) -> shapes.Tag:
    """Return a tag."""
    return shapes.Tag(**_tag_fields(row))


def tag_detail(row: taxonomy.Tag, meta: SeoMeta | None) -> shapes.TagDetail:
    """Return a tag in full."""
    return shapes.TagDetail(**_tag_fields(row), seo_meta=seo_meta(meta))


def series(row: taxonomy.Series) -> shapes.Series:
    """Return a series."""
    return shapes.Series(**_series_fields(row))


def series_detail(
    row: taxonomy.Series, posts: list[shapes.PostCard], meta: SeoMeta | None
) -> shapes.SeriesDetail:
    """Return a series with its posts."""
    return shapes.SeriesDetail(**_series_fields(row), posts=posts, seo_meta=seo_meta(meta))


def static_page(row: StaticPage) -> shapes.StaticPage:
    """Return a page as a list shows it."""
    return shapes.StaticPage(**_page_fields(row))


def static_page_detail(row: StaticPage, meta: SeoMeta | None) -> shapes.StaticPageDetail:
    """Return a page in full."""
    return shapes.StaticPageDetail(**_page_fields(row), seo_meta=seo_meta(meta), version=row.version)


def menu(row: Menu) -> shapes.Menu:
    """Return a menu as a tree in which each entry stands once."""
    below: dict[int | None, list[MenuEntry]] = defaultdict(list)
    for entry in row.entries:
        below[entry.parent_id].append(entry)
    fields: dict[str, Any] = {"id": str(row.id), "name": row.name, "location": row.location}
    return shapes.Menu(**fields, items=_branch(below, None))


def author(shaper: Shaper, row: Author) -> shapes.Author:
    """Return a byline."""
    return shapes.Author(
        user_id=str(row.id),
        display_name=row.display_name,
        bio=row.bio,
        avatar=shaper.named_media(row.avatar_id),
        post_count=row.post_count,
    )


def comment(thread: Thread) -> shapes.Comment:
    """Return a comment with its replies."""
    replies = [shapes.Comment(**_comment_fields(reply), replies=[]) for reply in thread.replies]
    return shapes.Comment(**_comment_fields(thread.comment), replies=replies)


def comment_on_post(row: CommentOnPost) -> shapes.CommentOnPost:
    """Return a comment with the post that it stands below."""
    named = shapes.PostName(id=str(row.post_id), slug=row.post_slug, title=row.post_title)
    return shapes.CommentOnPost(**_comment_fields(row), replies=[], post=named)


def thread_item(row: Comment, replies: Sequence[Comment], nameless: str) -> shapes.ThreadItem:
    """Return a comment as the client shows it; `nameless` stands for a writer who gave no name."""
    fields: dict[str, Any] = {
        "author_badge": "owner" if row.is_owner else "staff" if row.is_staff else None,
        "status": row.status,
    }
    return shapes.ThreadItem(
        id=str(row.id),
        author_name=row.writer or nameless,
        text=row.content,
        created_at=timestamp(row.created_at),
        likes_count=row.likes_count,
        liked_by_me=False,
        replies=[thread_item(reply, (), nameless) for reply in replies],
        **fields,
    )


def _post_fields(shaper: Shaper, row: PostCard) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "slug": row.slug,
        "title": row.title,
        "excerpt": row.excerpt,
        "is_hot": row.is_hot,
        "published_at": timestamp(row.published_at),
        "reading_time_sec": row.reading_time_sec,
        "views_count": row.views_count,
        "comments_count": row.comments_count,
        "status": row.status,
        "visibility": row.visibility,
        "author": _byline(shaper, row),
        "category": _filed(row.category_id, row.category_name, row.category_slug),
        "cover_media": shaper.named_media(row.cover_id),
        "tags": [shapes.Filed(id=str(tag.id), name=tag.name, slug=tag.slug) for tag in row.named_tags],
        "created_at": timestamp(row.created_at),
        "updated_at": timestamp(row.updated_at),
    }


def _byline(shaper: Shaper, row: PostCard) -> shapes.Byline | None:
    if row.author_id is None or row.author_name is None:
        return None
    avatar = shaper.named_media(row.author_avatar_id)
    return shapes.Byline(user_id=str(row.author_id), display_name=row.author_name, avatar=avatar)


def _filed(id_: int | None, name: str | None, slug: str | None) -> shapes.Filed | None:
    if id_ is None or name is None or slug is None:
        return None
    return shapes.Filed(id=str(id_), name=name, slug=slug)


def _category_fields(row: taxonomy.Category) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "slug": row.slug,
        "description": row.description,
        "order": row.position,
        "parent_id": None if row.parent_id is None else str(row.parent_id),
        "post_count": row.post_count,
    }


def _tag_fields(row: taxonomy.Tag) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "slug": row.slug,
        "description": row.description,
        "post_count": row.post_count,
    }


def _series_fields(row: taxonomy.Series) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "title": row.title,
        "slug": row.slug,
        "description": row.description,
        "order_strategy": row.order_strategy,
        "post_count": row.post_count,
    }


def _page_fields(row: StaticPage) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "slug": row.slug,
        "title": row.title,
        "content": row.content,
        "status": row.status,
        "published_at": timestamp(row.published_at),
    }


def _branch(below: dict[int | None, list[MenuEntry]], parent: int | None) -> list[shapes.MenuItem]:
    return [
        shapes.MenuItem(
            id=str(entry.id),
            parent_id=None if entry.parent_id is None else str(entry.parent_id),
            label=entry.label,
            url=entry.url,
            order=entry.position,
            target_blank=entry.target_blank,
            children=_branch(below, entry.id),
        )
        for entry in below.get(parent, ())
    ]


def _comment_fields(row: Comment) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "content": row.content,
        "status": row.status,
        "created_at": timestamp(row.created_at),
        "edited_at": None if row.edited_at is None else timestamp(row.edited_at),
        "parent_id": None if row.parent_id is None else str(row.parent_id),
        "likes_count": row.likes_count,
        "liked_by_me": False,
        "user": _commenter(row),
    }


def _commenter(row: Comment) -> shapes.Commenter | None:
    if row.user_id is None or row.username is None:
        return None
    return shapes.Commenter(
        id=str(row.user_id),
        username=row.username,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
    )
