"""The prefix of English pages: taken off a path before it is resolved, and put on what that leads to."""

from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection

from sevra_atlas.domain.languages import ENGLISH_PREFIX, ENGLISH_ROUTES, localized
from sevra_atlas.domain.resolution import Found, Outcome, Redirect, Static, moved
from sevra_atlas.domain.slugs import encode_path, path_key
from sevra_atlas.reads.english import english_page_at
from sevra_atlas.site.language import ENGLISH, PERSIAN, Language
from sevra_atlas.site.site import Site


@dataclass(frozen=True, slots=True)
class Asked:
    """A path of a request line without its prefix; `is_plain` tells that it is written as links have it."""

    path: str
    language: Language = PERSIAN
    is_plain: bool = True


def without_prefix(raw_path: str) -> Asked:
    """Return what is to be resolved of a path as it was sent, percent-encoded; the prefix is taken once."""
    if raw_path == ENGLISH_PREFIX:
        return Asked("/", ENGLISH)
    if raw_path.startswith(f"{ENGLISH_PREFIX}/"):
        rest = raw_path.removeprefix(ENGLISH_PREFIX)
        return Asked(rest, ENGLISH, is_plain=rest != "/")
    if raw_path.startswith(("/atlas", "/blog")):
        return Asked(raw_path)
    key = path_key(raw_path)
    if key is None or not f"{key}/".startswith(f"{ENGLISH_PREFIX}/"):
        return Asked(raw_path)
    return Asked(encode_path(key.removeprefix(ENGLISH_PREFIX) or "/"), ENGLISH, is_plain=False)


async def in_english(
    connection: AsyncConnection[Any], site: Site, asked: Asked, method: str, outcome: Outcome
) -> Outcome:
    """Return what the English path answers, `outcome` being that of the shared one; learns the page found.

    A page that is not there in English is a redirect to the Persian one. A redirect keeps the prefix where
    its target is there in English, so that nobody is sent on twice.
    """
    match outcome:
        case Found():
            await site.learn(connection, [(outcome.entity_type, outcome.entity_id)])
            is_there = outcome.path in site.english
        case Static():
            is_there = outcome.path in ENGLISH_ROUTES
        case Redirect() if outcome.location.startswith("/"):
            if not await _is_there(connection, outcome.location):
                return outcome
            return Redirect(localized(outcome.location, ENGLISH.code), outcome.status, outcome.query_mode)
        case _:
            return outcome
    if not is_there:
        return Redirect(outcome.path, moved(301, method))
    if asked.is_plain:
        return outcome
    return Redirect(localized(outcome.path, ENGLISH.code), moved(301, method))


async def _is_there(connection: AsyncConnection[Any], location: str) -> bool:
    if location in ENGLISH_ROUTES:
        return True
    key = path_key(location)
    return key is not None and await english_page_at(connection, key) is not None
