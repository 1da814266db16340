"""Every route of the web is asked for everything that it can show, and shows no mark of a deleted row."""

import gzip
import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

import httpx
import pytest
from surfaces import web_surfaces
from web_client import WebClient, settings_for, web_client
from web_recipes import WEB_RECIPES, Ground

_NEXT = re.compile(r'rel="next" href="([^"#]*)')
_PAGES = 50


def test_a_route_without_a_recipe_fails_the_build(crawled: WebClient) -> None:
    assert set(WEB_RECIPES) == web_surfaces(crawled.app)


@pytest.mark.parametrize("route", WEB_RECIPES)
def test_no_route_shows_a_mark_of_a_deleted_row(route: str, crawled: WebClient, ground: Ground) -> None:
    asked = 0
    leaking = []
    for address, answer in _answers(crawled, WEB_RECIPES[route](ground)):
        asked += 1
        marks = ground.marked.found_in(_shown(answer))
        if marks:
            leaking.append((address, answer.status_code, marks[:3]))

    assert asked > 0
    assert leaking == []


def test_nobody_can_sign_in_yet_so_a_visitor_is_all_there_is_to_crawl_as(crawled: WebClient) -> None:
    """Once a token is taken, the crawl wants an owner, an author, a moderator and an admin as well."""
    answer = crawled.get("/api/v1/salons", authorization="Bearer anything")

    assert answer.status_code == 401


def test_the_marks_are_seen_where_the_views_are_passed_by(ground: Ground) -> None:
    """The same application over the tables instead of the live views: the crawl finds what it looks for."""
    passing_by = settings_for(ground.directory.url("sevra_owner"), ground.directory.media_dir)

    with web_client(passing_by) as web:
        found = {
            mark
            for _, answer in _answers(web, WEB_RECIPES["/api/v1/salons"](ground))
            for mark in ground.marked.found_in(_shown(answer))
        }

    assert any(ground.marked.marks.get(mark, ("", ""))[0] == "salons" for mark in found)


def _answers(web: WebClient, addresses: Iterator[str]) -> Iterator[tuple[str, httpx.Response]]:
    """Ask for addresses and for all the pages behind them."""
    for address in addresses:
        following: str | None = address
        for _ in range(_PAGES):
            if following is None:
                break
            answer = web.get(following)
            assert answer.status_code < 500, following
            yield following, answer
            following = _following(following, answer)


def _following(address: str, answer: httpx.Response) -> str | None:
    kind = answer.headers.get("content-type", "")
    if answer.status_code != 200:
        return None
    if kind.startswith("text/html"):
        found = _NEXT.search(answer.text)
        return html.unescape(found[1]) if found and "page=" in found[1] else None
    if kind.startswith("application/json"):
        meta = answer.json().get("meta") if isinstance(answer.json(), dict) else None
        cursor = ((meta or {}).get("pagination") or {}).get("nextCursor")
        if cursor:
            bare = re.sub(r"[?&](cursor|page)=[^&]*", "", address)
            return f"{bare}{'&' if '?' in bare else '?'}cursor={cursor}"
    return None


def _shown(answer: httpx.Response) -> str:
    """Return all that an answer says: its body, unpacked, and its headers, in every encoding of a mark."""
    packed = answer.content[:2] == b"\x1f\x8b"
    body = gzip.decompress(answer.content).decode() if packed else _text(answer)
    said = "\n".join([body, *answer.headers.values()])
    return "\n".join([said, html.unescape(said), unquote(said)])


def _text(answer: httpx.Response) -> str:
    return answer.content.decode("utf-8", errors="replace")
