"""What each page says: read from the database, handed to a template as one value."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from sevra_atlas.reads import places, tables
from sevra_atlas.reads.cards import ArtistCard, Listing, SalonCard, artist_page, salon_page
from sevra_atlas.reads.details import ArtistDetail, OfferedService, SalonDetail, find_artist, find_salon
from sevra_atlas.reads.filters import Filters
from sevra_atlas.reads.listing import COUNTED_AT_MOST, Where, capped_count
from sevra_atlas.reads.places import City, CityCount, Province
from sevra_atlas.reads.posts import post_page
from sevra_atlas.reads.reviews import newest_reviews, rating_shares
from sevra_atlas.site import heads, jsonld, links, persian
from sevra_atlas.site.jsonld import Node, Site

LISTED_A_PAGE = 24
REVIEWS_A_PAGE = 20
_NEIGHBOURS = 4
_POSTS_AT_HOME = 3
_ARTISTS_OF_CITY = 8

Steps = tuple[tuple[str, str], ...]
_HOME: Steps = (("خانه", links.HOME),)
_DIRECTORY: Steps = (*_HOME, ("فهرست سالن‌ها", links.DIRECTORY))


class NoSuchPageError(Exception):
    """A list has no page of this number, or what the path named is no longer there."""


@dataclass(frozen=True, kw_only=True)
class Paging:
    """Where a page stands in its list; addresses of its neighbours, None at the ends."""

    number: int
    last: int
    total: int
    is_capped: bool
    previous: str | None
    following: str | None


@dataclass(frozen=True, kw_only=True)
class View:
    """One page: its template, what its head says, and what its body shows."""

    template: str
    title: str
    description: str
    path: str
    steps: Steps = ()
    nodes: tuple[Node, ...] = ()
    image_key: str | None = None
    is_indexable: bool = True
    is_article: bool = False
    feed_path: str | None = None
    body: dict[str, Any] = field(default_factory=dict)


async def home(connection: AsyncConnection[Any], site: Site) -> View:
    """Return the landing page: cities with most salons, best and newest salons, artists, newest posts."""
    cities = await places.city_counts(connection)
    best = await salon_page(connection, {}, "rating", Where(8))
    newest = await salon_page(connection, {}, "new", Where(4))
    artists = await artist_page(connection, {}, "rating", Where(4))
    provinces = await places.provinces(connection)
    posts = await post_page(connection, {}, "-published_at", Where(_POSTS_AT_HOME))
    return View(
        template="home.html",
        title="اطلس سورا: سالن‌های زیبایی و هنرمندان ایران",
        description="سالن‌های زیبایی و هنرمندان شهرهای ایران با نشانی، ساعت کاری، خدمات، قیمت و نظر مراجعان.",
        path=links.HOME,
        nodes=(
            site.website(),
            jsonld.item_list(site, site.absolute("/"), "سالن‌های برگزیده", _salon_items(best.rows)),
        ),
        body={
            "cities": [city for city in cities if city.salons][:12],
            "counted_at_most": places.COUNTED_A_CITY,
            "provinces": provinces,
            "best": best.rows,
            "newest": newest.rows,
            "artists": artists.rows,
            "posts": posts.rows,
        },
    )


async def directory(connection: AsyncConnection[Any], site: Site, number: int) -> View:
    """Return the directory: every province with its largest cities, and all salons by rating."""
    rows, paging = await _salons(connection, {}, number, links.DIRECTORY)
    provinces: list[Province] = []
    by_province: dict[int, list[CityCount]] = defaultdict(list)
    # The later pages show salons alone.
    if number == 1:
        provinces = await places.provinces(connection)
        for city in await places.city_counts(connection):
            by_province[city.province_id].append(city)
    path = links.page_path(links.DIRECTORY, number)
    return View(
        template="atlas.html",
        title=heads.title(
            "فهرست سالن‌های زیبایی ایران به تفکیک استان و شهر", "فهرست سالن‌های زیبایی ایران", number=number
        ),
        description=heads.description(
            "سالن‌های زیبایی ایران: استان و شهر خود را برگزینید یا سالن‌ها را به ترتیب امتیاز ببینید.",
            number=number,
        ),
        path=path,
        steps=_DIRECTORY,
        nodes=(
            jsonld.item_list(
                site, site.absolute(path), "سالن‌های زیبایی ایران", _salon_items(rows), _first(number)
            ),
        ),
        body={"provinces": provinces, "by_province": by_province, "salons": rows, "paging": paging},
    )


async def province(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a province: its cities, and its salons by rating."""
    row = await places.find_province(connection, id_)
    if row is None:
        raise NoSuchPageError
    first = links.province_path(row.slug)
    rows, paging = await _salons(connection, {"province": id_}, number, first)
    cities = [city for city in await places.cities_of(connection, id_) if city.is_landing_enabled]
    path = links.page_path(first, number)
    return View(
        template="province.html",
        title=heads.title(f"سالن‌های زیبایی استان {row.name_fa}", number=number),
        description=heads.description(
            _how_many(paging, f"شهرهای استان {row.name_fa}", "با نشانی، امتیاز و نظر مراجعان"), number=number
        ),
        path=path,
        steps=(*_DIRECTORY, (f"استان {row.name_fa}", first)),
        nodes=(
            jsonld.place(site.absolute(path), "AdministrativeArea", row),
            jsonld.item_list(
                site, site.absolute(path), f"سالن‌های استان {row.name_fa}", _salon_items(rows), _first(number)
            ),
        ),
        body={"province": row, "cities": cities, "salons": rows, "paging": paging},
    )


