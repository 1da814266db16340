"""What the heads of some pages say: of every fourth public post, of capitals in two languages, of shelves.

In English besides: every third salon and artist has a name, every post that is written in English its title.
"""

from collections.abc import Iterable, Iterator
from itertools import count, islice

from sevra_atlas.demo.blog.links import Directory
from sevra_atlas.demo.blog.posts import Posts
from sevra_atlas.demo.blog.rows import Category, SeoMeta
from sevra_atlas.demo.moments import OPENED

_EVERY = 4
_EVERY_LISTING = 3

Named = tuple[str, int, str]
"""Kind, id and Latin slug of a salon or an artist that stays."""


def make_seo(
    posts: Posts, categories: tuple[Category, ...], directory: Directory, named: Iterable[Named]
) -> tuple[SeoMeta, ...]:
    """Return the rows in the order of their ids."""
    numbers = count(1)
    return (
        *_of_posts(posts, numbers),
        *_of_cities(directory, numbers),
        *_of_shelves(categories, numbers),
        *_of_listings(named, numbers),
        *_of_english_posts(posts, numbers),
    )


def _of_listings(named: Iterable[Named], numbers: Iterator[int]) -> Iterator[SeoMeta]:
    for kind, id_, latin in named:
        if id_ % _EVERY_LISTING == 0:
            name = " ".join(word.capitalize() for word in latin.split("-"))
            yield _english(next(numbers), kind, id_, name)


def _of_english_posts(posts: Posts, numbers: Iterator[int]) -> Iterator[SeoMeta]:
    for post in posts.public():
        if posts.planned[post.id].language == "en":
            yield _english(next(numbers), "BLOG_POST", post.id, post.title)


def _english(row: int, kind: str, id_: int, name: str) -> SeoMeta:
    return SeoMeta(
        id=row,
        entity_type=kind,
        entity_id=id_,
        locale="en",
        title=None,
        description=None,
        h1=None,
        breadcrumb_label=name,
        og_image_media_id=None,
        created_at=OPENED,
    )


def _of_posts(posts: Posts, numbers: Iterator[int]) -> Iterator[SeoMeta]:
    for post in islice(posts.public(), 0, None, _EVERY):
        english = posts.planned[post.id].language == "en"
        yield SeoMeta(
            id=next(numbers),
            entity_type="BLOG_POST",
            entity_id=post.id,
            locale="fa",
            title=f"{post.title} {'| Beauty notes' if english else '| یادداشت‌های زیبایی'}",
            description=post.excerpt,
            h1=None,
            breadcrumb_label=None,
            og_image_media_id=post.cover_media_id,
            created_at=post.created_at,
        )


def _of_cities(directory: Directory, numbers: Iterator[int]) -> Iterator[SeoMeta]:
    for city in directory.cities:
        yield SeoMeta(
            id=next(numbers),
            entity_type="CITY",
            entity_id=city.id,
            locale="fa",
            title=f"سالن‌های زیبایی {city.name_fa}؛ نشانی، قیمت و نظر مراجعان",
            description=f"بهترین سالن‌ها و هنرمندان {city.name_fa} را با امتیاز، خدمات و ساعت کار ببینید.",
            h1=f"سالن‌ها و هنرمندان {city.name_fa}",
            breadcrumb_label=city.name_fa,
            og_image_media_id=None,
            created_at=OPENED,
        )
        yield SeoMeta(
            id=next(numbers),
            entity_type="CITY",
            entity_id=city.id,
            locale="en",
            title=f"Beauty salons in {city.name_en}: addresses, prices and reviews",
            description=f"Salons and artists of {city.name_en} with ratings, services and opening hours.",
            h1=f"Salons and artists in {city.name_en}",
            breadcrumb_label=city.name_en,
            og_image_media_id=None,
            created_at=OPENED,
        )


def _of_shelves(categories: tuple[Category, ...], numbers: Iterator[int]) -> Iterator[SeoMeta]:
    for shelf in categories:
        if shelf.parent_id is None and not shelf.slug.startswith("zz-dead"):
            yield SeoMeta(
                id=next(numbers),
                entity_type="CATEGORY",
                entity_id=shelf.id,
                locale="fa",
                title=f"نوشته‌های {shelf.name}",
                description=shelf.description,
                h1=shelf.name,
                breadcrumb_label=shelf.name,
                og_image_media_id=None,
                created_at=OPENED,
            )
