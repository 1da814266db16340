"""Comments below a post, a salon or an artist, each with its replies.

Comments and replies stand in one index: a page walks past the replies between its comments. A reply is shown
below its comment only, so it is hidden with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables
from sevra_atlas.reads.listing import Count, Where, capped, capped_statement, windowed
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import approved_comment, readable_post

Target: TypeAlias = Literal["post", "salon", "artist"]
CommentOrder: TypeAlias = Literal["-created_at", "created_at", "top"]

REPLIES_SHOWN = 100
"""The first replies to a comment; more are not shown."""
SORTED_AT_MOST = 10_000
"""The order by likes has no index: it sorts at most this many of the newest comments."""
LOOKED_AT = 20_000
"""The comments on posts are looked for among this many comments of any kind."""


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """An approved comment; the writer's names are None once the account is gone."""

    id: int
    parent_id: int | None
    content: str
    status: str
    created_at: datetime
    edited_at: datetime | None
    likes_count: int
    user_id: int | None
    username: str | None
    first_name: str | None
    last_name: str | None
    is_staff: bool
    is_owner: bool

    @property
    def writer(self) -> str:
        """Return the name of the writer; empty when they gave none."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Thread(msgspec.Struct, frozen=True):
    """A comment and the replies to it, oldest first."""

    comment: Comment
    replies: Sequence[Comment]


class CommentOnPost(Comment, frozen=True, kw_only=True):
    """An approved comment with the post that it stands below."""

    post_id: int
    post_slug: str
    post_title: str


KINDS: dict[Target, str] = {"post": "BLOG_POST", "salon": "SALON", "artist": "ARTIST"}
_COMMENTS = tables.comments
_WRITER = tables.users.alias("writer")
_OWNED = tables.posts.alias("owned")
_PARENT = tables.comments.alias("parent")
_PLAIN = ("id", "parent_id", "content", "status", "created_at", "edited_at", "likes_count")
_OWNERS = {
    "salon": (tables.salon_owners.c.salon_id, tables.salon_owners.c.user_id),
    "artist": (tables.artist_owners.c.artist_id, tables.artist_owners.c.user_id),
    "post": (_OWNED.c.id, _OWNED.c.author_id),
}


def _owns(target: Target, said: FromClause) -> ColumnElement[bool]:
    owned, owner = _OWNERS[target]
    return exists(select(literal_column("1")).where(owned == said.c[f"{target}_id"], owner == said.c.user_id))


def _columns(target: Target, said: FromClause = _COMMENTS) -> list[ColumnElement[Any]]:
    staff = _WRITER.c.role.in_([literal_column("'MODERATOR'"), literal_column("'ADMIN'")])
    return [
        *(said.c[name] for name in _PLAIN),
        _WRITER.c.id.label("user_id"),
        _WRITER.c.username,
        _WRITER.c.first_name,
        _WRITER.c.last_name,
        func.coalesce(staff, literal_column("false")).label("is_staff"),
        _owns(target, said).label("is_owner"),
    ]


def _with_writer() -> FromClause:
    return _COMMENTS.outerjoin(_WRITER, _WRITER.c.id == _COMMENTS.c.user_id)


def _read_of(target: Target) -> list[ColumnElement[Any]]:
    """Return what a bounded part of the comments is read for, before writers and posts are looked up."""
    return [_COMMENTS.c[name] for name in (*_PLAIN, "user_id", f"{target}_id")]


def _roots(target: Target) -> Select[Any]:
    return select(_COMMENTS.c.id).where(
        _COMMENTS.c[f"{target}_id"] == bindparam("target", type_=BigInteger),
        approved_comment(_COMMENTS),
        _COMMENTS.c.parent_id.is_(None),
    )


def _by_date(said: FromClause, order: CommentOrder) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the order by date in one direction, which one index serves both ways."""
    if order == "created_at":
        return said.c.created_at.asc(), said.c.id.asc()
    return said.c.created_at.desc(), said.c.id.desc()


def _page(target: Target, order: CommentOrder) -> Statement[Comment]:
    query = _roots(target).with_only_columns(*_columns(target)).select_from(_with_writer())
    if order != "top":
        return Statement(windowed(query.order_by(*_by_date(_COMMENTS, order))), Comment)
    newest = (
        _roots(target)
        .with_only_columns(*_read_of(target))
        .order_by(*_by_date(_COMMENTS, "-created_at"))
        .limit(literal_column(str(SORTED_AT_MOST)))
        .subquery("newest")
    )
    liked = (
        select(*_columns(target, newest))
        .select_from(newest.outerjoin(_WRITER, _WRITER.c.id == newest.c.user_id))
        .order_by(newest.c.likes_count.desc(), newest.c.id.desc())
    )
    return Statement(windowed(liked), Comment)


