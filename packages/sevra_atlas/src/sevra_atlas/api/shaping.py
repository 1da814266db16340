"""How rows become the wire shapes of the contract."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from sevra_atlas.api import shapes
from sevra_atlas.reads.cards import ArtistCard, Listing, SalonCard
from sevra_atlas.reads.details import (
    ArtistDetail,
    Certification,
    HeldSpecialty,
    OfferedService,
    SalonDetail,
)
from sevra_atlas.reads.filters import distance_km
from sevra_atlas.reads.opening import Minutes, OpenDay, clock
from sevra_atlas.reads.pictures import Picture
from sevra_atlas.reads.places import City, CityStats, Neighborhood, Province
from sevra_atlas.reads.seo import SeoMeta


class Shaper:
    """Turns rows into shapes; knows the address of the site and the pictures that the rows name."""

    def __init__(self, base_url: str, pictures: dict[int, Picture]) -> None:
        self._base_url = base_url
        self._pictures = pictures

    def salon_card(self, row: SalonCard) -> shapes.SalonCard:
        """Return a salon as a nested object shows it."""
        return shapes.SalonCard(**self._salon_fields(row))

    def salon_found(self, row: SalonCard, point: tuple[float, float] | None) -> shapes.SalonFound:
        """Return a salon as a list shows it, with its distance from a point."""
        away = None
        if point is not None and row.lat is not None and row.lng is not None:
            away = round(distance_km(*point, row.lat, row.lng), 3)
        return shapes.SalonFound(**self._salon_fields(row), distance_km=away)

    def artist_card(self, row: ArtistCard) -> shapes.ArtistCard:
        """Return an artist as a list or a nested object shows it."""
        return shapes.ArtistCard(**self._common_fields(row), full_name=row.name)

    def salon(self, detail: SalonDetail, meta: SeoMeta | None) -> shapes.Salon:
        """Return a salon in full."""
        row = detail.salon
        return shapes.Salon(
            **self._salon_fields(row),
            description=row.description,
            postal_code=row.postal_code,
            province=_place(row.province_id, row.province_name, row.province_name_en, row.province_slug),
            cover=self.named_media(row.cover_id),
            gallery=[self.media(picture) for picture in detail.gallery],
            opening_hours=shapes.OpeningHours(
                weekly_json=[_day(day) for day in detail.week],
                exceptions=[
                    shapes.SpecialDay(
                        date=day.on_date.isoformat(), intervals=_intervals(day.intervals), note=day.note
                    )
                    for day in detail.special_days
                ],
            ),
            services=[_service(service) for service in detail.services],
            salon_artists=[
                shapes.SalonArtist(artist=self.artist_card(card), role_title=role, is_active=True)
                for card, role in detail.artists
            ],
            seo_meta=seo_meta(meta),
            seo_meta_id=None if meta is None else str(meta.id),
            version=row.version,
        )

    def artist(self, detail: ArtistDetail, meta: SeoMeta | None) -> shapes.Artist:
        """Return an artist in full."""
        row = detail.artist
        return shapes.Artist(
            **self._common_fields(row),
            full_name=row.name,
            bio=row.bio,
            cover=self.named_media(row.cover_id),
            gallery=[self.media(picture) for picture in detail.gallery],
            specialties=[_specialty(held) for held in detail.specialties],
            certifications=[
                _certification(held, self.named_media(held.media_id)) for held in detail.certifications
            ],
            salons=[
                shapes.ArtistSalon(salon=self.salon_card(card), role_title=role, is_active=True)
                for card, role in detail.salons
            ],
            seo_meta=seo_meta(meta),
            seo_meta_id=None if meta is None else str(meta.id),
            version=row.version,
        )

    def media(self, picture: Picture) -> shapes.Media:
        """Return a public file with its absolute address."""
        return shapes.Media(
            id=str(picture.id),
            url=f"{self._base_url}/uploads/{picture.storage_key}",
            storage_key=picture.storage_key,
            type=picture.type,
            mime=picture.mime,
            size_bytes=picture.size_bytes,
            width=picture.width,
            height=picture.height,
            duration=picture.duration,
            alt_text=picture.alt_text,
            title=picture.title,
            kind=picture.kind,
            status=picture.status,
            variants=shapes.Renditions(avif=None, webp=None, thumbnail=None),
            created_at=timestamp(picture.created_at),
        )

    def named_media(self, id_: int | None) -> shapes.Media | None:
        """Return the file that a row names, when it is among the pictures that were read."""
        picture = None if id_ is None else self._pictures.get(id_)
        return None if picture is None else self.media(picture)

    def _salon_fields(self, row: SalonCard) -> dict[str, Any]:
        return {
            **self._common_fields(row),
            "name": row.name,
            "address_line": row.address_line,
            "full_address": full_address(row),
            "lat": row.lat,
            "lng": row.lng,
            "is_women_only": row.is_women_only,
            "price_tier": row.price_tier,
        }

    def _common_fields(self, row: Listing) -> dict[str, Any]:
        return {
            "id": str(row.id),
            "slug": row.slug,
            "summary": row.summary,
            "phone": row.phone,
            "instagram": row.instagram,
            "website": row.website,
            "avg_rating": float(row.avg_rating),
            "review_count": row.review_count,
            "follower_count": row.follower_count,
            "verification": row.verification,
            "status": row.status,
            "avatar": self.named_media(row.avatar_id),
            "city": _place(row.city_id, row.city_name, row.city_name_en, row.city_slug),
            "neighborhood": _neighborhood_of(row),
            "created_at": timestamp(row.created_at),
            "updated_at": timestamp(row.updated_at),
        }


def avatars_of(rows: Iterable[Listing]) -> set[int]:
    """Return the ids of the avatars that these rows name."""
    return {row.avatar_id for row in rows if row.avatar_id is not None}


def pictures_of_salon(detail: SalonDetail) -> set[int]:
    """Return the ids of the pictures that the detail of a salon names, its gallery apart."""
    named = avatars_of([detail.salon, *(card for card, _ in detail.artists)])
    return named | ({detail.salon.cover_id} if detail.salon.cover_id is not None else set())


def pictures_of_artist(detail: ArtistDetail) -> set[int]:
    """Return the ids of the pictures that the detail of an artist names, its gallery apart."""
    named = avatars_of([detail.artist, *(card for card, _ in detail.salons)])
    others = (detail.artist.cover_id, *(held.media_id for held in detail.certifications))
    return named | {id_ for id_ in others if id_ is not None}


def timestamp(moment: datetime) -> str:
    """Return a time as RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def full_address(row: SalonCard) -> str | None:
    """Return province, city, neighbourhood and address line in one; None when nothing of it is known."""
    parts = (row.province_name, row.city_name, row.neighborhood_name, row.address_line)
    return "، ".join(part for part in parts if part) or None


