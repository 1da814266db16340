"""One page of a list as an answer: order, cursor, depth, counts."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from psycopg import AsyncConnection
from sqlalchemy import FromClause

from sevra_atlas.api.errors import ApiError, Issue
from sevra_atlas.api.messages import Pagination
from sevra_atlas.api.narrowing import Narrowing
from sevra_atlas.reads.cursor import CursorSigner, InvalidCursorError, filter_hash
from sevra_atlas.reads.filters import Filters
from sevra_atlas.reads.listing import Order, Page, Where, capped_count

DEEPEST = 10_000

Row = TypeVar("Row")


class PageReader(Protocol[Row]):
    """Reads one page of a list."""

    def __call__(
        self, connection: AsyncConnection[Any], filters: Filters, order: Order, where: Where
    ) -> Awaitable[Page[Row]]:
        """Return the page; raises InvalidCursorError for a key of another order."""
        ...


@dataclass(frozen=True)
class Asked:
    """Which page of which order a client asked for."""

    order: Order
    page: int
    page_size: int
    cursor: str | None

    def check_depth(self) -> None:
        """Raise ApiError for a page so deep that reaching it would walk past 10,000 rows."""
        if self.cursor is None and self.page * self.page_size > DEEPEST:
            raise ApiError("PAGE_TOO_DEEP", [Issue("page", "use the cursor of the page before")])


def order_of(sort: str | None, narrowing: Narrowing) -> Order:
    """Return the order of a directory list; raises ApiError for a distance from nowhere."""
    if sort == "distance" and narrowing.near is None:
        raise ApiError("VALIDATION_ERROR", [Issue("sort", "distance needs near")])
    if sort is None:
        return "new" if narrowing.q is None else "popular"
    order: dict[str, Order] = {
        "rating": "rating",
        "popular": "popular",
        "new": "new",
        "distance": "distance",
    }
    return order[sort]


async def read_page(
    connection: AsyncConnection[Any],
    signer: CursorSigner,
    listing: tuple[str, FromClause, PageReader[Any]],
    narrowing: Narrowing,
    asked: Asked,
) -> tuple[tuple[Any, ...], Pagination]:
    """Return the rows and the pagination of one page, in a number of statements that no size changes.

    Raises ApiError for a page too deep and for a cursor of another list, order or filter.
    """
    asked.check_depth()
    filters = await narrowing.filters(connection)
    if filters is None:
        return (), _pagination(asked, 0, None, capped=False)
    name, table, reader = listing
    fingerprint = filter_hash(filters)
    where = Where(asked.page_size, (asked.page - 1) * asked.page_size)
    try:
        if asked.cursor is not None:
            where = Where(asked.page_size, after=signer.read(asked.cursor, name, asked.order, fingerprint))
        page = await reader(connection, filters, asked.order, where)
    except InvalidCursorError as error:
        raise ApiError("INVALID_CURSOR", [Issue("cursor", str(error))]) from error
    total, capped = await capped_count(connection, table, filters)
    following = None
    if page.next_key is not None:
        following = signer.sign(name, asked.order, fingerprint, page.next_key)
    return page.rows, _pagination(asked, total, following, capped=capped)


def _pagination(asked: Asked, total: int, following: str | None, *, capped: bool) -> Pagination:
    return Pagination(
        page=asked.page if asked.cursor is None else None,
        page_size=asked.page_size,
        total=total,
        total_pages=-(-total // asked.page_size),
        next_cursor=following,
        total_capped=capped,
    )