def _replies(target: Target) -> Statement[Comment]:
    """Return the query for the first replies to each comment of a page, in one statement."""
    asked = func.unnest(bindparam("ids", type_=ARRAY(BigInteger))).table_valued("id").render_derived("asked")
    first = (
        select(*_columns(target))
        .select_from(_with_writer())
        .where(
            _COMMENTS.c.parent_id == asked.c.id,
            _COMMENTS.c.target_type == literal_column(f"'{KINDS[target]}'"),
            _COMMENTS.c.target_id == bindparam("target", type_=BigInteger),
            approved_comment(_COMMENTS),
        )
        .order_by(_COMMENTS.c.created_at, _COMMENTS.c.id)
        .limit(literal_column(str(REPLIES_SHOWN)))
        .lateral("replies")
    )
    return Statement(
        select(*first.c)
        .select_from(asked.join(first, literal_column("true")))
        .order_by(first.c.created_at, first.c.id),
        Comment,
    )


TARGETS: tuple[Target, ...] = ("post", "salon", "artist")
_ORDERS: tuple[CommentOrder, ...] = ("-created_at", "created_at", "top")
PAGES = {(target, order): _page(target, order) for target in TARGETS for order in _ORDERS}
COUNTS = {target: capped_statement(_roots(target)) for target in TARGETS}
REPLIES = {target: _replies(target) for target in TARGETS}


def _said_on_posts(order: CommentOrder, *, of_one: bool) -> Select[Any]:
    """Return the query for approved comments and replies on posts that anyone may read.

    Over all posts it looks at the first rows that moderation has approved, those on salons and artists among
    them, so that its cost has a bound.
    """
    first = select(*_read_of("post")).where(approved_comment(_COMMENTS)).order_by(*_by_date(_COMMENTS, order))
    if of_one:
        first = first.where(_COMMENTS.c.post_id == bindparam("post", type_=BigInteger))
    seen = first.limit(literal_column(str(LOOKED_AT))).subquery("seen")
    post = tables.posts
    return (
        select(
            *_columns("post", seen),
            post.c.id.label("post_id"),
            post.c.slug.label("post_slug"),
            post.c.title.label("post_title"),
        )
        .select_from(
            seen.join(post, post.c.id == seen.c.post_id)
            .outerjoin(_WRITER, _WRITER.c.id == seen.c.user_id)
            .outerjoin(_PARENT, _PARENT.c.id == seen.c.parent_id)
        )
        .where(readable_post(post), or_(seen.c.parent_id.is_(None), approved_comment(_PARENT)))
        .order_by(*_by_date(seen, order))
    )


_ON_POSTS = {
    (order, of_one): _said_on_posts(order, of_one=of_one) for order in _ORDERS[:2] for of_one in (False, True)
}
ON_POSTS = {key: Statement(windowed(query), CommentOnPost) for key, query in _ON_POSTS.items()}
_ON_POSTS_COUNT: dict[bool, Statement[Count]] = {
    of_one: capped_statement(query.order_by(None).with_only_columns(query.selected_columns["id"]))
    for (order, of_one), query in _ON_POSTS.items()
    if order == "-created_at"
}


async def threads_below(
    connection: AsyncConnection[Any], target: Target, target_id: int, order: CommentOrder, where: Where
) -> list[Thread]:
    """Return approved comments of a visible target with their replies, in two statements; one for none."""
    window = {"target": target_id, "limit": where.limit, "offset": where.offset}
    comments = await PAGES[target, order].all(connection, window)
    if not comments:
        return []
    asked = {"target": target_id, "ids": [comment.id for comment in comments]}
    replies = _by_parent(await REPLIES[target].all(connection, asked))
    return [Thread(comment, tuple(replies[comment.id])) for comment in comments]


async def count_threads(connection: AsyncConnection[Any], target: Target, target_id: int) -> tuple[int, bool]:
    """Return how many approved comments stand below a target, replies apart, and whether there are more."""
    return capped(await COUNTS[target].first(connection, {"target": target_id}))


async def comments_on_posts(
    connection: AsyncConnection[Any], post_id: int | None, order: CommentOrder, where: Where
) -> tuple[list[CommentOnPost], tuple[int, bool]]:
    """Return approved comments and replies on posts, of one post or of all, and how many there are."""
    named = {} if post_id is None else {"post": post_id}
    window = {"limit": where.limit, "offset": where.offset}
    rows = await ON_POSTS[order, post_id is not None].all(connection, {**named, **window})
    return rows, capped(await _ON_POSTS_COUNT[post_id is not None].first(connection, named))


def _by_parent(replies: Iterable[Comment]) -> dict[int, list[Comment]]:
    grouped: dict[int, list[Comment]] = defaultdict(list)
    for reply in replies:
        if reply.parent_id is not None:
            grouped[reply.parent_id].append(reply)
    return grouped
