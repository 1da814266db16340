"""`/blog/posts`: the list, one post by id or slug, and the posts that go with it."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from litestar import Response, get
from litestar.params import QueryParameter
from psycopg import AsyncConnection

from sevra_atlas.api import blog_shapes, blog_shaping
from sevra_atlas.api.addressing import addressed_id, id_of_slug, missing
from sevra_atlas.api.documented import EDITED_LIST_ANSWERS, OBJECT_ANSWERS
from sevra_atlas.api.errors import ApiError
from sevra_atlas.api.lists import Asked, Listed, pagination_of, read_page
from sevra_atlas.api.lists import numbered as numbered_part
from sevra_atlas.api.messages import ApiRequest, Meta, PagedMeta, Wire, answer
from sevra_atlas.api.parameters import (
    Addressed,
    AddressedBySlug,
    Cursor,
    Flag,
    PageNumber,
    PageSize,
    id_of,
    ids_and_keys,
    moment_of,
    patterns_of,
    values_of,
)
from sevra_atlas.api.serving import cursor_signer, public_base_url, reading
from sevra_atlas.api.shaping import Shaper
from sevra_atlas.reads import places
from sevra_atlas.reads.bylines import named_authors
from sevra_atlas.reads.pictures import pictures
from sevra_atlas.reads.post_details import (
    PostRow,
    find_post,
    reactions_to,
    related_posts,
    similar_posts,
)
from sevra_atlas.reads.post_lists import PostOrder, count_posts
from sevra_atlas.reads.posts import PostCard, post_page
from sevra_atlas.reads.seo import find_seo_meta
from sevra_atlas.reads.taxonomy import find_series


class PostList(Wire, frozen=True, kw_only=True):
    """A page of posts."""

    success: bool
    data: list[blog_shapes.PostCard]
    meta: PagedMeta


class FewPosts(Wire, frozen=True, kw_only=True):
    """Up to five posts."""

    success: bool
    data: list[blog_shapes.PostCard]
    meta: Meta


class PostAnswer(Wire, frozen=True, kw_only=True):
    """One post."""

    success: bool
    data: blog_shapes.Post
    meta: Meta


_NAMED = "Slugs or ids, separated by commas (at most 20); any of them."
PostQuery = Annotated[
    str | None,
    QueryParameter(
        name="q",
        max_length=200,
        description="Words that the title must contain. Letter variants, half-spaces and digits are folded. "
        "The first 20,000 posts by date are looked at.",
    ),
]
CategoryFilter = Annotated[str | None, QueryParameter(name="category", description=f"Category. {_NAMED}")]
TagFilter = Annotated[str | None, QueryParameter(name="tag", description=f"Tag. {_NAMED}")]
AuthorFilter = Annotated[
    str | None, QueryParameter(name="author", description="User ids or user names, separated by commas.")
]
SeriesFilter = Annotated[str | None, QueryParameter(name="series", description=f"Series. {_NAMED}")]
IsHot = Annotated[Flag | None, QueryParameter(name="is_hot", description="Whether an editor marked it hot.")]
PublishedAfter = Annotated[
    str | None, QueryParameter(name="published_after", description="RFC 3339; that moment or later.")
]
PublishedBefore = Annotated[
    str | None, QueryParameter(name="published_before", description="RFC 3339; that moment or earlier.")
]
Ordering = Annotated[
    PostOrder | None,
    QueryParameter(
        name="ordering",
        description="`-published_at` when absent. Every order but that by date sorts the 10,000 newest "
        "matching posts; titles are ordered by their first 64 letters.",
    ),
]
VisibilityFilter = Annotated[
    blog_shapes.PostVisibility | None,
    QueryParameter(name="visibility", description="Other than `public` only for those who edit the blog."),
]
StatusFilter = Annotated[
    blog_shapes.PostStatus | None,
    QueryParameter(name="status", description="Other than `published` only for those who edit the blog."),
]

POSTS: Listed[PostCard, PostOrder] = Listed("posts", post_page, count_posts)
_NEWEST: PostOrder = "-published_at"


@dataclass(frozen=True, kw_only=True)
class PostNarrowing:
    """The query parameters of a list of posts."""

    q: str | None = None
    category: str | None = None
    tag: str | None = None
    author: str | None = None
    series: str | None = None
    is_hot: str | None = None
    published_after: str | None = None
    published_before: str | None = None

    async def filters(self, connection: AsyncConnection[Any]) -> dict[str, Any] | None:
        """Return the filter, or None when a value names nothing and the list is empty.

        One statement for each parameter that names something, whatever the number of its values.
        """
        filters: dict[str, Any] = {}
        if self.is_hot is not None:
            filters["hot" if self.is_hot == "true" else "not_hot"] = True
        if self.published_after is not None:
            filters["published_after"] = moment_of("published_after", self.published_after)
        if self.published_before is not None:
            filters["published_before"] = moment_of("published_before", self.published_before)
        if self.q is not None:
            filters["names"] = patterns_of(self.q)
            if not filters["names"]:
                return None
        for kind, plural, text in (
            ("category", "categories", self.category),
            ("tag", "tags", self.tag),
            ("author", "authors", self.author),
            ("series", "several_series", self.series),
        ):
            if text is None:
                continue
            ids = await _named_ids(connection, kind, text)
            if not ids:
                return None
            # One is an equality, which the ordered indexes serve; several are not.
            filters |= {kind: ids[0]} if len(ids) == 1 else {plural: ids}
        return filters


async def _named_ids(connection: AsyncConnection[Any], kind: str, text: str) -> list[int]:
    if kind == "author":
        values = values_of(kind, text)
        ids = [value for value in values if value.isascii() and value.isdigit()]
        # No text of the database holds a NUL.
        names = [value for value in values if value not in ids and "\0" not in value]
        return await named_authors(connection, [id_of(kind, value) for value in ids], names)
    return await places.named_ids(connection, kind, *ids_and_keys(kind, text))


@get(
    "/blog/posts",
    summary="Posts",
    operation_id="listPosts",
    responses=EDITED_LIST_ANSWERS,
    tags=["blog"],
)
async def list_posts(  # noqa: PLR0913, PLR0917 - the parameters of the contract
    request: ApiRequest,
    q: PostQuery = None,
    category: CategoryFilter = None,
    tag: TagFilter = None,
    author: AuthorFilter = None,
    series: SeriesFilter = None,
    is_hot: IsHot = None,
    published_after: PublishedAfter = None,
    published_before: PublishedBefore = None,
    ordering: Ordering = None,
    visibility: VisibilityFilter = None,
    status: StatusFilter = None,
    page: PageNumber = 1,
    page_size: PageSize = 10,
    cursor: Cursor = None,
) -> Response[PostList]:
    """Return one page of published posts that are for everyone to find; filters combine by AND."""
    refuse_unpublished(visibility, "public")
    refuse_unpublished(status, "published")
    narrowing = PostNarrowing(
        q=q,
        category=category,
        tag=tag,
        author=author,
        series=series,
        is_hot=is_hot,
        published_after=published_after,
        published_before=published_before,
    )
    asked: Asked[PostOrder] = Asked(ordering or _NEWEST, page, page_size, cursor)
    async with reading(request) as connection:
        rows, pagination = await read_page(connection, cursor_signer(request), POSTS, narrowing, asked)
        cards = await shaped(request, connection, rows)
    return answer(request, cards, pagination=pagination)


@get(
    "/blog/posts/{x:str}",
    summary="One post",
    operation_id="getPost",
    responses=OBJECT_ANSWERS,
    tags=["blog"],
)
async def get_post(request: ApiRequest, x: Addressed) -> Response[PostAnswer]:
    """Return a published post, listed or not, with its text."""
    async with reading(request) as connection:
        row = await _found(connection, await addressed_id(connection, "BLOG_POST", x))
        return await _post_answer(request, connection, row)


@get(
    "/blog/posts/slug/{slug:str}",
    summary="One post by its slug",
    operation_id="getPostBySlug",
    responses=OBJECT_ANSWERS,
    tags=["blog"],
)
async def get_post_by_slug(request: ApiRequest, slug: AddressedBySlug) -> Response[PostAnswer]:
    """Return a published post; here digits are a slug, never an id."""
    async with reading(request) as connection:
        row = await _found(connection, await id_of_slug(connection, "BLOG_POST", slug))
        return await _post_answer(request, connection, row)


@get(
    "/blog/posts/{x:str}/similar",
    summary="Posts of the same category",
    operation_id="listSimilarPosts",
    responses=OBJECT_ANSWERS,
    tags=["blog"],
)
async def list_similar_posts(request: ApiRequest, x: Addressed) -> Response[FewPosts]:
    """Return up to five of the newest posts of the same category; none without a category."""
    async with reading(request) as connection:
        row = await _found(connection, await addressed_id(connection, "BLOG_POST", x))
        cards = await shaped(request, connection, await similar_posts(connection, row))
    return answer(request, cards)


@get(
    "/blog/posts/{x:str}/same-category",
    summary="All posts of the same category",
    operation_id="listPostsOfSameCategory",
    responses=OBJECT_ANSWERS,
    tags=["blog"],
)
async def list_posts_of_same_category(
    request: ApiRequest, x: Addressed, page: PageNumber = 1, page_size: PageSize = 10
) -> Response[PostList]:
    """Return one page of the other posts of the same category, newest first; empty without a category."""
    asked, where = numbered_part(page, page_size)
    async with reading(request) as connection:
        row = await _found(connection, await addressed_id(connection, "BLOG_POST", x))
        if row.category_id is None:
            return answer(request, [], pagination=pagination_of(asked, (0, False)))
        others = {"category": row.category_id, "but": row.id}
        rows = (await post_page(connection, others, _NEWEST, where)).rows
        counted = await count_posts(connection, others)
        cards = await shaped(request, connection, rows)
    return answer(request, cards, pagination=pagination_of(asked, counted))


@get(
    "/blog/posts/{x:str}/related",
    summary="Posts with the same tags",
    operation_id="listRelatedPosts",
    responses=OBJECT_ANSWERS,
    tags=["blog"],
)
async def list_related_posts(request: ApiRequest, x: Addressed) -> Response[FewPosts]:
    """Return up to five posts that share tags: those that share most first, then the newest."""
    async with reading(request) as connection:
        row = await _found(connection, await addressed_id(connection, "BLOG_POST", x))
        cards = await shaped(request, connection, await related_posts(connection, row.id))
    return answer(request, cards)


def refuse_unpublished(asked: str | None, public: Literal["public", "published", "approved"]) -> None:
    """Raise ApiError for a filter that would show what is not published: that takes a token."""
    if asked not in {None, public}:
        raise ApiError("FORBIDDEN")


async def shaped(
    request: ApiRequest, connection: AsyncConnection[Any], rows: tuple[PostCard, ...]
) -> list[blog_shapes.PostCard]:
    """Return posts as a list shows them; one statement reads all their pictures."""
    named = await pictures(connection, blog_shaping.pictures_of_posts(rows))
    shaper = Shaper(public_base_url(request), named)
    return [blog_shaping.post_card(shaper, row) for row in rows]


async def _found(connection: AsyncConnection[Any], id_: int) -> PostRow:
    row = await find_post(connection, id_)
    if row is None:
        raise await missing(connection, "BLOG_POST", id_)
    return row


async def _post_answer(
    request: ApiRequest, connection: AsyncConnection[Any], row: PostRow
) -> Response[PostAnswer]:
    meta = await find_seo_meta(connection, "BLOG_POST", row.id)
    told_in = None if row.series_id is None else await find_series(connection, row.series_id)
    reactions = await reactions_to(connection, row.id)
    named = blog_shaping.pictures_of_posts([row])
    if meta is not None and meta.og_image_media_id is not None:
        named.add(meta.og_image_media_id)
    shaper = Shaper(public_base_url(request), await pictures(connection, named))
    data = blog_shaping.post(shaper, row, told_in, meta, reactions)
    return answer(request, data, modified=row.updated_at)
