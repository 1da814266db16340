"""What may be a slug: how input is normalised, and which one is still free."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from sevra_atlas.domain.errors import InvalidSlugError
from sevra_atlas.domain.slugs import LONGEST_PATH_BYTES, slug_key_v1
from sevra_atlas.schema import UrlPath
from sevra_atlas.schema.columns import RESERVED_SLUGS

_LONGEST = 255
_LONGEST_GENERATED = 80
_MOST_OCTETS = 600
# One after the other, then doubled: of a name that a thousand salons bear, a free one is found all the same.
_NUMBERS = (*range(2, 22), *(32 << step for step in range(20)))
_GAP = re.compile(r"[\s_\u200c\u200d\u2010-\u2015-]+")


def normalized_slug(text: str) -> str:
    """Return a slug as it is stored: NFC, single hyphens between words.

    Raises InvalidSlugError, which names the first character that has no place in an address.
    """
    slug = _GAP.sub("-", unicodedata.normalize("NFC", text).strip()).strip("-")
    for letter in slug:
        if letter != "-" and not letter.isalnum() and not unicodedata.combining(letter):
            raise InvalidSlugError(text, f"U+{ord(letter):04X} has no place in an address")
    if len(slug) > _LONGEST:
        raise InvalidSlugError(text, f"it is longer than {_LONGEST} characters")
    key = slug_key_v1(slug)
    if not key:
        raise InvalidSlugError(text, "nothing of it is left in an address")
    if key.isdigit():
        raise InvalidSlugError(text, "digits alone are an id")
    if key in RESERVED_SLUGS:
        raise InvalidSlugError(text, "the word belongs to a route of the site")
    return slug


def slug_from_name(name: str) -> str:
    """Return the slug of a row that was given none: words of the name, cut at 80 characters on a hyphen.

    Raises InvalidSlugError when the name has nothing an address can hold.
    """
    words = re.sub(r"[^\w\u200c]+", "-", unicodedata.normalize("NFC", name)).strip("-")
    if len(words) > _LONGEST_GENERATED:
        words = words[: _LONGEST_GENERATED + 1].rpartition("-")[0] or words[:_LONGEST_GENERATED]
    return normalized_slug(words)


def free_slugs(session: Session, prefix: str, slug: str, *, wanted: int = 3) -> tuple[str, ...]:
    """Return the first `wanted` of `slug-2`, `slug-3`, … that are free below `prefix`: one query.

    A slug near the longest is cut to make room. There are fewer only when forty numbers of a name are taken.
    """
    candidates = dict(_numbered(prefix, slug))
    taken = set(session.scalars(select(UrlPath.path).where(UrlPath.path.in_(candidates))))
    return tuple(named for path, named in candidates.items() if path not in taken)[:wanted]


def _numbered(prefix: str, slug: str) -> Iterator[tuple[str, str]]:
    """Yield paths with the slugs that lead to them, each as the columns take them."""
    for number in _NUMBERS:
        ending = f"-{number}"
        kept = slug[: _LONGEST - len(ending)].encode()[: _MOST_OCTETS - len(ending)].decode(errors="ignore")
        # The fold makes several letters of a ligature.
        while len((path := f"{prefix}/{slug_key_v1(kept + ending)}").encode()) > LONGEST_PATH_BYTES:
            kept = kept[:-1]
        with suppress(InvalidSlugError):  # of marks alone, nothing but the number is left
            yield path, normalized_slug(kept + ending)