def province(row: Province) -> shapes.Province:
    """Return a province."""
    return shapes.Province(id=str(row.id), name_fa=row.name_fa, name_en=row.name_en, slug=row.slug)


def city(row: City) -> shapes.City:
    """Return a city."""
    return shapes.City(**_city_fields(row))


def city_detail(
    row: City, neighborhoods: Iterable[Neighborhood], stats: CityStats | None, meta: SeoMeta | None
) -> shapes.CityDetail:
    """Return a city with its neighbourhoods and its numbers."""
    return shapes.CityDetail(
        **_city_fields(row),
        neighborhoods=[neighborhood(part) for part in neighborhoods],
        city_stats=None if stats is None else _city_stats(stats),
        seo_meta=seo_meta(meta),
    )


def seo_meta(row: SeoMeta | None) -> shapes.SeoMeta | None:
    """Return what the head of a page says by hand."""
    if row is None:
        return None
    fields: dict[str, Any] = msgspec.structs.asdict(row)
    for name in ("id", "entity_id", "og_image_media_id", "twitter_image_media_id"):
        fields[name] = _id(fields[name])
    return shapes.SeoMeta(**fields)


def neighborhood(row: Neighborhood) -> shapes.Neighborhood:
    """Return a neighbourhood."""
    return shapes.Neighborhood(id=str(row.id), name_fa=row.name_fa, slug=row.slug, city_id=str(row.city_id))


