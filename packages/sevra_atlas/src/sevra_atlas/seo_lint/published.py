"""The files as they lie in the folder, as if they had been fetched."""

import gzip
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection

from sevra_atlas.domain.sitemap_folder import FILES, INDEX, SitemapFolder
from sevra_atlas.seo_lint.facts import Crawl
from sevra_atlas.seo_lint.known import known_of
from sevra_atlas.seo_lint.xml_reading import read_sitemap
from sevra_atlas.settings import SetupError


class NothingPublishedError(SetupError):
    """There is no sitemap in the folder yet."""

    hint = "run `sevra sitemap build` first"

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"no sitemap is published in {self.folder!r}"


def published_crawl(folder: SitemapFolder, connection: Connection[Any]) -> Crawl:
    """Return index and files of the current set and what the database says. Raises `NothingPublishedError`.

    Links are compared with the address that the set was made for.
    """
    manifest = folder.manifest()
    if manifest is None:
        raise NothingPublishedError(str(folder.path))
    base_url = manifest.base_url
    files = [
        read_sitemap(f"{base_url}/{FILES}/{name}", gzip.decompress(folder.read(f"{FILES}/{name}") or b""))
        for name in manifest.files
    ]
    return Crawl(
        base_url=base_url,
        now=datetime.now(UTC),
        index=read_sitemap(f"{base_url}/{INDEX}", folder.read(INDEX) or b""),
        files=tuple(files),
        known=known_of(connection),
    )
