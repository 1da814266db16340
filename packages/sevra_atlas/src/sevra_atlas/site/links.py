"""Addresses of the pages, encoded as a link holds them: UTF-8 percent escapes with upper-case hex."""

from urllib.parse import quote

from sevra_atlas.domain.slugs import encode_path

HOME = "/"
DIRECTORY = "/atlas"
BLOG = "/blog"
SEARCH = "/search"


def province_path(slug: str) -> str:
    """Return the encoded path of a province's page."""
    return encode_path(f"/atlas/province/{slug}")


def city_path(slug: str) -> str:
    """Return the encoded path of a city's page."""
    return encode_path(f"/atlas/city/{slug}")


def salon_path(slug: str) -> str:
    """Return the encoded path of a salon's page."""
    return encode_path(f"/atlas/salon/{slug}")


def artist_path(slug: str) -> str:
    """Return the encoded path of an artist's page."""
    return encode_path(f"/atlas/artist/{slug}")


def post_path(slug: str) -> str:
    """Return the encoded path of a post."""
    return encode_path(f"/blog/post/{slug}")


def static_page_path(slug: str) -> str:
    """Return the encoded path of a page that stands by itself."""
    return encode_path(f"/blog/page/{slug}")


def category_path(slug: str) -> str:
    """Return the encoded path of a category of the blog."""
    return encode_path(f"/blog/category/{slug}")


def tag_path(slug: str) -> str:
    """Return the encoded path of a tag."""
    return encode_path(f"/blog/tag/{slug}")


def series_path(slug: str) -> str:
    """Return the encoded path of a series."""
    return encode_path(f"/blog/series/{slug}")


def search_path(page: str, words: str) -> str:
    """Return the address of the results for some words, `page` being the address of the search."""
    return f"{page}?q={quote(words, safe='')}"


def upload_path(storage_key: str) -> str:
    """Return the encoded path of a stored public file."""
    return encode_path(f"/uploads/{storage_key}")


def feed_path(shelf: str = "") -> str:
    """Return the address of the RSS feed below an encoded path; without one, that of the whole blog."""
    return f"{shelf}/feed.xml"


def page_path(path: str, number: int) -> str:
    """Return the address of a page of a list; the first has no parameter."""
    return path if number == 1 else f"{path}?page={number}"


def instagram_url(name: str | None) -> str | None:
    """Return the profile of an Instagram name."""
    return f"https://www.instagram.com/{name}/" if name else None
