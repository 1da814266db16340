"""The page of the search: a form, and what holds every word."""

from typing import Any
from urllib.parse import parse_qsl

from psycopg import AsyncConnection

from sevra_atlas.reads.cards import artist_cards, salon_cards
from sevra_atlas.reads.posts import post_cards
from sevra_atlas.reads.search import search
from sevra_atlas.site import links
from sevra_atlas.site.site import Site, entities
from sevra_atlas.site.views import View

_LONGEST = 200
_A_KIND = 24


async def results(connection: AsyncConnection[Any], site: Site, query: str) -> View:
    """Return the results of the `q` in a query string; the form alone where there is none."""
    typed = dict(parse_qsl(query)).get("q", "").replace("\0", " ")[:_LONGEST].strip()
    found = await search(connection, typed, limit=_A_KIND)
    say = site.language.say
    title = say("جستجوی «%(typed)s»", typed=typed) if typed else say("جستجو")
    salons = await salon_cards(connection, found.ids["SALON"])
    artists = await artist_cards(connection, found.ids["ARTIST"])
    posts = await post_cards(connection, found.ids["BLOG_POST"])
    corrected = None
    if found.corrected is not None:
        corrected = links.search_path(site.link(links.SEARCH), found.corrected)
    await site.learn(
        connection, entities("SALON", salons), entities("ARTIST", artists), entities("BLOG_POST", posts)
    )
    return View(
        template="search.html",
        title=title,
        description=say("جستجو در سالن‌های زیبایی، هنرمندان و نوشته‌ها."),
        path=links.SEARCH,
        is_indexable=False,
        body={
            "typed": typed,
            "corrected": found.corrected,
            "corrected_address": corrected,
            "salons": salons,
            "artists": artists,
            "posts": posts,
        },
    )
