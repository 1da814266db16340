"""`/salons` and `/artists`: lists and details."""

from litestar import Response, get

from sevra_atlas.api import shapes
from sevra_atlas.api.addressing import addressed_id, missing
from sevra_atlas.api.documented import LIST_ANSWERS, OBJECT_ANSWERS
from sevra_atlas.api.lists import Asked, Listed, order_of, read_page
from sevra_atlas.api.messages import ApiRequest, Meta, PagedMeta, Wire, answer
from sevra_atlas.api.narrowing import Narrowing
from sevra_atlas.api.parameters import (
    Addressed,
    ArtistSorting,
    CityFilter,
    Cursor,
    MinRating,
    MinReviewCount,
    Near,
    NeighborhoodFilter,
    PageNumber,
    PageSize,
    PriceTier,
    ProvinceFilter,
    Query,
    RadiusKm,
    ServiceFilter,
    Sorting,
    SpecialtyFilter,
    Verified,
    WomenOnly,
)
from sevra_atlas.api.serving import cursor_signer, public_base_url, reading
from sevra_atlas.api.shaping import Shaper, avatars_of, pictures_of_artist, pictures_of_salon
from sevra_atlas.reads.cards import (
    ArtistCard,
    SalonCard,
    artist_page,
    count_artists,
    count_salons,
    salon_page,
)
from sevra_atlas.reads.details import find_artist, find_salon
from sevra_atlas.reads.listing import Order
from sevra_atlas.reads.pictures import pictures
from sevra_atlas.reads.seo import find_seo_meta


class SalonList(Wire, frozen=True, kw_only=True):
    """A page of salons."""

    success: bool
    data: list[shapes.SalonFound]
    meta: PagedMeta


class SalonAnswer(Wire, frozen=True, kw_only=True):
    """One salon."""

    success: bool
    data: shapes.Salon
    meta: Meta


class ArtistList(Wire, frozen=True, kw_only=True):
    """A page of artists."""

    success: bool
    data: list[shapes.ArtistCard]
    meta: PagedMeta


class ArtistAnswer(Wire, frozen=True, kw_only=True):
    """One artist."""

    success: bool
    data: shapes.Artist
    meta: Meta


SALONS: Listed[SalonCard, Order] = Listed("salons", salon_page, count_salons)
ARTISTS: Listed[ArtistCard, Order] = Listed("artists", artist_page, count_artists)


@get("/salons", summary="Salons", operation_id="listSalons", responses=LIST_ANSWERS, tags=["salons"])
async def list_salons(  # noqa: PLR0913, PLR0917 - the parameters of the contract
    request: ApiRequest,
    q: Query = None,
    province: ProvinceFilter = None,
    city: CityFilter = None,
    neighborhood: NeighborhoodFilter = None,
    service: ServiceFilter = None,
    verified: Verified = None,
    min_rating: MinRating = None,
    min_review_count: MinReviewCount = None,
    women_only: WomenOnly = None,
    price_tier: PriceTier = None,
    near: Near = None,
    radius_km: RadiusKm = None,
    sort: Sorting = None,
    page: PageNumber = 1,
    page_size: PageSize = 20,
    cursor: Cursor = None,
) -> Response[SalonList]:
    """Return one page of visible salons; filters combine by AND."""
    narrowing = Narrowing(
        q=q,
        province=province,
        city=city,
        neighborhood=neighborhood,
        service=service,
        verified=verified,
        min_rating=min_rating,
        min_review_count=min_review_count,
        women_only=women_only,
        price_tier=price_tier,
        near=near,
        radius_km=radius_km,
    )
    asked: Asked[Order] = Asked(order_of(sort, narrowing), page, page_size, cursor)
    async with reading(request) as connection:
        rows, pagination = await read_page(connection, cursor_signer(request), SALONS, narrowing, asked)
        shaper = Shaper(public_base_url(request), await pictures(connection, avatars_of(rows)))
    point = narrowing.point()
    return answer(request, [shaper.salon_found(row, point) for row in rows], pagination=pagination)


@get(
    "/salons/{x:str}", summary="One salon", operation_id="getSalon", responses=OBJECT_ANSWERS, tags=["salons"]
)
async def get_salon(request: ApiRequest, x: Addressed) -> Response[SalonAnswer]:
    """Return a visible salon with hours, services, artists and the first pictures of its gallery."""
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "SALON", x)
        detail = await find_salon(connection, id_)
        if detail is None:
            raise await missing(connection, "SALON", id_)
        shaper = Shaper(public_base_url(request), await pictures(connection, pictures_of_salon(detail)))
        meta = await find_seo_meta(connection, "SALON", id_)
    return answer(request, shaper.salon(detail, meta), modified=detail.salon.updated_at)


@get("/artists", summary="Artists", operation_id="listArtists", responses=LIST_ANSWERS, tags=["artists"])
async def list_artists(  # noqa: PLR0913, PLR0917 - the parameters of the contract
    request: ApiRequest,
    q: Query = None,
    province: ProvinceFilter = None,
    city: CityFilter = None,
    neighborhood: NeighborhoodFilter = None,
    specialty: SpecialtyFilter = None,
    verified: Verified = None,
    min_rating: MinRating = None,
    min_review_count: MinReviewCount = None,
    sort: ArtistSorting = None,
    page: PageNumber = 1,
    page_size: PageSize = 20,
    cursor: Cursor = None,
) -> Response[ArtistList]:
    """Return one page of visible artists; filters combine by AND."""
    narrowing = Narrowing(
        q=q,
        province=province,
        city=city,
        neighborhood=neighborhood,
        specialty=specialty,
        verified=verified,
        min_rating=min_rating,
        min_review_count=min_review_count,
    )
    asked: Asked[Order] = Asked(order_of(sort, narrowing), page, page_size, cursor)
    async with reading(request) as connection:
        rows, pagination = await read_page(connection, cursor_signer(request), ARTISTS, narrowing, asked)
        shaper = Shaper(public_base_url(request), await pictures(connection, avatars_of(rows)))
    return answer(request, [shaper.artist_card(row) for row in rows], pagination=pagination)


@get(
    "/artists/{x:str}",
    summary="One artist",
    operation_id="getArtist",
    responses=OBJECT_ANSWERS,
    tags=["artists"],
)
async def get_artist(request: ApiRequest, x: Addressed) -> Response[ArtistAnswer]:
    """Return a visible artist with specialties, certifications, salons and the first of its pictures."""
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "ARTIST", x)
        detail = await find_artist(connection, id_)
        if detail is None:
            raise await missing(connection, "ARTIST", id_)
        shaper = Shaper(public_base_url(request), await pictures(connection, pictures_of_artist(detail)))
        meta = await find_seo_meta(connection, "ARTIST", id_)
    return answer(request, shaper.artist(detail, meta), modified=detail.artist.updated_at)
