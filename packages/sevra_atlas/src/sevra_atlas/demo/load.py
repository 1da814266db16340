"""Writes the demo data into a database and its pictures below a folder."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any

from psycopg import Connection, Cursor, sql
from psycopg.rows import tuple_row

from sevra_atlas.demo.counts import DemoCounts, counts
from sevra_atlas.demo.errors import DemoDataPresentError
from sevra_atlas.demo.generate import SEED, generate
from sevra_atlas.demo.people import ADMIN
from sevra_atlas.demo.rows import DemoData, Media, Picture
from sevra_atlas.demo.size import STANDARD, Size
from sevra_atlas.demo.stored import stored

# Called with the name of a step, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

# In the order of their references.
_TABLES = (
    "provinces",
    "cities",
    "neighborhoods",
    "users",
    "media",
    "service_categories",
    "service_definitions",
    "specialties",
    "salons",
    "salon_owners",
    "opening_hours",
    "opening_exceptions",
    "salon_services",
    "artists",
    "artist_owners",
    "artist_specialties",
    "artist_certifications",
    "salon_artists",
    "media_links",
    "reviews",
    "review_votes",
    "follows",
    "redirect_rules",
    "author_profiles",
    "categories",
    "tags",
    "series",
    "posts",
    "post_tags",
    "post_media",
    "comments",
    "pages",
    "menus",
    "menu_items",
    "seo_meta",
    "reactions",
    "saves",
)
_WITHOUT_UPDATED_AT = {
    "salon_owners",
    "opening_hours",
    "opening_exceptions",
    "artist_owners",
    "media_links",
    "follows",
    "post_tags",
    "post_media",
    "reactions",
    "saves",
}
# One COPY is one statement: statement triggers work once for so many rows.
_CHUNK = 5_000


def load(
    connection: Connection,
    *,
    media_dir: Path,
    size: Size = STANDARD,
    seed: int = SEED,
    progress: Progress | None = None,
) -> DemoCounts:
    """Write the demo data and return what is there now; the caller commits.

    The connection acts as `sevra_owner`, in READ COMMITTED: rows go to the base tables, the database's own
    triggers make paths, journal and counters. Pictures are written below `media_dir` first; an interruption
    leaves at most files, which the next run writes again. Waits for another load and then refuses.

    Raises `DemoDataPresentError` when the directory holds entities.
    """
    report = progress or _silence
    with connection.cursor(row_factory=tuple_row) as cursor:
        _refuse_a_second_load(cursor)
        data = generate(size, seed)
        media = _store_pictures(data.pictures, media_dir, report)
        for table in _TABLES:
            _copy(cursor, table, media if table == "media" else getattr(data, table), report)
        _rename(cursor, data, report)
        _delete(cursor, data, report)
        _forget_the_actor(cursor)
        _refresh_statistics(cursor)
    return counts(connection)


def _silence(_step: str, _done: int, _total: int) -> None:
    """Report nothing."""


def _refuse_a_second_load(cursor: Cursor[Any]) -> None:
    """Wait for a load that is under way, then refuse when the directory is not empty."""
    cursor.execute("LOCK TABLE public.entities IN SHARE ROW EXCLUSIVE MODE")
    row = cursor.execute("SELECT count(*) FROM public.entities").fetchone()
    assert row is not None
    if row[0]:
        raise DemoDataPresentError(row[0])


def _copy(cursor: Cursor[Any], table: str, rows: Sequence[Any], report: Progress) -> None:
    """Copy rows with their ids and move the id sequence behind them."""
    if not rows:
        return
    columns = [field.name for field in fields(rows[0])]
    # A row was last changed when it was made.
    sources = columns if table in _WITHOUT_UPDATED_AT else [*columns, "created_at"]
    names = columns if table in _WITHOUT_UPDATED_AT else [*columns, "updated_at"]
    statement = sql.SQL("COPY public.{} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    values_of = attrgetter(*sources)
    report(table, 0, len(rows))
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        with cursor.copy(statement) as copy:
            for row in chunk:
                copy.write_row(values_of(row))
        report(table, start + len(chunk), len(rows))
    if columns[0] == "id":
        last = max(row.id for row in rows)
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (f"public.{table}", last))


def _store_pictures(pictures: Sequence[Picture], media_dir: Path, report: Progress) -> list[Media]:
    """Draw and store the pictures; return the rows that describe the files."""
    rows = []
    for number, picture in enumerate(pictures, 1):
        rows.append(stored(picture, media_dir))
        report("pictures", number, len(pictures))
    return rows


def _act_as_administrator(cursor: Cursor[Any], reason: str) -> None:
    cursor.execute(
        "SELECT set_config('sevra.actor_id', %s, true), set_config('sevra.reason', %s, true)",
        (str(ADMIN), reason),
    )


def _forget_the_actor(cursor: Cursor[Any]) -> None:
    cursor.execute("SELECT set_config('sevra.actor_id', '', true), set_config('sevra.reason', '', true)")


def _rename(cursor: Cursor[Any], data: DemoData, report: Progress) -> None:
    """Rename rows by UPDATE; the ledger keeps the older addresses."""
    _act_as_administrator(cursor, "نشانی خواناتر")
    for number, rename in enumerate(data.renames, 1):
        cursor.execute(
            sql.SQL("UPDATE public.{} SET slug = %s WHERE id = %s").format(sql.Identifier(rename.table)),
            (rename.slug, rename.id),
        )
        report("renames", number, len(data.renames))


def _delete(cursor: Cursor[Any], data: DemoData, report: Progress) -> None:
    """Delete rows through their live views, each in a batch of its own, and name successors."""
    for number, deletion in enumerate(data.deletions, 1):
        _act_as_administrator(cursor, deletion.reason)
        cursor.execute(
            sql.SQL("DELETE FROM live.{} WHERE id = %s").format(sql.Identifier(deletion.table)),
            (deletion.id,),
        )
        report("deletions", number, len(data.deletions))
    for successor in data.successors:
        cursor.execute(
            "UPDATE public.entities SET successor_type = 'SALON', successor_id = %s"
            " WHERE entity_type = 'SALON' AND entity_id = %s",
            (successor.successor_id, successor.salon_id),
        )


def _refresh_statistics(cursor: Cursor[Any]) -> None:
    """Tell the planner what is there now instead of waiting for autovacuum."""
    names = (sql.Identifier("public", table) for table in (*_TABLES, "entities", "url_paths"))
    cursor.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(names)))
