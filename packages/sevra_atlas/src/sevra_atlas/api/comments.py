"""Comments: below one post, over the whole blog, and the threads of the client below any target."""

from typing import Annotated, Any, Literal

from litestar import Response, get
from litestar.params import QueryParameter
from psycopg import AsyncConnection

from sevra_atlas.api import blog_shapes, blog_shaping
from sevra_atlas.api.addressing import addressed_id, missing
from sevra_atlas.api.blog_posts import refuse_unpublished
from sevra_atlas.api.documented import EDITED_LIST_ANSWERS, EDITED_OBJECT_ANSWERS, LIST_ANSWERS
from sevra_atlas.api.errors import invalid
from sevra_atlas.api.lists import numbered, pagination_of
from sevra_atlas.api.messages import ApiRequest, Meta, PagedMeta, Wire, answer, language_of
from sevra_atlas.api.parameters import Addressed, PageNumber, PageSize, id_of
from sevra_atlas.api.serving import reading
from sevra_atlas.domain.slugs import slug_key_v1
from sevra_atlas.reads import comments
from sevra_atlas.reads.comments import CommentOrder, Target
from sevra_atlas.reads.listing import Where
from sevra_atlas.reads.owners import find_owner, find_owner_of_slug


class CommentList(Wire, frozen=True, kw_only=True):
    """A page of comments, each with its replies."""

    success: bool
    data: list[blog_shapes.Comment]
    meta: PagedMeta


class CommentOnPostList(Wire, frozen=True, kw_only=True):
    """A page of comments and replies with their posts."""

    success: bool
    data: list[blog_shapes.CommentOnPost]
    meta: PagedMeta


class ThreadsAnswer(Wire, frozen=True, kw_only=True):
    """Comments below one target; the keys of `data` stand at the top level too."""

    success: bool
    data: blog_shapes.Threads
    meta: Meta
    items: list[blog_shapes.ThreadItem]
    total: int


CommentOrdering = Annotated[
    Literal["createdAt", "-createdAt"],
    QueryParameter(name="ordering", description="`-createdAt`, newest first, when absent."),
]
CommentStatusFilter = Annotated[
    blog_shapes.CommentStatus | None,
    QueryParameter(name="status", description="Other than `approved` only for moderators."),
]
PostId = Annotated[str | None, QueryParameter(name="postId", description="Id of a post.", max_length=100)]
EntityKind = Annotated[
    str,
    QueryParameter(name="entityType", description="`salon`, `artist` or `post`, in any case.", max_length=40),
]
EntityName = Annotated[
    str, QueryParameter(name="entityId", description="Id (digits only) or slug.", max_length=2048)
]

_ORDERS: dict[str, CommentOrder] = {"createdAt": "created_at", "-createdAt": "-created_at"}
_TARGETS: dict[str, Target] = {
    "salon": "salon",
    "artist": "artist",
    "post": "post",
    "blog_post": "post",
}


@get(
    "/blog/posts/{x:str}/comments",
    summary="Comments below a post",
    operation_id="listPostComments",
    responses=EDITED_OBJECT_ANSWERS,
    tags=["comments"],
)
async def list_post_comments(  # noqa: PLR0913, PLR0917 - the parameters of the contract
    request: ApiRequest,
    x: Addressed,
    status: CommentStatusFilter = None,
    ordering: CommentOrdering = "-createdAt",
    page: PageNumber = 1,
    page_size: PageSize = 10,
) -> Response[CommentList]:
    """Return one page of approved comments, each with the first hundred replies to it, oldest first."""
    refuse_unpublished(status, "approved")
    asked, where = numbered(page, page_size)
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "BLOG_POST", x)
        if not await _is_visible(connection, "post", id_):
            raise await missing(connection, "BLOG_POST", id_)
        threads = await comments.threads_below(connection, "post", id_, _ORDERS[ordering], where)
        counted = await comments.count_threads(connection, "post", id_)
    found = [blog_shaping.comment(thread) for thread in threads]
    return answer(request, found, pagination=pagination_of(asked, counted))


@get(
    "/blog/comments",
    summary="Comments of the blog",
    operation_id="listBlogComments",
    responses=EDITED_LIST_ANSWERS,
    tags=["comments"],
)
async def list_blog_comments(  # noqa: PLR0913, PLR0917 - the parameters of the contract
    request: ApiRequest,
    status: CommentStatusFilter = None,
    post_id: PostId = None,
    ordering: CommentOrdering = "-createdAt",
    page: PageNumber = 1,
    page_size: PageSize = 10,
) -> Response[CommentOnPostList]:
    """Return one page of approved comments and replies on posts, flat, each with its post."""
    refuse_unpublished(status, "approved")
    asked, where = numbered(page, page_size)
    if post_id is not None and not slug_key_v1(post_id).isdigit():
        raise invalid("postId", "an id is expected")
    number = None if post_id is None else id_of("postId", slug_key_v1(post_id))
    async with reading(request) as connection:
        rows, counted = await comments.comments_on_posts(connection, number, _ORDERS[ordering], where)
    found = [blog_shaping.comment_on_post(row) for row in rows]
    return answer(request, found, pagination=pagination_of(asked, counted))


@get(
    "/comments",
    summary="Comments below a salon, an artist or a post",
    operation_id="listThreads",
    responses=LIST_ANSWERS,
    tags=["comments"],
)
async def list_threads(  # noqa: PLR0913, PLR0917 - the parameters of the contract
    request: ApiRequest,
    entity_type: EntityKind,
    entity_id: EntityName,
    sort: Annotated[
        Literal["new", "top"], QueryParameter(name="sort", description="`new` when absent.")
    ] = "new",
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=50)] = 10,
    offset: Annotated[int, QueryParameter(name="offset", ge=0, le=10_000)] = 0,
) -> Response[ThreadsAnswer]:
    """Return approved comments with their replies; `total` counts the comments, replies apart."""
    target = _TARGETS.get(entity_type.lower())
    if target is None:
        raise invalid("entityType", f"one of {', '.join(comments.TARGETS)} is expected")
    order: CommentOrder = "top" if sort == "top" else "-created_at"
    threads: list[comments.Thread] = []
    total = 0
    async with reading(request) as connection:
        id_ = await _target_id(connection, target, entity_id)
        # A target that nobody may see has no comments to be seen.
        if id_ is not None:
            threads = await comments.threads_below(connection, target, id_, order, Where(limit, offset))
            total, _ = await comments.count_threads(connection, target, id_)
    nameless = blog_shaping.NAMELESS[language_of(request)]
    items = [blog_shaping.thread_item(thread.comment, thread.replies, nameless) for thread in threads]
    return answer(request, blog_shapes.Threads(items=items, total=total), beside=("items", "total"))


async def _target_id(connection: AsyncConnection[Any], target: Target, name: str) -> int | None:
    """Return the id of a visible target by id or by slug, a former one too."""
    kind, key = comments.KINDS[target], slug_key_v1(name)
    if key.isdigit():
        id_ = id_of("entityId", key)
        return id_ if await _is_visible(connection, target, id_) else None
    owner = await find_owner_of_slug(connection, kind, key) if key else None
    return owner.entity_id if owner is not None and owner.is_visible else None


async def _is_visible(connection: AsyncConnection[Any], target: Target, id_: int) -> bool:
    owner = await find_owner(connection, comments.KINDS[target], id_)
    return owner is not None and owner.is_visible