def _city_stats(row: CityStats) -> shapes.CityStats:
    return shapes.CityStats(
        salon_count=row.salon_count,
        artist_count=row.artist_count,
        review_count=row.review_count,
        avg_rating=float(row.avg_rating),
        updated_at=timestamp(row.updated_at),
    )


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def _city_fields(row: City) -> dict[str, Any]:
    inside = None
    if row.province_name is not None and row.province_slug is not None:
        inside = shapes.Province(
            id=str(row.province_id),
            name_fa=row.province_name,
            name_en=row.province_name_en,
            slug=row.province_slug,
        )
    return {
        "id": str(row.id),
        "name_fa": row.name_fa,
        "name_en": row.name_en,
        "slug": row.slug,
        "lat": row.lat,
        "lng": row.lng,
        "is_landing_enabled": row.is_landing_enabled,
        "landing_intro": row.landing_intro,
        "province_id": str(row.province_id),
        "province": inside,
    }


def _place(
    id_: int | None, name: str | None, name_en: str | None, slug: str | None
) -> shapes.PlaceName | None:
    if id_ is None or name is None or slug is None:
        return None
    return shapes.PlaceName(id=str(id_), name_fa=name, name_en=name_en, slug=slug)


def _neighborhood_of(row: Listing) -> shapes.Neighborhood | None:
    if row.neighborhood_id is None or row.neighborhood_name is None or row.neighborhood_slug is None:
        return None
    return shapes.Neighborhood(
        id=str(row.neighborhood_id),
        name_fa=row.neighborhood_name,
        slug=row.neighborhood_slug,
        city_id=str(row.city_id),
    )


def _day(day: OpenDay) -> shapes.Day:
    return shapes.Day(day=day.day, intervals=_intervals(day.intervals))


def _intervals(intervals: Iterable[Minutes]) -> list[shapes.Interval]:
    return [shapes.Interval(open=clock(opens), close=clock(closes)) for opens, closes in intervals]


def _service(row: OfferedService) -> shapes.SalonService:
    category = None
    if row.category_id is not None and row.category_name is not None and row.category_slug is not None:
        category = shapes.ServiceCategory(
            id=str(row.category_id), name_fa=row.category_name, slug=row.category_slug
        )
    return shapes.SalonService(
        service_id=str(row.service_id),
        name_fa=row.name_fa,
        slug=row.slug,
        price_toman=_toman(row.price_toman),
        duration_min=row.duration_min,
        is_active=row.is_active,
        notes=row.notes,
        category=category,
    )


def _specialty(row: HeldSpecialty) -> shapes.Specialty:
    return shapes.Specialty(
        specialty_id=str(row.specialty_id),
        name_fa=row.name_fa,
        slug=row.slug,
        price_toman=_toman(row.price_toman),
        duration_min=row.duration_min,
        is_active=row.is_active,
        note=row.note,
        order=row.position,
    )


def _certification(row: Certification, media: shapes.Media | None) -> shapes.Certification:
    return shapes.Certification(
        id=str(row.id),
        title=row.title,
        issuer=row.issuer,
        issuer_slug=row.issuer_slug,
        category=row.category,
        level=row.level,
        issued_at=_date(row.issued_at),
        expires_at=_date(row.expires_at),
        credential_id=row.credential_id,
        credential_url=row.credential_url,
        is_verified=True,
        verified_at=timestamp(row.verified_at),
        media=media,
    )


def _date(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _toman(price: int | None) -> str | None:
    return None if price is None else str(price)
