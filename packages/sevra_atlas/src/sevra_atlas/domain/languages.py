"""In which languages the pages are, and how the address of one is made of the path that all share."""

from collections.abc import Iterable

PERSIAN, ENGLISH = "fa", "en"
LOCALES = (PERSIAN, ENGLISH)

ENGLISH_PREFIX = "/en"

ENGLISH_ROUTES = frozenset({"/", "/atlas", "/search"})
"""Routes of the application that answer in English; of what the ledger owns, `english_pages` says it."""


def localized(path: str, locale: str) -> str:
    """Return the address, below the origin, of a shared path in a language; the Persian one has no prefix."""
    if locale == PERSIAN:
        return path
    return ENGLISH_PREFIX if path == "/" else ENGLISH_PREFIX + path


def shared(address: str) -> tuple[str, str]:
    """Return the shared path of an address below the origin, and its language."""
    if address == ENGLISH_PREFIX:
        return "/", ENGLISH
    if address.startswith(f"{ENGLISH_PREFIX}/"):
        return address.removeprefix(ENGLISH_PREFIX), ENGLISH
    return address, PERSIAN


def alternates(base_url: str, path: str, locales: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return language and address of a page in its languages, `path` being the encoded one that they share.

    `locales` are those in which search engines may be told of it. Both pages of a pair get the same, so each
    names the other; a page in one language has none.
    """
    if not set(LOCALES) <= set(locales):
        return ()
    persian, english = base_url + path, base_url + localized(path, ENGLISH)
    return (("fa-IR", persian), ("en", english), ("x-default", persian))
