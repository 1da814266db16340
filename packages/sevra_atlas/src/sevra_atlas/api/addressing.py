"""An id or a slug in a path: the live row's id, one redirect from a retired slug, or gone."""

import re
from typing import Any
from urllib.parse import quote

from psycopg import AsyncConnection

from sevra_atlas.api.errors import ApiError
from sevra_atlas.api.parameters import id_of
from sevra_atlas.domain.slugs import slug_key_v1
from sevra_atlas.reads.owners import PREFIXES, find_id_by_slug_key, find_owner, find_owner_of_slug

_SEGMENT = re.compile(r"\{(x|slug)(:str)?\}")


class RetiredSlug(Exception):  # noqa: N818 - an answer on its way, not a fault
    """The slug led to a row that now answers at another one; `slug` is that one, as its author typed it."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


async def addressed_id(connection: AsyncConnection[Any], kind: str, segment: str) -> int:
    """Return the id of the live row that a path segment names.

    Raises RetiredSlug for a former slug of a visible row, and ApiError: GONE for what was public and is
    deleted, NOT_FOUND, INVALID_ID. The row may still be hidden from visitors.
    """
    key = slug_key_v1(segment)
    return id_of("x", key) if key.isdigit() else await id_of_slug(connection, kind, key)


async def id_of_slug(connection: AsyncConnection[Any], kind: str, segment: str) -> int:
    """Return the id of the live row at a slug, where digits are a slug too; raises as `addressed_id`."""
    key = slug_key_v1(segment)
    if not key:
        raise ApiError("NOT_FOUND")
    id_ = await find_id_by_slug_key(connection, kind, key)
    if id_ is not None:
        return id_
    owner = await find_owner_of_slug(connection, kind, key)
    if owner is not None and owner.is_visible and owner.current_path is not None:
        raise RetiredSlug(owner.current_path.removeprefix(PREFIXES[kind]))
    raise ApiError("GONE" if owner is not None and owner.is_gone else "NOT_FOUND")


async def missing(connection: AsyncConnection[Any], kind: str, id_: int) -> ApiError:
    """Return the error for a row that a visitor cannot see: gone when it was public and is deleted."""
    owner = await find_owner(connection, kind, id_)
    return ApiError("GONE" if owner is not None and owner.is_gone else "NOT_FOUND")


def with_slug(template: str, slug: str, query: str) -> str:
    """Return the address of an operation with a slug in the place of its segment `x`, query kept.

    An operation that takes slugs alone calls the segment `slug`.
    """
    address = _SEGMENT.sub(quote(slug, safe="~"), template)
    return f"{address}?{query}" if query else address
