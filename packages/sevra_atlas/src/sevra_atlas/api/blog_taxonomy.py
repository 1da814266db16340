"""`/blog/taxonomy`: categories, tags and series, as lists and one by one."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from sevra_atlas.api import blog_shapes, blog_shaping
from sevra_atlas.api.addressing import addressed_id, missing
from sevra_atlas.api.blog_posts import shaped
from sevra_atlas.api.documented import LIST_ANSWERS, OBJECT_ANSWERS
from sevra_atlas.api.lists import numbered, pagination_of
from sevra_atlas.api.messages import ApiRequest, Meta, PagedMeta, Wire, answer
from sevra_atlas.api.parameters import Addressed, PageNumber, PageSize, patterns_of
from sevra_atlas.api.serving import reading
from sevra_atlas.reads import taxonomy
from sevra_atlas.reads.listing import Where
from sevra_atlas.reads.post_details import posts_of_series
from sevra_atlas.reads.seo import find_seo_meta

POSTS_OF_SERIES = 50

NameQuery = Annotated[
    str | None,
    QueryParameter(
        name="q",
        max_length=200,
        description="Words that the name must contain. Letter variants, half-spaces and digits are folded.",
    ),
]


class CategoryList(Wire, frozen=True, kw_only=True):
    """A page of categories."""

    success: bool
    data: list[blog_shapes.Category]
    meta: PagedMeta


class CategoryAnswer(Wire, frozen=True, kw_only=True):
    """One category."""

    success: bool
    data: blog_shapes.CategoryDetail
    meta: Meta


class TagList(Wire, frozen=True, kw_only=True):
    """A page of tags."""

    success: bool
    data: list[blog_shapes.Tag]
    meta: PagedMeta


class TagAnswer(Wire, frozen=True, kw_only=True):
    """One tag."""

    success: bool
    data: blog_shapes.TagDetail
    meta: Meta


class SeriesList(Wire, frozen=True, kw_only=True):
    """A page of series."""

    success: bool
    data: list[blog_shapes.Series]
    meta: PagedMeta


class SeriesAnswer(Wire, frozen=True, kw_only=True):
    """One series."""

    success: bool
    data: blog_shapes.SeriesDetail
    meta: Meta


@get(
    "/blog/taxonomy/categories",
    summary="Categories of the blog",
    operation_id="listBlogCategories",
    responses=LIST_ANSWERS,
    tags=["blog"],
)
async def list_categories(
    request: ApiRequest, q: NameQuery = None, page: PageNumber = 1, page_size: PageSize = 100
) -> Response[CategoryList]:
    """Return one page of categories by their order, then by name."""
    asked, where = numbered(page, page_size)
    words = None if q is None else patterns_of(q)
    # Words that fold to nothing find nothing.
    if words == []:
        return answer(request, [], pagination=pagination_of(asked, (0, False)))
    async with reading(request) as connection:
        rows, counted = await taxonomy.categories(connection, words or (), where)
    found = [blog_shaping.category(row) for row in rows]
    return answer(request, found, pagination=pagination_of(asked, counted))


@get(
    "/blog/taxonomy/categories/{x:str}",
    summary="One category of the blog",
    operation_id="getBlogCategory",
    responses=OBJECT_ANSWERS,
    tags=["blog"],
)
async def get_category(request: ApiRequest, x: Addressed) -> Response[CategoryAnswer]:
    """Return a category with what it stands in and what stands in it."""
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "CATEGORY", x)
        row = await taxonomy.find_category(connection, id_)
        if row is None:
            raise await missing(connection, "CATEGORY", id_)
        parent = None
        if row.parent_id is not None:
            parent = await taxonomy.find_category(connection, row.parent_id)
        children = await taxonomy.children_of(connection, id_)
        meta = await find_seo_meta(connection, "CATEGORY", id_)
    data = blog_shaping.category_detail(row, parent, children, meta)
    return answer(request, data, modified=row.updated_at)


@get(
    "/blog/taxonomy/tags",
    summary="Tags of the blog",
    operation_id="listBlogTags",
    responses=LIST_ANSWERS,
    tags=["blog"],
)
async def list_tags(
    request: ApiRequest, q: NameQuery = None, page: PageNumber = 1, page_size: PageSize = 100
) -> Response[TagList]:
    """Return one page of tags by name."""
    asked, where = numbered(page, page_size)
    words = None if q is None else patterns_of(q)
    if words == []:
        return answer(request, [], pagination=pagination_of(asked, (0, False)))
    async with reading(request) as connection:
        rows, counted = await taxonomy.tags(connection, words or (), where)
    found = [blog_shaping.tag(row) for row in rows]
    return answer(request, found, pagination=pagination_of(asked, counted))


@get(
    "/blog/taxonomy/tags/{x:str}",
    summary="One tag of the blog",
    operation_id="getBlogTag",
    responses=OBJECT_ANSWERS,
    tags=["blog"],
)
async def get_tag(request: ApiRequest, x: Addressed) -> Response[TagAnswer]:
    """Return a tag."""
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "TAG", x)
        row = await taxonomy.find_tag(connection, id_)
        if row is None:
            raise await missing(connection, "TAG", id_)
        meta = await find_seo_meta(connection, "TAG", id_)
    return answer(request, blog_shaping.tag_detail(row, meta), modified=row.updated_at)


@get(
    "/blog/taxonomy/series",
    summary="Series of posts",
    operation_id="listBlogSeries",
    responses=LIST_ANSWERS,
    tags=["blog"],
)
async def list_series(
    request: ApiRequest, page: PageNumber = 1, page_size: PageSize = 100
) -> Response[SeriesList]:
    """Return one page of series by title."""
    asked, where = numbered(page, page_size)
    async with reading(request) as connection:
        rows, counted = await taxonomy.all_series(connection, where)
    found = [blog_shaping.series(row) for row in rows]
    return answer(request, found, pagination=pagination_of(asked, counted))


@get(
    "/blog/taxonomy/series/{x:str}",
    summary="One series of posts",
    operation_id="getBlogSeries",
    responses=OBJECT_ANSWERS,
    tags=["blog"],
)
async def get_series(request: ApiRequest, x: Addressed) -> Response[SeriesAnswer]:
    """Return a series with its first fifty posts, in its order."""
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "SERIES", x)
        row = await taxonomy.find_series(connection, id_)
        if row is None:
            raise await missing(connection, "SERIES", id_)
        posts = await posts_of_series(connection, row, Where(POSTS_OF_SERIES))
        meta = await find_seo_meta(connection, "SERIES", id_)
        cards = await shaped(request, connection, posts)
    return answer(request, blog_shaping.series_detail(row, cards, meta), modified=row.updated_at)
