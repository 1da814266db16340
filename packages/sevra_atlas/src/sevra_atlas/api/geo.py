"""`/geo`: provinces, cities of a province, one city, its neighbourhoods."""

from litestar import Response, get

from sevra_atlas.api import shapes, shaping
from sevra_atlas.api.addressing import addressed_id, missing
from sevra_atlas.api.documented import LIST_ANSWERS, OBJECT_ANSWERS
from sevra_atlas.api.messages import ApiRequest, Meta, Wire, answer
from sevra_atlas.api.parameters import Addressed
from sevra_atlas.api.serving import reading
from sevra_atlas.reads import places
from sevra_atlas.reads.seo import find_seo_meta


class ProvinceList(Wire, frozen=True, kw_only=True):
    """Every province."""

    success: bool
    data: list[shapes.Province]
    meta: Meta


class CityList(Wire, frozen=True, kw_only=True):
    """The cities of a province."""

    success: bool
    data: list[shapes.City]
    meta: Meta


class NeighborhoodList(Wire, frozen=True, kw_only=True):
    """The neighbourhoods of a city."""

    success: bool
    data: list[shapes.Neighborhood]
    meta: Meta


class CityAnswer(Wire, frozen=True, kw_only=True):
    """One city."""

    success: bool
    data: shapes.CityDetail
    meta: Meta


@get(
    "/geo/provinces", summary="Provinces", operation_id="listProvinces", responses=LIST_ANSWERS, tags=["geo"]
)
async def list_provinces(request: ApiRequest) -> Response[ProvinceList]:
    """Return every province in the order of the Persian alphabet; not paged."""
    async with reading(request) as connection:
        rows = await places.provinces(connection)
    return answer(request, [shaping.province(row) for row in rows])


@get(
    "/geo/provinces/{x:str}/cities",
    summary="Cities of a province",
    operation_id="listCities",
    responses=OBJECT_ANSWERS,
    tags=["geo"],
)
async def list_cities(request: ApiRequest, x: Addressed) -> Response[CityList]:
    """Return the cities of a province in the order of the Persian alphabet; not paged."""
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "PROVINCE", x)
        if await places.find_province(connection, id_) is None:
            raise await missing(connection, "PROVINCE", id_)
        rows = await places.cities_of(connection, id_)
    return answer(request, [shaping.city(row) for row in rows])


@get(
    "/geo/cities/{x:str}", summary="One city", operation_id="getCity", responses=OBJECT_ANSWERS, tags=["geo"]
)
async def get_city(request: ApiRequest, x: Addressed) -> Response[CityAnswer]:
    """Return a city with its neighbourhoods and numbers; `isLandingEnabled` tells whether it has a page."""
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "CITY", x)
        row = await places.find_city(connection, id_)
        if row is None:
            raise await missing(connection, "CITY", id_)
        neighborhoods = await places.neighborhoods_of(connection, id_)
        stats = await places.city_stats(connection, id_)
        meta = await find_seo_meta(connection, "CITY", id_)
    detail = shaping.city_detail(row, neighborhoods, stats, meta)
    return answer(request, detail, modified=row.updated_at)


@get(
    "/geo/cities/{x:str}/neighborhoods",
    summary="Neighbourhoods of a city",
    operation_id="listNeighborhoods",
    responses=OBJECT_ANSWERS,
    tags=["geo"],
)
async def list_neighborhoods(request: ApiRequest, x: Addressed) -> Response[NeighborhoodList]:
    """Return the neighbourhoods of a city in the order of the Persian alphabet; not paged."""
    async with reading(request) as connection:
        id_ = await addressed_id(connection, "CITY", x)
        if await places.find_city(connection, id_) is None:
            raise await missing(connection, "CITY", id_)
        rows = await places.neighborhoods_of(connection, id_)
    return answer(request, [shaping.neighborhood(row) for row in rows])
