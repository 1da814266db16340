"""What each page says: read from the database, handed to a template as one value."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
from sevra_atlas.site.jsonld import Node
from sevra_atlas.site.language import ENGLISH, PERSIAN, Language, marked
from sevra_atlas.site.site import Entity, Site, entities

LISTED_A_PAGE = 24
REVIEWS_A_PAGE = 20
_NEIGHBOURS = 4
_POSTS_AT_HOME = 3
_ARTISTS_OF_CITY = 8
CITIES_OF_A_PROVINCE = 4

Steps = tuple[tuple[str, str], ...]
HOME_TITLE = marked("اطلس سورا: سالن‌های زیبایی و هنرمندان ایران")


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
    """One page: its template, what its head says, and what its body shows.

    `path` is the one that all languages share, `name` what the page is about in the language of the site.
    """

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
    say = site.language.say
    cities = [city for city in cities if city.salons][:12]
    await site.learn(
        connection,
        (*_listed("SALON", (*best.rows, *newest.rows)), *_listed("ARTIST", artists.rows)),
        entities("CITY", cities),
        entities("PROVINCE", provinces),
        entities("BLOG_POST", posts.rows),
    )
    return View(
        template="home.html",
        title=say(HOME_TITLE),
        description=say(
            "سالن‌های زیبایی و هنرمندان شهرهای ایران با نشانی، ساعت کاری، خدمات، قیمت و نظر مراجعان."
        ),
        path=links.HOME,
        nodes=(
            jsonld.website(site),
            jsonld.item_list(
                site, site.page(links.HOME), say("سالن‌های برگزیده"), _salon_items(site, best.rows)
            ),
        ),
        body={
            "cities": cities,
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
    rows, paging = await _salons(connection, site, {}, number, links.DIRECTORY)
    say = site.language.say
    provinces: list[Province] = []
    by_province: dict[int, list[CityCount]] = defaultdict(list)
    # The later pages show salons alone.
    if number == 1:
        provinces = await places.provinces(connection)
        for city in await places.city_counts(connection):
            by_province[city.province_id].append(city)
        shown = [city for inside in by_province.values() for city in inside[:CITIES_OF_A_PROVINCE]]
        await site.learn(connection, entities("PROVINCE", provinces), entities("CITY", shown))
    path = links.page_path(links.DIRECTORY, number)
    return View(
        template="atlas.html",
        title=heads.title(
            say("فهرست سالن‌های زیبایی ایران به تفکیک استان و شهر"),
            say("فهرست سالن‌های زیبایی ایران"),
            number=number,
            language=site.language,
        ),
        description=heads.description(
            say("سالن‌های زیبایی ایران: استان و شهر خود را برگزینید یا سالن‌ها را به ترتیب امتیاز ببینید."),
            number=number,
            language=site.language,
        ),
        path=path,
        steps=_directory(site),
        nodes=(
            jsonld.item_list(
                site,
                site.page(path),
                say("سالن‌های زیبایی ایران"),
                _salon_items(site, rows),
                _first(number),
            ),
        ),
        body={
            "provinces": provinces,
            "by_province": by_province,
            "cities_of_a_province": CITIES_OF_A_PROVINCE,
            "salons": rows,
            "paging": paging,
        },
    )


async def province(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a province: its cities, and its salons by rating."""
    row = await places.find_province(connection, id_)
    if row is None:
        raise NoSuchPageError
    first = links.province_path(row.slug)
    rows, paging = await _salons(connection, site, {"province": id_}, number, first)
    cities = [city for city in await places.cities_of(connection, id_) if city.is_landing_enabled]
    await site.learn(connection, entities("CITY", cities))
    path = links.page_path(first, number)
    say, name = site.language.say, site.titled(first, row.name_fa)
    return View(
        template="province.html",
        title=heads.title(
            say("سالن‌های زیبایی استان %(province)s", province=name), number=number, language=site.language
        ),
        description=heads.description(
            _how_many(
                site.language,
                paging,
                say("شهرهای استان %(province)s", province=name),
                say("با نشانی، امتیاز و نظر مراجعان"),
            ),
            number=number,
            language=site.language,
        ),
        path=path,
        steps=(*_directory(site), (say("استان %(province)s", province=name), site.local(first))),
        nodes=(
            jsonld.place(site, site.page(path), "AdministrativeArea", row),
            jsonld.item_list(
                site,
                site.page(path),
                say("سالن‌های استان %(province)s", province=name),
                _salon_items(site, rows),
                _first(number),
            ),
        ),
        body={"province": row, "name": name, "cities": cities, "salons": rows, "paging": paging},
    )


