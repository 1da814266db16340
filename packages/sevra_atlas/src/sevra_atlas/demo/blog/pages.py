"""Pages that stand by themselves, one of which will be deleted, and the menus that lead around the site."""

from collections.abc import Iterator

from sevra_atlas.demo.blog.links import Directory
from sevra_atlas.demo.blog.rows import Category, Menu, MenuItem, Page
from sevra_atlas.demo.blog.vocabulary import words_of
from sevra_atlas.demo.marker import marked, marker
from sevra_atlas.demo.moments import OPENED
from sevra_atlas.demo.rows import City, Deletion

HEADER, FOOTER = 1, 2
_CITIES_IN_FOOTER = 6


def make_pages() -> tuple[tuple[Page, ...], tuple[Deletion, ...]]:
    """Return about, privacy, terms and contact, and a page that will be deleted."""
    rows = [
        Page(number, row["title"], row["slug"], row["content"].strip(), "published", OPENED, OPENED)
        for number, row in enumerate(words_of("pages_fa")["page"], 1)
    ]
    row = len(rows) + 1
    title, content = marked("pages", row, "title"), f"<p>{marked('pages', row, 'content')}</p>"
    rows.append(Page(row, title, marker("pages", row, "slug"), content, "published", OPENED, OPENED))
    return tuple(rows), (Deletion("pages", row, "صفحهٔ کهنه"),)


def make_menus(
    pages: tuple[Page, ...], categories: tuple[Category, ...], directory: Directory
) -> tuple[tuple[Menu, ...], tuple[MenuItem, ...]]:
    """Return the header, with the blog's shelves below it, and the footer, with pages and cities."""
    menus = (Menu(HEADER, "بالای سایت", "header", OPENED), Menu(FOOTER, "پایین سایت", "footer", OPENED))
    return menus, tuple(_items(pages, categories, directory))


def _items(
    pages: tuple[Page, ...], categories: tuple[Category, ...], directory: Directory
) -> Iterator[MenuItem]:
    shown = [page for page in pages if not page.slug.startswith("zz-dead")]
    shelves = [
        ("BLOG", shelf.name, f"/blog/category/{shelf.slug}")
        for shelf in categories
        if shelf.parent_id is None and not shelf.slug.startswith("zz-dead")
    ]
    header = [
        (None, "خانه", "/"),
        (None, "سالن‌ها و هنرمندان", "/atlas"),
        (None, "وبلاگ", "/blog"),
        *shelves,
        (None, shown[0].title, f"/blog/page/{shown[0].slug}"),
    ]
    footer = [
        *((None, page.title, f"/blog/page/{page.slug}") for page in shown),
        (None, "شهرها", "/atlas"),
        *(("CITIES", city.name_fa, directory.path_of_city(city)) for city in _large(directory)),
    ]
    parents = {"وبلاگ": "BLOG", "شهرها": "CITIES"}
    number, ids = 0, dict[str, int]()
    for menu, entries in ((HEADER, header), (FOOTER, footer)):
        for position, (parent, label, url) in enumerate(entries):
            number += 1
            if label in parents and parent is None:
                ids[parents[label]] = number
            above = None if parent is None else ids[parent]
            yield MenuItem(number, menu, above, label, url, position, OPENED)


def _large(directory: Directory) -> list[City]:
    """Return the cities that the footer names, those where most salons are."""
    counts = {city.id: 0 for city in directory.cities}
    for salon in directory.salons:
        if salon.city_id in counts:
            counts[salon.city_id] += 1
    return sorted(directory.cities, key=lambda city: (-counts[city.id], city.id))[:_CITIES_IN_FOOTER]
