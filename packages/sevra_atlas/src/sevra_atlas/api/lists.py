"""One page of a list as an answer: order, cursor, depth, counts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from psycopg import AsyncConnection

from sevra_atlas.api.errors import ApiError, Issue
from sevra_atlas.api.messages import Pagination
from sevra_atlas.api.narrowing import Narrowing
from sevra_atlas.reads.cursor import CursorSigner, InvalidCursorError, filter_hash
from sevra_atlas.reads.filters import Filters
from sevra_atlas.reads.listing import Order, Page, Where

DEEPEST = 10_000

Row = TypeVar("Row")
Ordering = TypeVar("Ordering", bound=str)


class Narrows(Protocol):
    """The query parameters of a list."""

    async def filters(self, connection: AsyncConnection[Any]) -> dict[str, Any] | None:
        """Return the filter, or None when a value names nothing and the list is empty."""
        ...


@dataclass(frozen=True)
class Listed(Generic[Row, Ordering]):
    """A list under the name that its cursors carry: what reads a page of it, and what counts it.

    Reading a page raises InvalidCursorError for a key of another order.
    """

    name: str
    read: Callable[[AsyncConnection[Any], Filters, Ordering, Where], Awaitable[Page[Row]]]
    count: Callable[[AsyncConnection[Any], Filters], Awaitable[tuple[int, bool]]]


@dataclass(frozen=True)
class Asked(Generic[Ordering]):
    """Which page of which order a client asked for."""

    order: Ordering
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
    listing: Listed[Row, Ordering],
    narrowing: Narrows,
    asked: Asked[Ordering],
) -> tuple[tuple[Row, ...], Pagination]:
    """Return the rows and the pagination of one page, in a number of statements that no size changes.

    Raises ApiError for a page too deep and for a cursor of another list, order or filter.
    """
    asked.check_depth()
    filters = await narrowing.filters(connection)
    if filters is None:
        return (), pagination_of(asked, (0, False))
    name = listing.name
    fingerprint = filter_hash(filters)
    where = Where(asked.page_size, (asked.page - 1) * asked.page_size)
    try:
        if asked.cursor is not None:
            where = Where(asked.page_size, after=signer.read(asked.cursor, name, asked.order, fingerprint))
        page = await listing.read(connection, filters, asked.order, where)
    except InvalidCursorError as error:
        raise ApiError("INVALID_CURSOR", [Issue("cursor", str(error))]) from error
    counted = await listing.count(connection, filters)
    following = None
    if page.next_key is not None:
        following = signer.sign(name, asked.order, fingerprint, page.next_key)
    return page.rows, pagination_of(asked, counted, following)


def pagination_of(asked: Asked[Any], counted: tuple[int, bool], following: str | None = None) -> Pagination:
    """Return where a page stands in its list, by a capped count; `following` is the cursor behind it."""
    total, capped = counted
    return Pagination(
        page=asked.page if asked.cursor is None else None,
        page_size=asked.page_size,
        total=total,
        total_pages=-(-total // asked.page_size),
        next_cursor=following,
        total_capped=capped,
    )


def numbered(page: int, page_size: int) -> tuple[Asked[str], Where]:
    """Return which part of a list without cursors is asked for; raises ApiError for a page too deep."""
    asked = Asked("", page, page_size, None)
    asked.check_depth()
    return asked, Where(page_size, (page - 1) * page_size)