async def city(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a city: its salons by rating, and on the first page its best artists."""
    row = await places.find_city(connection, id_)
    if row is None:
        raise NoSuchPageError
    first = links.city_path(row.slug)
    rows, paging = await _salons(connection, site, {"city": id_}, number, first)
    artists: tuple[ArtistCard, ...] = ()
    if number == 1:
        artists = (await artist_page(connection, {"city": id_}, "rating", Where(_ARTISTS_OF_CITY))).rows
    neighborhoods = await places.neighborhoods_of(connection, id_)
    await site.learn(connection, _listed("ARTIST", artists), [("PROVINCE", row.province_id)])
    path = links.page_path(first, number)
    say, name = site.language.say, site.titled(first, row.name_fa)
    only_artists = say("هنرمندان %(city)s با تخصص و نظر مراجعان", city=name)
    return View(
        template="city.html",
        title=heads.title(say("سالن‌های زیبایی %(city)s", city=name), number=number, language=site.language),
        description=heads.description(
            _how_many(
                site.language,
                paging,
                name,
                say("با نشانی، ساعت کاری، خدمات، قیمت و نظر مراجعان"),
            ),
            only_artists if artists and not rows else None,
            number=number,
            language=site.language,
        ),
        path=path,
        steps=_city_steps(site, row, name),
        nodes=(
            jsonld.place(site, site.page(path), "City", row),
            jsonld.item_list(
                site,
                site.page(path),
                say("سالن‌های زیبایی %(city)s", city=name),
                _salon_items(site, rows),
                _first(number),
            ),
        ),
        # A page that lists nobody helps nobody who searches.
        is_indexable=bool(rows or artists),
        body={
            "city": row,
            "name": name,
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
    paging = paging_of(row.review_count, False, REVIEWS_A_PAGE, number, site.local(first))
    offset = (number - 1) * REVIEWS_A_PAGE
    reviews = await newest_reviews(connection, "salon", id_, limit=REVIEWS_A_PAGE, offset=offset)
    neighbours = await _neighbours(connection, row) if number == 1 else ()
    await site.learn(
        connection,
        _listed("SALON", (row, *neighbours)),
        _listed("ARTIST", [card for card, _ in detail.artists]),
    )
    path = links.page_path(first, number)
    name = site.titled(first, row.name)
    return View(
        template="salon.html",
        title=heads.title(
            *_titles(site.language, row, name, site.language.say("سالن زیبایی")),
            number=number,
            language=site.language,
        ),
        description=heads.description(
            _told(site.language, row.summary),
            _what_of_salon(site.language, detail, name),
            number=number,
            language=site.language,
        ),
        path=path,
        steps=_listing_steps(site, row, name, first),
        # The salon is one thing on every page of its reviews, so its id is that of the first.
        nodes=(jsonld.salon(site, site.page(first), detail, reviews),),
        image_key=row.cover_key or row.avatar_key,
        body={
            "detail": detail,
            "salon": row,
            "name": name,
            "address": address(site.language, row),
            "services": _by_category(site.language, detail.services),
            "today": persian.weekday_from_saturday(now.astimezone(persian.TEHRAN).date()),
            "reviews": reviews,
            "shares": await _shares(connection, "salon", row) if number == 1 else [],
            "neighbours": neighbours,
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
    paging = paging_of(row.review_count, False, REVIEWS_A_PAGE, number, site.local(first))
    offset = (number - 1) * REVIEWS_A_PAGE
    reviews = await newest_reviews(connection, "artist", id_, limit=REVIEWS_A_PAGE, offset=offset)
    salons = [card for card, _ in detail.salons]
    await site.learn(connection, _listed("ARTIST", (row,)), _listed("SALON", salons))
    path = links.page_path(first, number)
    name = site.titled(first, row.name)
    return View(
        template="artist.html",
        title=heads.title(
            *_titles(site.language, row, name, site.language.say("هنرمند زیبایی")),
            number=number,
            language=site.language,
        ),
        description=heads.description(
            _told(site.language, row.summary),
            _what_of_artist(site.language, detail, name),
            number=number,
            language=site.language,
        ),
        path=path,
        steps=_listing_steps(site, row, name, first),
        nodes=(jsonld.artist(site, site.page(first), detail, _salon_items(site, salons)),),
        image_key=row.cover_key or row.avatar_key,
        body={
            "detail": detail,
            "artist": row,
            "name": name,
            "reviews": reviews,
            "shares": await _shares(connection, "artist", row) if number == 1 else [],
            "paging": paging,
        },
    )


def address(language: Language, row: SalonCard) -> str | None:
    """Return city, neighbourhood and address line in one; None when nothing of it is known.

    From the largest to the smallest, in English the other way round.
    """
    parts = [
        language.of(row.province_name, row.province_name_en),
        language.of(row.city_name, row.city_name_en),
        language.of(row.neighborhood_name, row.neighborhood_name_en),
        row.address_line,
    ]
    if language is ENGLISH:
        # A Persian line is isolated, or its commas and numbers would change places with what follows.
        parts = [
            f"\u2068{part}\u2069" if persian.language(part) == PERSIAN.code else part
            for part in reversed(parts)
            if part
        ]
    return language.comma.join(part for part in parts if part) or None


async def _salons(
    connection: AsyncConnection[Any], site: Site, filters: Filters, number: int, path: str
) -> tuple[tuple[SalonCard, ...], Paging]:
    offset = (number - 1) * LISTED_A_PAGE
    if offset + LISTED_A_PAGE > COUNTED_AT_MOST + LISTED_A_PAGE:
        raise NoSuchPageError
    total, capped = await capped_count(connection, tables.salons, filters)
    paging = paging_of(total, capped, LISTED_A_PAGE, number, site.local(path))
    page = await salon_page(connection, filters, "rating", Where(LISTED_A_PAGE, offset))
    await site.learn(connection, entities("SALON", page.rows))
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


def _by_category(
    language: Language, services: Sequence[OfferedService]
) -> list[tuple[str, list[OfferedService]]]:
    groups: dict[str, list[OfferedService]] = {}
    for service in services:
        category = language.of(service.category_name, service.category_name_en)
        groups.setdefault(category or language.say("خدمات دیگر"), []).append(service)
    return list(groups.items())


def _listed(kind: str, rows: Iterable[Listing]) -> list[Entity]:
    """Return listings and the places that lead to them, whose English pages are to be known."""
    found: list[Entity] = []
    for row in rows:
        found.append((kind, row.id))
        found += [("CITY", row.city_id)] if row.city_id is not None else []
        found += [("PROVINCE", row.province_id)] if row.province_id is not None else []
    return found


def _salon_items(site: Site, rows: Iterable[SalonCard]) -> list[tuple[str, str]]:
    paths = [(row.name, links.salon_path(row.slug)) for row in rows]
    return [(site.titled(path, name), site.link(path)) for name, path in paths]


def _directory(site: Site) -> Steps:
    say = site.language.say
    return (say("خانه"), site.link(links.HOME)), (say("فهرست سالن‌ها"), site.link(links.DIRECTORY))


def _province_step(site: Site, name: str | None, slug: str | None) -> Steps:
    if name is None or slug is None:
        return ()
    path = links.province_path(slug)
    return ((site.language.say("استان %(province)s", province=site.titled(path, name)), site.link(path)),)


def _city_steps(site: Site, row: City, name: str) -> Steps:
    inside = _province_step(site, row.province_name, row.province_slug)
    return (*_directory(site), *inside, (name, site.local(links.city_path(row.slug))))


def _listing_steps(site: Site, row: Listing, name: str, path: str) -> Steps:
    inside = _province_step(site, row.province_name, row.province_slug)
    if row.city_name is not None and row.city_slug is not None and row.city_has_page:
        city = links.city_path(row.city_slug)
        inside = (*inside, (site.titled(city, row.city_name), site.link(city)))
    return (*_directory(site), *inside, (name, site.local(path)))


def _titles(language: Language, row: Listing, name: str, kind: str) -> tuple[str, ...]:
    inside = _in_city(language, row)
    return f"{name}{language.comma}{kind}{inside}", f"{name}{inside}", name


def _told(language: Language, summary: str | None) -> str | None:
    """Return what a listing says of itself, when it says so in the language of the page."""
    is_foreign = language is ENGLISH and persian.language(summary or "") != language.code
    return None if is_foreign else summary


def _what_of_salon(language: Language, detail: SalonDetail, name: str) -> str:
    row = detail.salon
    known = (
        (language.say("نشانی"), row.address_line),
        (language.say("ساعت کاری"), detail.week),
        (language.counted("%(n)s خدمت", "%(n)s خدمت", len(detail.services)), detail.services),
        (language.counted("%(n)s نظر", "%(n)s نظر", row.review_count), row.review_count),
    )
    return _what(language, row, name, known)


def _what_of_artist(language: Language, detail: ArtistDetail, name: str) -> str:
    row = detail.artist
    known = (
        (language.counted("%(n)s تخصص", "%(n)s تخصص", len(detail.specialties)), detail.specialties),
        (language.say("محل کار"), detail.salons),
        (language.say("نمونه کارها"), detail.gallery),
        (language.counted("%(n)s نظر", "%(n)s نظر", row.review_count), row.review_count),
    )
    return _what(language, row, name, known)


def _what(language: Language, row: Listing, name: str, known: Sequence[tuple[str, object]]) -> str:
    """Return what a page holds of a listing, in one sentence that names it."""
    whom = f"{name}{_in_city(language, row)}"
    *others, last = [what for what, present in known if present] or [""]
    if not last:
        return whom
    things = f"{language.comma.join(others)} {language.say('و')} {last}" if others else last
    # Labels begin with a capital where they stand alone.
    things = things[:1].upper() + things[1:].lower()
    return language.say("%(things)s درباره %(whom)s", things=things, whom=whom)


def _in_city(language: Language, row: Listing) -> str:
    city = language.of(row.city_name, row.city_name_en)
    return language.say(" در %(city)s", city=city) if city else ""


def _first(number: int) -> int:
    return (number - 1) * LISTED_A_PAGE + 1


def _how_many(language: Language, paging: Paging, place: str, known: str) -> str:
    if paging.total == 0:
        return language.say("هنوز سالنی از %(place)s ثبت نشده است", place=place)
    said = language.counted(
        "%(n)s سالن زیبایی در %(place)s %(known)s",
        "%(n)s سالن زیبایی در %(place)s %(known)s",
        paging.total,
        place=place,
        known=known,
    )
    return f"{language.say('بیش از')} {said}" if paging.is_capped else said
