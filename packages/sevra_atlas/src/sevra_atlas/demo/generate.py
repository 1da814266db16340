"""Puts the demo data together: pure values from a size and a seed."""

from collections import Counter
from collections.abc import Iterator

from sevra_atlas.demo.artists import ArtistMaker
from sevra_atlas.demo.blog.make import NO_BLOG, make_blog
from sevra_atlas.demo.people import make_people
from sevra_atlas.demo.pictures import Hanger, make_pictures, pools
from sevra_atlas.demo.places import make_geography
from sevra_atlas.demo.reviews import OpinionMaker
from sevra_atlas.demo.rows import DemoData, RedirectRule, Salon
from sevra_atlas.demo.salons import SalonMaker
from sevra_atlas.demo.size import STANDARD, Size
from sevra_atlas.demo.taxonomy import make_taxonomy

SEED = 1404


def generate(size: Size = STANDARD, seed: int = SEED) -> DemoData:
    """Return the demo data: the same values for one size and seed, on every machine and at any time."""
    geography = make_geography(size, seed)
    taxonomy = make_taxonomy()
    people = make_people(size, seed, geography.places)
    pictures, deleted_pictures = make_pictures(size, seed)
    salon_pools, artist_pools = pools(pictures)
    salons = SalonMaker(size, seed, people.salon_owners, salon_pools).make(geography.places)
    artists = ArtistMaker(size, seed, people.artist_owners, artist_pools).make(geography.places, salons)
    opinions = OpinionMaker(size, seed, people).make(geography.places, salons, artists)
    hanger = Hanger(seed, pictures)
    hanger.hang("SALON", (salon.id for salon in salons.salons if salon.id not in salons.bare), 0.5)
    hanger.hang("ARTIST", (artist.id for artist in artists.artists if artist.id not in artists.bare), 0.4)
    blog = NO_BLOG
    if size.posts:
        blog = make_blog(
            size=size,
            seed=seed,
            geography=geography,
            people=people,
            pictures=pictures,
            salons=salons,
            artists=artists,
        )
    return DemoData(
        provinces=geography.provinces,
        cities=geography.cities,
        neighborhoods=geography.neighborhoods,
        users=people.users,
        pictures=pictures,
        service_categories=taxonomy.categories,
        service_definitions=taxonomy.services,
        specialties=taxonomy.specialties,
        salons=tuple(salons.salons),
        salon_owners=tuple(salons.owners),
        opening_hours=tuple(salons.hours),
        opening_exceptions=tuple(salons.exceptions),
        salon_services=tuple(salons.services),
        artists=tuple(artists.artists),
        artist_owners=tuple(artists.owners),
        artist_specialties=tuple(artists.specialties),
        artist_certifications=tuple(artists.certifications),
        salon_artists=tuple(artists.links),
        media_links=tuple(hanger.links),
        reviews=tuple(opinions.reviews),
        review_votes=tuple(opinions.votes),
        follows=tuple(opinions.follows),
        redirect_rules=tuple(_rules(_largest(salons.salons))),
        author_profiles=blog.author_profiles,
        categories=blog.categories,
        tags=blog.tags,
        series=blog.series,
        posts=blog.posts,
        post_tags=blog.post_tags,
        post_media=blog.post_media,
        comments=blog.comments,
        pages=blog.pages,
        menus=blog.menus,
        menu_items=blog.menu_items,
        seo_meta=blog.seo_meta,
        reactions=blog.reactions,
        saves=blog.saves,
        renames=(*geography.renames, *salons.renames, *artists.renames, *blog.renames),
        successors=tuple(salons.successors),
        # Children before what they hang on, so that a row deleted for its own sake has its own batch.
        deletions=(
            *blog.deletions,
            *opinions.deletions,
            *artists.deletions,
            *salons.deletions,
            *deleted_pictures,
            *taxonomy.deletions,
            *people.deletions,
            *geography.deletions,
        ),
    )


def _largest(salons: list[Salon]) -> int:
    """Return the city with most salons."""
    return Counter(salon.city_id for salon in salons).most_common(1)[0][0]


def _rules(city: int) -> Iterator[RedirectRule]:
    """Yield one rule of each kind: to a route, to a city, by prefix, gone for good."""
    yield RedirectRule(1, "PERMANENT_301", from_path="/salon-list", to_static_path="/atlas")
    yield RedirectRule(2, "TEMPORARY_302", from_path="/start", to_entity_type="CITY", to_entity_id=city)
    yield RedirectRule(3, "PERMANENT_301", from_prefix="/salons/", to_prefix="/atlas/salon/")
    yield RedirectRule(4, "GONE_410", from_path="/offers/yalda")
