"""From the query parameters of a list to the filter of its reads."""

from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection

from sevra_atlas.api.errors import invalid
from sevra_atlas.api.parameters import ids_and_keys, patterns_of, point_of, price_tiers_of
from sevra_atlas.reads import filters as narrowing
from sevra_atlas.reads import places

_DEFAULT_RADIUS_KM = 5.0


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """The query parameters of a list of salons or artists, as text and checked numbers."""

    q: str | None = None
    province: str | None = None
    city: str | None = None
    neighborhood: str | None = None
    service: str | None = None
    specialty: str | None = None
    verified: str | None = None
    min_rating: float | None = None
    min_review_count: int | None = None
    women_only: str | None = None
    price_tier: str | None = None
    near: str | None = None
    radius_km: float | None = None

    def point(self) -> tuple[float, float] | None:
        """Return the point of `near`; raises ApiError when it is none."""
        return None if self.near is None else point_of(self.near)

    async def filters(self, connection: AsyncConnection[Any]) -> dict[str, Any] | None:
        """Return the filter, or None when a value names nothing and the list is empty.

        One statement for each parameter that names places, services or specialties, whatever their number.
        """
        filters = self._plain()
        if self.q is not None:
            filters["names"] = patterns_of(self.q)
            if not filters["names"]:
                return None
        if self.near is None and self.radius_km is not None:
            raise invalid("radiusKm", "needs near")
        point = self.point()
        if point is not None:
            filters |= narrowing.near(*point, self.radius_km or _DEFAULT_RADIUS_KM)
        named = await self._named(connection)
        return None if named is None else filters | named

    def _plain(self) -> dict[str, Any]:
        filters: dict[str, Any] = {}
        if self.verified is not None:
            filters["verified" if self.verified == "true" else "unverified"] = True
        if self.women_only is not None:
            filters["women_only" if self.women_only == "true" else "not_women_only"] = True
        if self.price_tier is not None:
            filters["price_tiers"] = price_tiers_of(self.price_tier)
        if self.min_rating is not None:
            filters["min_rating"] = self.min_rating
        if self.min_review_count is not None:
            filters["min_reviews"] = self.min_review_count
        return filters

    async def _named(self, connection: AsyncConnection[Any]) -> dict[str, Any] | None:
        filters: dict[str, Any] = {}
        cities: list[int] | None = None
        for kind, plural, text in (
            ("province", "provinces", self.province),
            ("city", "cities", self.city),
            ("service", "services", self.service),
            ("specialty", "specialties", self.specialty),
        ):
            if text is None:
                continue
            ids = await places.named_ids(connection, kind, *ids_and_keys(kind, text))
            if not ids:
                return None
            if kind == "city":
                cities = ids
            # One place is an equality, which the ordered indexes serve; several are not.
            single = len(ids) == 1 and kind in {"province", "city"}
            filters |= {kind: ids[0]} if single else {plural: ids}
        if self.neighborhood is None:
            return filters
        inside = await self._neighborhoods(connection, self.neighborhood, cities)
        if not inside:
            return None
        # One neighbourhood is an equality, as above; its city was needed to tell which one is meant.
        filters |= {"neighborhood": inside[0]} if len(inside) == 1 else {"neighborhoods": inside}
        return filters

    @staticmethod
    async def _neighborhoods(
        connection: AsyncConnection[Any], text: str, cities: list[int] | None
    ) -> list[int]:
        ids, keys = ids_and_keys("neighborhood", text)
        if cities is not None:
            return await places.named_neighborhoods(connection, ids, keys, cities)
        found = set(ids)
        for key in keys:
            same_name = await places.named_neighborhoods(connection, [], [key], None)
            # Without a city, a slug that several cities have names none of them.
            found |= set(same_name) if len(same_name) == 1 else set()
        return sorted(found)
