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
from sevra_atlas.site.language import ENGLISH
from sevra_atlas.site.links import HOME, artist_path, instagram_url, salon_path
from sevra_atlas.site.persian import tehran_day
from sevra_atlas.site.site import Site

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


def website(site: Site) -> Node:
    """Return the node of the site itself, in the language of the page."""
    return {
        "@type": "WebSite",
        "@id": f"{site.page(HOME)}#website",
        "url": site.page(HOME),
        "name": site.name,
        "inLanguage": site.language.code,
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


def place(site: Site, canonical: str, kind: str, row: City | Province) -> Node:
    """Return a city or a province, named in the language of the page; coordinates only where known."""
    name, other = row.name_fa, row.name_en
    if site.language is ENGLISH and other:
        name, other = other, name
    node: Node = {"@type": kind, "@id": f"{canonical}#place", "name": name}
    if other:
        node["alternateName"] = other
    if isinstance(row, City) and row.lat is not None and row.lng is not None:
        node["geo"] = {"@type": "GeoCoordinates", "latitude": row.lat, "longitude": row.lng}
    return node


def salon(site: Site, canonical: str, detail: SalonDetail, reviews: Sequence[Review]) -> Node:
    """Return a salon as a local business."""
    row = detail.salon
    node = _listing(site, canonical, row, detail.salon.cover_key)
    node |= {"@type": salon_type(detail), "@id": f"{canonical}#salon"}
    node["name"] = site.titled(salon_path(row.slug), row.name)
    node |= _present(
        description=row.summary or row.description, telephone=row.phone, address=_address(site, row)
    )
    if row.lat is not None and row.lng is not None:
        node["geo"] = {"@type": "GeoCoordinates", "latitude": row.lat, "longitude": row.lng}
    if row.price_tier is not None:
        node["priceRange"] = "$" * row.price_tier
    hours = opening_hours(detail.week)
    if hours:
        node["openingHoursSpecification"] = hours
    if reviews:
        node["review"] = [_review(site, review) for review in reviews]
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
    node["name"] = site.titled(artist_path(row.slug), row.name)
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
        node["knowsAbout"] = [site.language.of(held.name_fa, held.name_en) for held in detail.specialties]
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


def _review(site: Site, review: Review) -> Node:
    name = " ".join(part for part in (review.author_first_name, review.author_last_name) if part)
    node: Node = {
        "@type": "Review",
        "author": {"@type": "Person", "name": name or site.language.say("کاربر")},
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
    path = artist_path(card.slug)
    url = site.absolute(site.link(path))
    name = site.titled(path, card.name)
    return {"@type": "Person", "@id": f"{url}#artist", "name": name, "url": url}


def _address(site: Site, row: SalonCard) -> Node | None:
    named = site.language.of
    area = named(row.neighborhood_name, row.neighborhood_name_en)
    lines = [line for line in (area, row.address_line) if line]
    if not lines and row.city_name is None:
        return None
    node: Node = {"@type": "PostalAddress", "addressCountry": "IR"}
    return node | _present(
        addressRegion=named(row.province_name, row.province_name_en),
        addressLocality=named(row.city_name, row.city_name_en),
        streetAddress=site.language.comma.join(lines) or None,
    )


def _present(**values: object) -> Node:
    return {name: value for name, value in values.items() if value}
