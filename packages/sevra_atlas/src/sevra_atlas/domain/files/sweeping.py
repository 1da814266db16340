"""Files without a row are found and noted: an upload that broke off leaves one, and so does an old backup.

Only what is named as an upload is, `YYYY/MM/NAME`, is ever taken for one: a folder may hold other things.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, LiteralString, Protocol, TypeVar

from psycopg import Connection

from sevra_atlas.domain.files.known import named_by_rows
from sevra_atlas.domain.files.store import FileStore
from sevra_atlas.domain.retention.segment_store import SegmentStore

T = TypeVar("T")

YOUNGEST = timedelta(days=1)
"""An upload is stored before its row is written, so a younger file may yet get one."""

_UPLOADED = re.compile(r"(private/)?\d{4}/\d{2}/[^/]+")
# Looked at again before it is removed: whoever points the site at the wrong folder has a week to see it.
_NOTE: LiteralString = """
INSERT INTO public.file_removals (storage_key, why, not_before)
SELECT k, 'orphan', now() + interval '7 days' FROM unnest(%(keys)s::text[]) k
    ON CONFLICT (storage_key) DO NOTHING
"""


class Transact(Protocol):
    """Runs an act in a transaction of the maintenance role."""

    def __call__(self, act: Callable[[Connection[Any]], T]) -> T:
        """Return what the act returns, once it is committed."""
        ...


@dataclass(slots=True)
class Swept:
    """How many files were looked at, and how many of them were noted now for having no row."""

    files: int = 0
    orphans: int = 0


def sweep_orphans(
    transact: Transact, store: FileStore, segments: SegmentStore | None, may_go_on: Callable[[], bool]
) -> Swept:
    """Note every file of the store that has no row, a thousand a transaction, until there is no time left.

    Nothing is removed here. Raises FileStoreError, and what reading a segment raises.
    """
    swept, oldest = Swept(), datetime.now(UTC) - YOUNGEST
    for files in store.listed():
        keys = [each.key for each in files if each.changed_at < oldest and _UPLOADED.fullmatch(each.key)]
        swept.files += len(files)
        if keys:
            swept.orphans += transact(partial(_noted, keys=keys, segments=segments))
        if not may_go_on():
            break
    return swept


def _noted(connection: Connection[Any], keys: list[str], segments: SegmentStore | None) -> int:
    orphans = sorted(set(keys) - named_by_rows(connection, keys, segments))
    return connection.execute(_NOTE, {"keys": orphans}).rowcount if orphans else 0
