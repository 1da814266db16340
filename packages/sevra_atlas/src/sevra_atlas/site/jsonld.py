"""Structured data: one `@graph` a page, every value taken from what the page shows."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec
from markupsafe import Markup

from sevra_atlas.reads.cards import ArtistCard, Listing, SalonCard
from sevra_atlas.reads.details import ArtistDetail, SalonDetail
from sevra_atlas.reads.opening import MINUTES_A_DAY, OpenDay, clock
from sevra_atlas.reads.places import City, Province
from sevra_atlas.reads.reviews import Review
from sevra_atlas.site.links import artist_path, instagram_url
from sevra_atlas.site.persian import tehran_day

Node: TypeAlias = dict[str, Any]

_DAYS = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_KINDS = (
    (("hair", "مو"), "HairSalon"),
    (("nail", "ناخن"), "NailSalon"),
    (("spa", "massage", "ماساژ", "اسپا"), "DaySpa"),
    (
        ("skin", "make", "beauty", "brow", "lash", "bridal", "پوست", "آرایش", "ابرو", "مژه", "عروس"),
        "BeautySalon",
    ),
)


class Site:
    """The site as the root of every `@id`."""

    def __init__(self, base_url: str, name: str) -> None:
        self.base_url = base_url
        self.name = name

    def absolute(self, path: str) -> str:
        """Return the absolute address of an encoded path."""
        return self.base_url + path

    def website(self) -> Node:
        """Return the node of the site itself."""
        return {
            "@type": "WebSite",
            "@id": self.absolute("/#website"),
            "url": self.absolute("/"),
            "name": self.name,
            "inLanguage": "fa",
        }


def script(nodes: Sequence[Node]) -> Markup:
    """Return the graph as text for a `script` element; nothing in it can end that element."""
    text = msgspec.json.encode({"@context": "https://schema.org", "@graph": list(nodes)}).decode()
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return Markup(text)  # noqa: S704 - escaped above for the one place where it stands


def breadcrumbs(site: Site, canonical: str, steps: Sequence[tuple[str, str]]) -> Node:
    """Return the way from the home page to this one; a step is a name and an encoded path."""
    return {
        "@type": "BreadcrumbList",
        "@id": f"{canonical}#breadcrumbs",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": site.absolute(path)}
            for place, (name, path) in enumerate(steps, 1)
        ],
    }


def item_list(
    site: Site, canonical: str, name: str, items: Sequence[tuple[str, str]], first: int = 1
) -> Node:
    """Return a list of pages; `first` is the place of its first item in the whole list."""
    return {
        "@type": "ItemList",
        "@id": f"{canonical}#list",
        "name": name,
        "numberOfItems": len(items),
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": item, "url": site.absolute(path)}
            for place, (item, path) in enumerate(items, first)
        ],
    }


def place(canonical: str, kind: str, row: City | Province) -> Node:
    """Return a city or a province; coordinates only where they are known."""
    node: Node = {"@type": kind, "@id": f"{canonical}#place", "name": row.name_fa}
    if row.name_en:
        node["alternateName"] = row.name_en
    if isinstance(row, City) and row.lat is not None and row.lng is not None:
        node["geo"] = {"@type": "GeoCoordinates", "latitude": row.lat, "longitude": row.lng}
    return node


def salon(site: Site, canonical: str, detail: SalonDetail, reviews: Sequence[Review]) -> Node:
    """Return a salon as a local business."""
    row = detail.salon
    node = _listing(site, canonical, row, detail.salon.cover_key)
    node |= {"@type": salon_type(detail), "@id": f"{canonical}#salon"}
    node |= _present(description=row.summary or row.description, telephone=row.phone, address=_address(row))
    if row.lat is not None and row.lng is not None:
        node["geo"] = {"@type": "GeoCoordinates", "latitude": row.lat, "longitude": row.lng}
    if row.price_tier is not None:
        node["priceRange"] = "$" * row.price_tier
    hours = opening_hours(detail.week)
    if hours:
        node["openingHoursSpecification"] = hours
    if reviews:
        node["review"] = [_review(review) for review in reviews]
    if detail.artists:
        node["employee"] = [_employee(site, card) for card, _ in detail.artists]
    return node


def artist(site: Site, canonical: str, detail: ArtistDetail, workplaces: Sequence[tuple[str, str]]) -> Node:
    """Return an artist as a person who works for the salons shown; a workplace is a name and a path."""
    row = detail.artist
    node = _listing(site, canonical, row, detail.artist.cover_key)
    # A person has no aggregate rating in the vocabulary: the text of the page alone shows it.
    node.pop("aggregateRating", None)
    node |= {"@type": "Person", "@id": f"{canonical}#artist"}
    node |= _present(description=row.summary or row.bio, telephone=row.phone)
    if workplaces:
        node["worksFor"] = [
            {
                "@type": "HealthAndBeautyBusiness",
                "@id": f"{site.absolute(path)}#salon",
                "name": name,
                "url": site.absolute(path),
            }
            for name, path in workplaces
        ]
    if detail.specialties:
        node["knowsAbout"] = [held.name_fa for held in detail.specialties]
    return node


def salon_type(detail: SalonDetail) -> str:
    """Return the schema.org type of a salon by the category with most of its services."""
    counted = Counter(
        (service.category_name_en or service.category_name or "") for service in detail.services
    )
    if not counted:
        return "HealthAndBeautyBusiness"
    # Equal counts are decided by name, so that the type never depends on the order of rows.
    main = min(counted, key=lambda name: (-counted[name], name)).lower()
    for words, kind in _KINDS:
        if any(word in main for word in words):
            return kind
    return "HealthAndBeautyBusiness"


def opening_hours(week: Sequence[OpenDay]) -> list[Node]:
    """Return the hours of a week; a closed day is not named, and a night ends on the next day."""
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": _DAYS[day.day],
            "opens": clock(opens),
            "closes": "23:59" if closes == MINUTES_A_DAY else clock(closes),
        }
        for day in week
        for opens, closes in day.intervals
    ]


def _listing(site: Site, canonical: str, row: Listing, cover_key: str | None) -> Node:
    node: Node = {"name": row.name, "url": canonical}
    keys = [key for key in (row.avatar_key, cover_key) if key]
    if keys:
        node["image"] = [site.absolute(f"/uploads/{key}") for key in keys]
    links = [link for link in (row.website, instagram_url(row.instagram)) if link]
    if links:
        node["sameAs"] = links
    if row.review_count > 0:
        node["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": float(row.avg_rating),
            "reviewCount": row.review_count,
            "bestRating": 5,
            "worstRating": 1,
        }
    return node


def _review(review: Review) -> Node:
    name = " ".join(part for part in (review.author_first_name, review.author_last_name) if part)
    node: Node = {
        "@type": "Review",
        "author": {"@type": "Person", "name": name or "کاربر"},
        "datePublished": tehran_day(review.created_at).isoformat(),
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": review.rating,
            "bestRating": 5,
            "worstRating": 1,
        },
    }
    return node | _present(name=review.title, reviewBody=review.body)


def _employee(site: Site, card: ArtistCard) -> Node:
    url = site.absolute(artist_path(card.slug))
    return {"@type": "Person", "@id": f"{url}#artist", "name": card.name, "url": url}


def _address(row: SalonCard) -> Node | None:
    lines = [line for line in (row.neighborhood_name, row.address_line) if line]
    if not lines and row.city_name is None:
        return None
    node: Node = {"@type": "PostalAddress", "addressCountry": "IR"}
    return node | _present(
        addressRegion=row.province_name,
        addressLocality=row.city_name,
        streetAddress="، ".join(lines) or None,
    )


def _present(**values: object) -> Node:
    return {name: value for name, value in values.items() if value}
