"""From the rows of the sitemap to its files: shards that differ are written, then the index, at one stroke.

One process publishes at a time, by a session advisory lock on a direct connection.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.domain.errors import ConflictError
from sevra_atlas.domain.sitemap_folder import Manifest, OnStep, SitemapFolder, WrittenFile
from sevra_atlas.domain.sitemap_projection import SECTIONS, STATIC
from sevra_atlas.domain.sitemap_xml import ListedFile, index, url_lines

# "sevra.sm" as a number.
_LEADER_KEY = 0x73657672612E736D
_ROWS_A_FETCH = 5_000
_ORDER = (*SECTIONS, STATIC)

_SHARDS: LiteralString = """
SELECT section, shard, is_dirty FROM public.sitemap_shards ORDER BY section COLLATE "C", shard FOR UPDATE
"""
_FILES: LiteralString = "SELECT name, section, shard, content_hash, lastmod FROM public.sitemap_files"
# A file is a function of its rows.
_ROWS: LiteralString = """
SELECT p.display_path, u.locale, u.lastmod
  FROM public.sitemap_urls u JOIN public.url_paths p USING (path)
 WHERE u.section = %(section)s AND u.shard = %(shard)s AND u.is_enabled
 ORDER BY u.entity_type, u.entity_id, u.path, u.locale
"""
_FORGET: LiteralString = """
DELETE FROM public.sitemap_files
 WHERE section = %(section)s AND shard = %(shard)s AND name <> ALL(%(names)s)
"""
_REMEMBER: LiteralString = """
INSERT INTO public.sitemap_files AS f (name, section, shard, url_count, byte_count, content_hash, lastmod)
VALUES (%(name)s, %(section)s, %(shard)s, %(urls)s, %(bytes)s, %(hash)s, %(now)s)
    ON CONFLICT (name) DO UPDATE
       SET url_count = excluded.url_count, byte_count = excluded.byte_count,
           content_hash = excluded.content_hash, lastmod = excluded.lastmod
     WHERE f.content_hash <> excluded.content_hash
"""
_CLEAN: LiteralString = "UPDATE public.sitemap_shards SET is_dirty = false WHERE is_dirty"

Shard = tuple[str, int]


class SitemapBusyError(ConflictError):
    """Another process publishes the sitemap at this moment."""

    hint = "wait until it is done; the worker publishes what changed by itself"

    def __str__(self) -> str:
        return "another process is publishing the sitemap"


@dataclass(frozen=True, slots=True)
class Published:
    """What a pass wrote: shards rendered, files whose bytes changed, files and addresses of the whole set."""

    shards: int = 0
    changed: int = 0
    files: int = 0
    urls: int = 0


@contextmanager
def leading(connection: Connection[Any]) -> Iterator[None]:
    """Hold the lock of the one who publishes. Raises `SitemapBusyError` at once when another one holds it.

    The lock belongs to the session: it goes with a killed process, and a pooler must not stand between.
    """
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_LEADER_KEY,)).fetchone()
    if row is None or not row[0]:
        raise SitemapBusyError
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", (_LEADER_KEY,))


def publish(
    connection: Connection[Any],
    folder: SitemapFolder,
    *,
    now: datetime | None = None,
    on_step: OnStep = lambda _: None,
) -> Published:
    """Write the files of dirty shards and of those whose files are not as the database says.

    The caller leads and commits: shards that are marked meanwhile wait for it. Killed before the commit, the
    files are the new ones or the old ones, and the shards stay dirty. Acts as the maintenance role.
    """
    now = now or datetime.now(UTC)
    shards = connection.execute(_SHARDS).fetchall()
    files = _files(connection)
    manifest = folder.manifest()
    known: dict[Shard, dict[str, str]] = defaultdict(dict)
    for name, section, shard, sha256, _ in files:
        known[section, shard][name] = sha256.hex()
    stale = {(section, shard) for section, shard, is_dirty in shards if is_dirty}
    stale |= {shard for shard, named in known.items() if not _holds(manifest, folder.base_url, named)}
    if not shards or not (stale or _has_others(manifest, known)):
        return Published(files=len(files))
    new = folder.begin(on_step)
    written = {}
    for section, shard in sorted(stale):
        lines = url_lines(folder.base_url, _rows(connection, section, shard))
        written[section, shard] = new.write_shard(section, shard, lines)
    changed = sum(_remember(connection, shard, made, now) for shard, made in written.items())
    connection.execute(_CLEAN)
    listed = sorted(_files(connection), key=_place)
    for name, section, shard, _, _ in listed:
        if (section, shard) not in stale:
            new.keep(name)
    if listed:
        new.publish(
            index(folder.base_url, [ListedFile(name, lastmod) for name, _, _, _, lastmod in listed]),
            Manifest(folder.base_url, {name: sha256.hex() for name, _, _, sha256, _ in listed}),
        )
    folder.sweep(on_step)
    urls = sum(file.url_count for made in written.values() for file in made)
    return Published(len(stale), changed, len(listed), urls)


def _files(connection: Connection[Any]) -> list[tuple[str, str, int, bytes, datetime]]:
    return connection.execute(_FILES).fetchall()


def _rows(
    connection: Connection[Any], section: str, shard: int
) -> Iterator[tuple[str, str, datetime | None]]:
    with connection.cursor(name="sitemap_rows") as cursor:
        cursor.itersize = _ROWS_A_FETCH
        yield from cursor.execute(_ROWS, {"section": section, "shard": shard})


def _remember(connection: Connection[Any], shard: Shard, made: tuple[WrittenFile, ...], now: datetime) -> int:
    """Write down what a shard's files hold; return how many of them came, went or changed."""
    section, number = shard
    place: dict[str, Any] = {"section": section, "shard": number}
    changed = connection.execute(_FORGET, {**place, "names": [file.name for file in made]}).rowcount
    for file in made:
        facts = {"urls": file.url_count, "bytes": file.byte_count, "hash": file.sha256, "now": now}
        changed += connection.execute(_REMEMBER, {**place, "name": file.name, **facts}).rowcount
    return changed


def _holds(manifest: Manifest | None, base_url: str, files: dict[str, str]) -> bool:
    """Return whether the current set has these files, with links that begin as they must."""
    if manifest is None or manifest.base_url != base_url:
        return False
    return all(manifest.files.get(name) == sha256 for name, sha256 in files.items())


def _has_others(manifest: Manifest | None, known: dict[Shard, dict[str, str]]) -> bool:
    """Return whether the current set has files of which the database knows nothing."""
    named = {name for files in known.values() for name in files}
    return manifest is not None and bool(manifest.files.keys() - named)


def _place(file: tuple[str, str, int, bytes, datetime]) -> tuple[int, int, int, str]:
    name, section, shard, _, _ = file
    return _ORDER.index(section), shard, len(name), name
