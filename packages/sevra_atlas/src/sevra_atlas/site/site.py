"""The site in one language: the root of every address on a page, and of every link that leaves it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from psycopg import AsyncConnection

from sevra_atlas.domain import languages
from sevra_atlas.domain.slugs import encode_path
from sevra_atlas.reads.english import english_pages
from sevra_atlas.site import heads
from sevra_atlas.site.language import ENGLISH, PERSIAN, Language

Entity = tuple[str, int]


class Row(Protocol):
    """A row of an entity."""

    @property
    def id(self) -> int:
        """Return the id of the row."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site as one request sees it. `english` are encoded shared paths → the English name of the page.

    Paths are those that all languages share; `local`, `link` and `page` make addresses of them.
    """

    base_url: str
    language: Language = PERSIAN
    english: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name of the site."""
        return self.language.say(heads.SITE_NAME)

    @property
    def blog_name(self) -> str:
        """Return the name of the blog, which is in Persian."""
        return heads.BLOG_NAME

    def absolute(self, path: str) -> str:
        """Return the absolute address of an encoded path."""
        return self.base_url + path

    def local(self, path: str) -> str:
        """Return the path of a page in the language of the site, which must be there in it."""
        return languages.localized(path, self.language.code)

    def page(self, path: str) -> str:
        """Return the absolute address of a page in the language of the site."""
        return self.base_url + self.local(path)

    def link(self, path: str) -> str:
        """Return where a link to a page leads: to its English page only when it is known to be there."""
        there = path in self.english or path.partition("?")[0] in languages.ENGLISH_ROUTES
        return self.local(path) if there else path

    def titled(self, path: str, name: str) -> str:
        """Return the name of the page at a path: the English one, where it has one."""
        return self.english.get(path, name)

    async def learn(self, connection: AsyncConnection[Any], *entities: Iterable[Entity]) -> None:
        """Find out which of these entities have English pages; asks nothing for a Persian page."""
        if self.language is not ENGLISH:
            return
        asked = sorted({entity for some in entities for entity in some})
        for page in await english_pages(connection, asked) if asked else ():
            self.english[encode_path(page.display_path)] = page.name


def entities(kind: str, rows: Iterable[Row]) -> list[Entity]:
    """Return rows of a kind as entities."""
    return [(kind, row.id) for row in rows]
