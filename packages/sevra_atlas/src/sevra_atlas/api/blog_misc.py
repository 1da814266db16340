"""`/blog/misc` and `/blog/authors`: pages, menus, bylines."""

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter

from sevra_atlas.api import blog_shapes, blog_shaping
from sevra_atlas.api.addressing import addressed_id, missing
from sevra_atlas.api.blog_posts import StatusFilter, refuse_unpublished
from sevra_atlas.api.documented import (
    EDITED_LIST_ANSWERS,
    LIST_ANSWERS,
    NUMBERED_OBJECT_ANSWERS,
    OBJECT_ANSWERS,
)
from sevra_atlas.api.errors import ApiError
from sevra_atlas.api.lists import numbered, pagination_of
from sevra_atlas.api.messages import ApiRequest, Meta, PagedMeta, Wire, answer
from sevra_atlas.api.parameters import Addressed, NumberedId, PageNumber, PageSize, path_id
from sevra_atlas.api.serving import public_base_url, reading
from sevra_atlas.api.shaping import Shaper
from sevra_atlas.reads import bylines, static_pages
from sevra_atlas.reads.pictures import pictures
from sevra_atlas.reads.seo import find_seo_meta

Location = Annotated[str, PathParameter(description="`header`, `footer` or `sidebar`.", max_length=2048)]


class StaticPageList(Wire, frozen=True, kw_only=True):
    """A page of pages."""

    success: bool
    data: list[blog_shapes.StaticPage]
    meta: PagedMeta


class StaticPageAnswer(Wire, frozen=True, kw_only=True):
    """One page."""

    success: bool
    data: blog_shapes.StaticPageDetail
    meta: Meta


class MenuAnswer(Wire, frozen=True, kw_only=True):
    """One menu."""

    success: bool
    data: blog_shapes.Menu
    meta: Meta


class AuthorList(Wire, frozen=True, kw_only=True):
    """A page of authors."""

    success: bool
    data: list[blog_shapes.Author]
    meta: PagedMeta


class AuthorAnswer(Wire, frozen=True, kw_only=True):
    """One author."""

    success: bool
    data: blog_shapes.Author
    meta: Meta


@get(
    "/blog/misc/pages",
    summary="Pages",
    operation_id="listPages",
    responses=EDITED_LIST_ANSWERS,
    tags=["blog"],
)
async def list_pages(
    request: ApiRequest, status: StatusFilter = None, page: PageNumber = 1, page_size: PageSize = 20
) -> Response[StaticPageList]:
    """Return one page of published pages, newest first."""
    refuse_unpublished(status, "published")
    asked, where = numbered(page, page_size)
    async with reading(request) as connection:
        rows, counted = await static_pages.static_pages(connection, where)
    found = [blog_shaping.static_page(row) for row in rows]
    return answer(request, found, pagination=pagination_of(asked, counted))


@get(
    "/blog/misc/pages/{x:str}",
    summary="One page",
    operation_id="getPage",
    responses=OBJECT_ANSWERS,
    tags=["blog"],
)
async def get_page(request: ApiRequest, x: Addressed) -> Response[StaticPageAnswer]:
    """Return a published page with its text."""
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "BLOG_PAGE", x)
        row = await static_pages.find_static_page(connection, id_)
        if row is None:
            raise await missing(connection, "BLOG_PAGE", id_)
        meta = await find_seo_meta(connection, "BLOG_PAGE", id_)
    return answer(request, blog_shaping.static_page_detail(row, meta), modified=row.updated_at)


@get(
    "/blog/misc/menus/{location:str}",
    summary="One menu",
    operation_id="getMenu",
    responses=NUMBERED_OBJECT_ANSWERS,
    tags=["blog"],
)
async def get_menu(request: ApiRequest, location: Location) -> Response[MenuAnswer]:
    """Return the menu at a location as a tree, each entry once."""
    if "\0" in location:
        raise ApiError("NOT_FOUND")
    async with reading(request) as connection:
        row = await static_pages.find_menu(connection, location)
    if row is None:
        raise ApiError("NOT_FOUND")
    return answer(request, blog_shaping.menu(row))


@get(
    "/blog/authors",
    summary="Authors",
    operation_id="listAuthors",
    responses=LIST_ANSWERS,
    tags=["blog"],
)
async def list_authors(
    request: ApiRequest, page: PageNumber = 1, page_size: PageSize = 20
) -> Response[AuthorList]:
    """Return one page of bylines by the ids of their users."""
    asked, where = numbered(page, page_size)
    async with reading(request) as connection:
        rows, counted = await bylines.authors(connection, where)
        faces = {row.avatar_id for row in rows if row.avatar_id is not None}
        shaper = Shaper(public_base_url(request), await pictures(connection, faces))
    found = [blog_shaping.author(shaper, row) for row in rows]
    return answer(request, found, pagination=pagination_of(asked, counted))


@get(
    "/blog/authors/{id:str}",
    summary="One author",
    operation_id="getAuthor",
    responses=NUMBERED_OBJECT_ANSWERS,
    tags=["blog"],
)
async def get_author(
    request: ApiRequest,
    id: NumberedId,  # noqa: A002 - its name in the contract
) -> Response[AuthorAnswer]:
    """Return a byline by the id of its user."""
    number = path_id(id)
    async with reading(request) as connection:
        row = await bylines.find_author(connection, number)
        if row is None:
            raise await missing(connection, "AUTHOR", number)
        named = set() if row.avatar_id is None else {row.avatar_id}
        shaper = Shaper(public_base_url(request), await pictures(connection, named))
    return answer(request, blog_shaping.author(shaper, row), modified=row.updated_at)