async def city(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a city: its salons by rating, and on the first page its best artists."""
    row = await places.find_city(connection, id_)
    if row is None:
        raise NoSuchPageError
    first = links.city_path(row.slug)
    rows, paging = await _salons(connection, {"city": id_}, number, first)
    artists: tuple[ArtistCard, ...] = ()
    if number == 1:
        artists = (await artist_page(connection, {"city": id_}, "rating", Where(_ARTISTS_OF_CITY))).rows
    neighborhoods = await places.neighborhoods_of(connection, id_)
    path = links.page_path(first, number)
    return View(
        template="city.html",
        title=heads.title(f"سالن‌های زیبایی {row.name_fa}", number=number),
        description=heads.description(
            _how_many(paging, row.name_fa, "با نشانی، ساعت کاری، خدمات، قیمت و نظر مراجعان"),
            f"هنرمندان {row.name_fa} با تخصص و نظر مراجعان" if artists and not rows else None,
            number=number,
        ),
        path=path,
        steps=_city_steps(row),
        nodes=(
            jsonld.place(site.absolute(path), "City", row),
            jsonld.item_list(
                site, site.absolute(path), f"سالن‌های زیبایی {row.name_fa}", _salon_items(rows), _first(number)
            ),
        ),
        # A page that lists nobody helps nobody who searches.
        is_indexable=bool(rows or artists),
        body={
            "city": row,
            "neighborhoods": neighborhoods,
            "salons": rows,
            "artists": artists,
            "paging": paging,
        },
    )


async def salon(connection: AsyncConnection[Any], site: Site, id_: int, number: int, now: datetime) -> View:
    """Return a salon with hours, services, artists, one page of reviews, and salons nearby."""
    detail = await find_salon(connection, id_)
    if detail is None:
        raise NoSuchPageError
    row = detail.salon
    first = links.salon_path(row.slug)
    paging = paging_of(row.review_count, False, REVIEWS_A_PAGE, number, first)
    offset = (number - 1) * REVIEWS_A_PAGE
    reviews = await newest_reviews(connection, "salon", id_, limit=REVIEWS_A_PAGE, offset=offset)
    path = links.page_path(first, number)
    return View(
        template="salon.html",
        title=heads.title(*_titles(row, "سالن زیبایی"), number=number),
        description=heads.description(row.summary, _what_of_salon(detail), number=number),
        path=path,
        steps=_listing_steps(row, first),
        # The salon is one thing on every page of its reviews, so its id is that of the first.
        nodes=(jsonld.salon(site, site.absolute(first), detail, reviews),),
        image_key=row.cover_key or row.avatar_key,
        body={
            "detail": detail,
            "salon": row,
            "address": address(row),
            "services": _by_category(detail.services),
            "today": persian.weekday_from_saturday(now.astimezone(persian.TEHRAN).date()),
            "reviews": reviews,
            "shares": await _shares(connection, "salon", row) if number == 1 else [],
            "neighbours": await _neighbours(connection, row) if number == 1 else (),
            "paging": paging,
        },
    )


async def artist(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return an artist with specialties, certifications, salons and one page of reviews."""
    detail = await find_artist(connection, id_)
    if detail is None:
        raise NoSuchPageError
    row = detail.artist
    first = links.artist_path(row.slug)
    paging = paging_of(row.review_count, False, REVIEWS_A_PAGE, number, first)
    offset = (number - 1) * REVIEWS_A_PAGE
    reviews = await newest_reviews(connection, "artist", id_, limit=REVIEWS_A_PAGE, offset=offset)
    path = links.page_path(first, number)
    workplaces = [(card.name, links.salon_path(card.slug)) for card, _ in detail.salons]
    return View(
        template="artist.html",
        title=heads.title(*_titles(row, "هنرمند زیبایی"), number=number),
        description=heads.description(row.summary, _what_of_artist(detail), number=number),
        path=path,
        steps=_listing_steps(row, first),
        nodes=(jsonld.artist(site, site.absolute(first), detail, workplaces),),
        image_key=row.cover_key or row.avatar_key,
        body={
            "detail": detail,
            "artist": row,
            "reviews": reviews,
            "shares": await _shares(connection, "artist", row) if number == 1 else [],
            "paging": paging,
        },
    )


def address(row: SalonCard) -> str | None:
    """Return city, neighbourhood and address line in one; None when nothing of it is known."""
    parts = (row.province_name, row.city_name, row.neighborhood_name, row.address_line)
    return "، ".join(part for part in parts if part) or None


async def _salons(
    connection: AsyncConnection[Any], filters: Filters, number: int, path: str
) -> tuple[tuple[SalonCard, ...], Paging]:
    offset = (number - 1) * LISTED_A_PAGE
    if offset + LISTED_A_PAGE > COUNTED_AT_MOST + LISTED_A_PAGE:
        raise NoSuchPageError
    total, capped = await capped_count(connection, tables.salons, filters)
    paging = paging_of(total, capped, LISTED_A_PAGE, number, path)
    page = await salon_page(connection, filters, "rating", Where(LISTED_A_PAGE, offset))
    return page.rows, paging


def paging_of(total: int, capped: bool, size: int, number: int, path: str) -> Paging:  # noqa: FBT001 - one caller each
    """Return where a page stands in a list at `path`; raises NoSuchPageError beyond the last."""
    # An empty list still has its first page, which says so.
    last = max(1, -(-total // size))
    if number > last:
        raise NoSuchPageError
    return Paging(
        number=number,
        last=last,
        total=total,
        is_capped=capped,
        previous=links.page_path(path, number - 1) if number > 1 else None,
        following=links.page_path(path, number + 1) if number < last else None,
    )


async def _neighbours(connection: AsyncConnection[Any], row: SalonCard) -> tuple[SalonCard, ...]:
    if row.city_id is None:
        return ()
    near: Filters = {"city": row.city_id}
    if row.neighborhood_id is not None:
        near = {"neighborhood": row.neighborhood_id}
    page = await salon_page(connection, near, "popular", Where(_NEIGHBOURS + 1))
    others = tuple(card for card in page.rows if card.id != row.id)
    if not others and "neighborhood" in near:
        page = await salon_page(connection, {"city": row.city_id}, "popular", Where(_NEIGHBOURS + 1))
        others = tuple(card for card in page.rows if card.id != row.id)
    return others[:_NEIGHBOURS]


async def _shares(connection: AsyncConnection[Any], target: Any, row: Listing) -> list[tuple[int, int, int]]:
    """Return rating, count and percentage for five to one; nothing without reviews."""
    if row.review_count == 0:
        return []
    counted = {share.rating: share.count for share in await rating_shares(connection, target, row.id)}
    total = sum(counted.values()) or 1
    return [
        (stars, counted.get(stars, 0), round(100 * counted.get(stars, 0) / total))
        for stars in (5, 4, 3, 2, 1)
    ]


def _by_category(services: Sequence[OfferedService]) -> list[tuple[str, list[OfferedService]]]:
    groups: dict[str, list[OfferedService]] = {}
    for service in services:
        groups.setdefault(service.category_name or "خدمات دیگر", []).append(service)
    return list(groups.items())


def _salon_items(rows: Sequence[SalonCard]) -> list[tuple[str, str]]:
    return [(row.name, links.salon_path(row.slug)) for row in rows]


def _city_steps(row: City) -> Steps:
    inside: Steps = ()
    if row.province_name is not None and row.province_slug is not None:
        inside = ((f"استان {row.province_name}", links.province_path(row.province_slug)),)
    return (*_DIRECTORY, *inside, (row.name_fa, links.city_path(row.slug)))


def _listing_steps(row: Listing, path: str) -> Steps:
    inside: Steps = ()
    if row.province_name is not None and row.province_slug is not None:
        inside = ((f"استان {row.province_name}", links.province_path(row.province_slug)),)
    if row.city_name is not None and row.city_slug is not None and row.city_has_page:
        inside = (*inside, (row.city_name, links.city_path(row.city_slug)))
    return (*_DIRECTORY, *inside, (row.name, path))


def _titles(row: Listing, kind: str) -> tuple[str, ...]:
    return f"{row.name}، {kind}{_in_city(row)}", f"{row.name}{_in_city(row)}", row.name


def _what_of_salon(detail: SalonDetail) -> str:
    row = detail.salon
    known = (
        ("نشانی", row.address_line),
        ("ساعت کاری", detail.week),
        (f"{persian.number(len(detail.services))} خدمت", detail.services),
        (f"{persian.number(row.review_count)} نظر", row.review_count),
    )
    return _what(row, known)


def _what_of_artist(detail: ArtistDetail) -> str:
    row = detail.artist
    known = (
        (f"{persian.number(len(detail.specialties))} تخصص", detail.specialties),
        ("محل کار", detail.salons),
        ("نمونه کارها", detail.gallery),
        (f"{persian.number(row.review_count)} نظر", row.review_count),
    )
    return _what(row, known)


def _what(row: Listing, known: Sequence[tuple[str, object]]) -> str:
    """Return what a page holds of a listing, in one sentence that names it."""
    whom = f"{row.name}{_in_city(row)}"
    *others, last = [what for what, present in known if present] or [""]
    if not last:
        return whom
    return f"{'، '.join(others)}{' و ' if others else ''}{last} درباره {whom}"


def _in_city(row: Listing) -> str:
    return f" در {row.city_name}" if row.city_name else ""


def _first(number: int) -> int:
    return (number - 1) * LISTED_A_PAGE + 1


def _how_many(paging: Paging, place: str, known: str) -> str:
    if paging.total == 0:
        return f"هنوز سالنی از {place} ثبت نشده است"
    more = "بیش از " if paging.is_capped else ""
    return f"{more}{persian.number(paging.total)} سالن زیبایی در {place} {known}"
