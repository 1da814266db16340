"""The query parameters of lists, declared once, and how their text becomes values."""

import re
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from litestar.params import PathParameter, QueryParameter

from sevra_atlas.api.errors import ApiError, Issue, invalid
from sevra_atlas.domain.slugs import fa_norm_v1, slug_key_v1

LARGEST_ID = 9_223_372_036_854_775_807
_MOST_VALUES = 20
_MOST_WORDS = 16
_LONGEST = 200
_HIGHEST_LAT = 90
_HIGHEST_LNG = 180
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]{5,20}([Zz]|[+-][0-9]{2}:[0-9]{2})")

Flag: TypeAlias = Literal["true", "false"]
SalonSort: TypeAlias = Literal["rating", "popular", "new", "distance"]
ArtistSort: TypeAlias = Literal["rating", "popular", "new"]

_PLACE = "Slugs or ids, separated by commas (at most 20); any of them."

Query = Annotated[
    str | None,
    QueryParameter(
        name="q",
        max_length=_LONGEST,
        description="Words that the name must contain. Letter variants, half-spaces and digits are folded. "
        "The first 20,000 rows of the order are looked at.",
    ),
]
ProvinceFilter = Annotated[str | None, QueryParameter(name="province", description=f"Province. {_PLACE}")]
CityFilter = Annotated[str | None, QueryParameter(name="city", description=f"City. {_PLACE}")]
NeighborhoodFilter = Annotated[
    str | None,
    QueryParameter(
        name="neighborhood",
        description=f"Neighbourhood. {_PLACE} A slug without `city` counts only when one city has it.",
    ),
]
ServiceFilter = Annotated[
    str | None, QueryParameter(name="service", description=f"Offered service. {_PLACE}")
]
SpecialtyFilter = Annotated[str | None, QueryParameter(name="specialty", description=f"Specialty. {_PLACE}")]
Verified = Annotated[Flag | None, QueryParameter(name="verified", description="false means not VERIFIED.")]
MinRating = Annotated[float | None, QueryParameter(name="minRating", ge=0, le=5)]
MinReviewCount = Annotated[int | None, QueryParameter(name="minReviewCount", ge=0, le=2_147_483_647)]
WomenOnly = Annotated[
    Flag | None, QueryParameter(name="womenOnly", description="false means not stated or not so.")
]
PriceTier = Annotated[
    str | None, QueryParameter(name="priceTier", description="1 to 4, or several separated by commas.")
]
Near = Annotated[str | None, QueryParameter(name="near", description="`lat,lng` in degrees.", max_length=64)]
RadiusKm = Annotated[
    float | None, QueryParameter(name="radiusKm", ge=1, le=50, description="With `near`; 5 when absent.")
]
PageNumber = Annotated[
    int, QueryParameter(name="page", ge=1, description="From 1; page x pageSize <= 10,000.")
]
PageSize = Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)]
Cursor = Annotated[
    str | None,
    QueryParameter(
        name="cursor", description="`nextCursor` of the page before; replaces `page`.", max_length=512
    ),
]
Sorting = Annotated[
    SalonSort | None,
    QueryParameter(
        name="sort", description="`new` when absent, `popular` with `q`; `distance` needs `near`."
    ),
]
ArtistSorting = Annotated[
    ArtistSort | None, QueryParameter(name="sort", description="`new` when absent, `popular` with `q`.")
]
Addressed = Annotated[str, PathParameter(description="Id (digits only) or slug.", max_length=2048)]
AddressedBySlug = Annotated[str, PathParameter(description="Slug; digits are one too.", max_length=2048)]
NumberedId = Annotated[str, PathParameter(description="Id (digits only).", max_length=2048)]


def values_of(path: str, text: str) -> list[str]:
    """Return the values of a comma list; raises ApiError for more than 20."""
    values = [part.strip() for part in text.split(",")]
    if len(values) > _MOST_VALUES:
        raise invalid(path, f"more than {_MOST_VALUES} values")
    return [value for value in values if value]


def id_of(path: str, digits: str) -> int:
    """Return an id from a segment of digits; raises ApiError outside the range of ids."""
    # The length is checked first: the number itself may be too long for Python to read.
    if len(digits.lstrip("0")) <= len(str(LARGEST_ID)) and 1 <= int(digits or "0") <= LARGEST_ID:
        return int(digits)
    raise ApiError("INVALID_ID", [Issue(path, "not an id")])


def path_id(digits: str) -> int:
    """Return the id of a path segment that takes ids only; raises ApiError for anything else."""
    key = slug_key_v1(digits)
    if not key.isdigit():
        raise ApiError("INVALID_ID", [Issue("id", "not an id")])
    return id_of("id", key)


def moment_of(path: str, text: str) -> datetime:
    """Return a time from RFC 3339 text; raises ApiError for anything else."""
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise invalid(path, "a time as in 2026-01-31T08:30:00Z is expected")
    return moment


def ids_and_keys(path: str, text: str) -> tuple[list[int], list[str]]:
    """Return the ids and the slug keys of a comma list; values that cannot be a slug are left out."""
    ids, keys = [], []
    for value in values_of(path, text):
        key = slug_key_v1(value)
        if key.isdigit():
            ids.append(id_of(path, key))
        elif key:
            keys.append(key)
    return sorted(set(ids)), sorted(set(keys))


def patterns_of(text: str) -> list[str]:
    """Return the words of a query as LIKE patterns over normalised text; none when it folds to nothing."""
    # The alphabet of normalised words holds no character to escape.
    return [f"%{word}%" for word in fa_norm_v1(text).split()[:_MOST_WORDS]]


def price_tiers_of(text: str) -> list[int]:
    """Return the price tiers of a comma list; raises ApiError for anything but 1 to 4."""
    values = values_of("priceTier", text)
    if not values or any(value not in {"1", "2", "3", "4"} for value in values):
        raise invalid("priceTier", "a number from 1 to 4 is expected")
    return sorted({int(value) for value in values})


def point_of(text: str) -> tuple[float, float]:
    """Return latitude and longitude from `lat,lng`; raises ApiError for anything else."""
    try:
        lat, lng = (float(part) for part in text.split(","))
    except ValueError as error:
        raise invalid("near", "`lat,lng` is expected") from error
    # Written so that a value that is no number fails too.
    if not (abs(lat) <= _HIGHEST_LAT and abs(lng) <= _HIGHEST_LNG):
        raise invalid("near", "latitude -90 to 90 and longitude -180 to 180 are expected")
    return lat, lng
