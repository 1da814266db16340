"""The page of the search: a form, and what holds every word."""

from typing import Any
from urllib.parse import parse_qsl

from psycopg import AsyncConnection

from sevra_atlas.reads.cards import artist_cards, salon_cards
from sevra_atlas.reads.posts import post_cards
from sevra_atlas.reads.search import search
from sevra_atlas.site import links
from sevra_atlas.site.views import View

_LONGEST = 200
_A_KIND = 24


async def results(connection: AsyncConnection[Any], query: str) -> View:
    """Return the results of the `q` in a query string; the form alone where there is none."""
    typed = dict(parse_qsl(query)).get("q", "").replace("\0", " ")[:_LONGEST].strip()
    found = await search(connection, typed, limit=_A_KIND)
    title = f"جستجوی «{typed}»" if typed else "جستجو"
    return View(
        template="search.html",
        title=title,
        description="جستجو در سالن‌های زیبایی، هنرمندان و نوشته‌ها.",
        path=links.SEARCH,
        is_indexable=False,
        body={
            "typed": typed,
            "corrected": found.corrected,
            "corrected_address": None if found.corrected is None else links.search_path(found.corrected),
            "salons": await salon_cards(connection, found.ids["SALON"]),
            "artists": await artist_cards(connection, found.ids["ARTIST"]),
            "posts": await post_cards(connection, found.ids["BLOG_POST"]),
        },
    )
