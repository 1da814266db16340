"""Which pages are there in English, and under which names."""

from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import column as named
from sqlalchemy import table, text

from sevra_atlas.reads.statement import Statement

ENGLISH_PAGES = table("english_pages", named("entity_type"), named("entity_id"), named("name"))
"""The one view that says what is there in English."""


class EnglishPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page that is there in English: the display path that it shares with the Persian one, its name."""

    display_path: str
    name: str


_OF_ENTITIES = Statement(
    text(
        """
        SELECT p.display_path, n.name
          FROM unnest(CAST(:kinds AS entity_type[]), CAST(:ids AS bigint[])) asked (kind, id)
          JOIN english_pages n ON n.entity_type = asked.kind AND n.entity_id = asked.id
          JOIN url_paths p ON p.entity_type = asked.kind AND p.entity_id = asked.id AND p.kind = 'current'
        """
    ),
    EnglishPage,
)
_AT_PATH = Statement(
    text(
        """
        SELECT p.display_path, n.name
          FROM url_paths p JOIN english_pages n USING (entity_type, entity_id)
         WHERE p.path = CAST(:path AS text) AND p.kind = 'current'
        """
    ),
    EnglishPage,
)


async def english_pages(
    connection: AsyncConnection[Any], entities: Sequence[tuple[str, int]]
) -> list[EnglishPage]:
    """Return the English pages of these entities, each a kind and an id, in no order."""
    asked = {"kinds": [kind for kind, _ in entities], "ids": [id_ for _, id_ in entities]}
    return await _OF_ENTITIES.all(connection, asked)


async def english_page_at(connection: AsyncConnection[Any], key: str) -> EnglishPage | None:
    """Return the English page whose present path has this key, or None."""
    return await _AT_PATH.first(connection, {"path": key})
