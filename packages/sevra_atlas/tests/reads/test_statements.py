import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import AsyncConnection, AsyncCursor
from web_fixtures import Directory

from sevra_atlas.api.blog_posts import POSTS, PostNarrowing
from sevra_atlas.api.directory import ARTISTS, SALONS
from sevra_atlas.api.lists import Asked, read_page
from sevra_atlas.api.narrowing import Narrowing
from sevra_atlas.reads.comments import threads_below
from sevra_atlas.reads.cursor import CursorSigner
from sevra_atlas.reads.listing import Where
from sevra_atlas.reads.owners import PREFIXES
from sevra_atlas.site import blog_views, views
from sevra_atlas.site.site import Site


class _Counting(AsyncCursor[Any]):
    executed = 0

    async def execute(self, *args: Any, **kwargs: Any) -> Any:
        type(self).executed += 1
        return await super().execute(*args, **kwargs)


def _count(directory: Directory, read: Any) -> int:
    """Return how many statements a read sends."""

    async def run() -> None:
        connection = await AsyncConnection.connect(directory.url(), autocommit=True, cursor_factory=_Counting)
        async with connection:
            _Counting.executed = 0
            await read(connection)

    asyncio.run(run())
    return _Counting.executed


@pytest.mark.parametrize(
    ("listing", "narrowing", "order"),
    [
        (SALONS, Narrowing(), "rating"),
        (ARTISTS, Narrowing(), "rating"),
        (POSTS, PostNarrowing(), "-published_at"),
        (POSTS, PostNarrowing(), "title"),
    ],
)
def test_a_list_sends_three_statements_whatever_its_page_size(
    blog: Directory, listing: Any, narrowing: Any, order: Any
) -> None:
    signer = CursorSigner(b"secret")

    counts = {
        _count(
            blog,
            lambda connection, size=size: read_page(
                connection, signer, listing, narrowing, Asked(order, 1, size, None)
            ),
        )
        for size in (1, 10, 60)
    }

    assert counts == {3}


def test_each_filter_by_name_adds_one_statement_whatever_its_number_of_values(directory: Directory) -> None:
    cities = [row[0] for row in directory.rows("SELECT DISTINCT city_id FROM salons WHERE status = 'ACTIVE'")]
    signer = CursorSigner(b"secret")

    def statements(values: list[int]) -> int:
        narrowing = Narrowing(city=",".join(str(value) for value in values))
        asked = Asked("rating", 1, 20, None)
        return _count(directory, lambda connection: read_page(connection, signer, SALONS, narrowing, asked))

    assert statements(cities[:1]) == statements(cities[:12]) == 4


def test_every_salon_page_sends_no_more_statements_than_the_fullest(directory: Directory) -> None:
    site = Site("http://sevra.test")
    ids = [
        row[0] for row in directory.rows("SELECT id FROM salons WHERE status = 'ACTIVE' ORDER BY id LIMIT 20")
    ]

    counts = {
        _count(
            directory, lambda connection, id_=id_: views.salon(connection, site, id_, 1, datetime.now(UTC))
        )
        for id_ in ids
    }

    assert max(counts) <= 13


def test_the_prefixes_of_pages_are_those_of_the_registry(directory: Directory) -> None:
    registered = dict(
        directory.rows(
            "SELECT entity_type::text, url_prefix || '/' FROM entity_types WHERE url_prefix IS NOT NULL",
            role="sevra_owner",
        )
    )

    assert {kind: registered[kind] for kind in PREFIXES} == PREFIXES


def test_comments_and_their_replies_are_two_statements_however_many(blog: Directory) -> None:
    post = blog.one("SELECT id FROM posts WHERE slug = 'نوشته-29'")

    counts = {
        _count(
            blog,
            lambda connection, size=size: threads_below(connection, "post", post, "-created_at", Where(size)),
        )
        for size in (1, 10, 25)
    }

    assert counts == {2}


def test_every_page_of_the_blog_sends_a_bounded_number_of_statements(blog: Directory) -> None:
    site = Site("http://sevra.test")
    ids = [row[0] for row in blog.rows("SELECT id FROM posts WHERE status = 'published' ORDER BY id")]
    (shelf,), (tag,), (series,) = (
        blog.rows(f"SELECT id FROM {table} ORDER BY post_count DESC LIMIT 1")[0]
        for table in ("categories", "tags", "series")
    )

    posts = {
        _count(blog, lambda connection, id_=id_: blog_views.post(connection, site, id_, 1))
        for id_ in ids
        if blog.one("SELECT visibility <> 'private' FROM posts WHERE id = %s", id_)
    }

    assert max(posts) <= 11
    assert _count(blog, lambda connection: blog_views.blog(connection, site, 1)) == 5
    assert _count(blog, lambda connection: blog_views.category(connection, site, shelf, 1)) <= 6
    assert _count(blog, lambda connection: blog_views.tag(connection, site, tag, 1)) == 4
    assert _count(blog, lambda connection: blog_views.series(connection, site, series, 1)) == 4
