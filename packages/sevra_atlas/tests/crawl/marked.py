"""Rows that were deleted, in the place of rows that everybody sees, with a mark in every text they hold.

Each soft-deletable table gets a twin of a row that is public: under the same parents, with the same flags,
at the same moment; only every text is a mark of its own. The twins are deleted as the application deletes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors, sql
from sqlalchemy import Enum, String

from sevra_atlas.domain.languages import LOCALES
from sevra_atlas.schema import metadata
from sevra_atlas.schema.reference import KINDS

_LATIN, _PERSIAN = "zz-dead", "زز-مرده"
# A telephone number has no letters; these are in nobody's book.
_PHONE = "+9899988{:05d}"
# What is public in the demo's data, and of that what stands on most pages: the oldest.
_PUBLIC = {
    "users": "SELECT id FROM {} WHERE status = 'ACTIVE' AND id NOT IN (SELECT id FROM author_profiles)",
    "salons": "SELECT id FROM {} WHERE status = 'ACTIVE' AND neighborhood_id IS NOT NULL",
    "artists": "SELECT id FROM {} WHERE status = 'ACTIVE'",
    "reviews": "SELECT id FROM {} WHERE status = 'PUBLISHED' AND salon_id IS NOT NULL",
    "posts": "SELECT id FROM {} WHERE status = 'published' AND visibility = 'public'",
    "pages": "SELECT id FROM {} WHERE status = 'published'",
    "comments": "SELECT id FROM {} WHERE status = 'approved' AND post_id IS NOT NULL AND parent_id IS NULL",
    "media": "SELECT id FROM {} WHERE NOT is_private",
    "artist_certifications": "SELECT id FROM {} WHERE is_verified",
}
_ANY = "SELECT id FROM {} WHERE true"
# What a twin cannot have in common with its original.
_APART = {
    "reviews": {
        "author_id": "SELECT max(u.id) FROM public.users u WHERE u.deleted_at IS NULL"
        " AND NOT EXISTS (SELECT FROM public.reviews r WHERE r.author_id = u.id)"
    },
    "salons": {"primary_owner_id": "SELECT NULL::bigint"},
    "artists": {"primary_owner_id": "SELECT NULL::bigint"},
    "posts": {"series_id": "SELECT NULL::bigint", "series_position": "SELECT NULL::integer"},
}
# Rows that everybody sees and that name a twin, or are named by it.
_TIES = """
INSERT INTO artist_specialties (artist_id, specialty_id) VALUES (:artist, :specialties);
INSERT INTO salon_services (salon_id, service_id) VALUES (:salon, :service_definitions);
INSERT INTO salon_services (salon_id, service_id)
     SELECT :salons, service_id FROM salon_services
      WHERE salon_id = :salon AND service_id <> :service_definitions;
INSERT INTO salon_artists (salon_id, artist_id, started_at, accepted_at)
     VALUES (:salon, :artists, '2026-01-01', '2026-01-01'), (:salons, :artist, '2026-01-01', '2026-01-01');
INSERT INTO post_tags (post_id, tag_id) VALUES (:post, :tags);
INSERT INTO post_tags (post_id, tag_id)
     SELECT :posts, tag_id FROM post_tags WHERE post_id = :post AND tag_id <> :tags;
UPDATE posts SET category_id = :categories, author_id = :author_profiles,
                 series_id = :series, series_position = 7
 WHERE id = :post;
INSERT INTO media_links (media_id, entity_type, entity_id, position)
     VALUES (:media, 'SALON', :salon, 30), (:media, 'ARTIST', :artist, 30);
INSERT INTO follows (follower_id, salon_id) VALUES (:users, :salon);
INSERT INTO redirect_rules (from_path, to_entity_type, to_entity_id)
     VALUES ('/old-of-the-dead', 'SALON', :salons);
"""
# The key of a byline is the account's.
_BY_KEY_OF = {"author_profiles": "users"}


class NotMarkedError(AssertionError):
    """A text that no mark can be put into, though it is not among those that are known to take none."""


# Texts with a closed form: there is no room in them for a mark.
UNMARKED = {
    ("media", "mime"),
    ("media", "type"),
    ("users", "password_hash"),
}


@dataclass(frozen=True)
class Marked:
    """The twins by table, and every mark that may not be seen, with the column it was put into."""

    ids: Mapping[str, int]
    marks: Mapping[str, tuple[str, str]]

    def found_in(self, text: str) -> list[str]:
        """Return the marks that a text shows."""
        if _LATIN not in text and _PERSIAN not in text and "9899988" not in text:
            return []
        return [mark for mark in self.marks if mark in text] or [text[text.find(_LATIN) :][:80]]


def bury(owner: psycopg.Connection[Any], application: psycopg.Connection[Any]) -> Marked:
    """Make the twins as the owner of the tables, delete them as the application, and return their marks.

    Both connections commit. Each table must have a public row.
    """
    ids: dict[str, int] = {}
    marks: dict[str, tuple[str, str]] = {}
    for table in metadata.sorted_tables:
        if table.name in KINDS:
            ids[table.name] = _twin(owner, table.name, ids, marks)
            _head(owner, table.name, ids[table.name], marks)
    _tie(owner, ids)
    owner.commit()
    for table in reversed(metadata.sorted_tables):
        if table.name in ids:
            application.execute(
                sql.SQL("DELETE FROM live.{} WHERE id = %s").format(sql.Identifier(table.name)),
                (ids[table.name],),
            )
    application.commit()
    return Marked(ids, marks)


def _twin(
    owner: psycopg.Connection[Any], table: str, ids: Mapping[str, int], marks: dict[str, tuple[str, str]]
) -> int:
    original = _original(owner, table)
    given: dict[str, Any] = {
        column: owner.execute(query.encode()).fetchone()[0]  # type: ignore[index]
        for column, query in _APART.get(table, {}).items()
    }
    if table in _BY_KEY_OF:
        given["id"] = ids[_BY_KEY_OF[table]]
    for column in _texts(table):
        value = _marked(owner, table, original, given, column)
        if value is not None:
            given[column] = value
            marks[value] = (table, column)
    return _copy(owner, table, original, given)


def _original(owner: psycopg.Connection[Any], table: str) -> int:
    query = f"{_PUBLIC.get(table, _ANY)} AND deleted_at IS NULL ORDER BY id LIMIT 1"
    row = owner.execute(sql.SQL(query).format(sql.Identifier("public", table))).fetchone()
    assert row is not None, f"the demo has no public row in {table}"
    found: int = row[0]
    return found


def _texts(table: str) -> Iterator[str]:
    """Return the columns of a table that hold text of people's own."""
    for column in metadata.tables[table].columns:
        if isinstance(column.type, String) and not isinstance(column.type, Enum) and column.computed is None:
            yield column.name


def _forms(table: str, column: str) -> Iterator[str]:
    """Return marks of one column in the forms that columns take: words, a key, an address, a number."""
    latin = f"{_LATIN}-{table}-{column}".replace("_", "-")
    yield f"{latin} {_PERSIAN}-{table}-{column}".replace("_", "-")
    yield latin
    yield latin.replace("-", "_")
    yield f"https://{latin}.example/{latin}"
    yield f"{latin}@{latin}.example"
    yield f"/media/{latin}.webp"
    place = list(metadata.tables).index(table) * 100 + list(_texts(table)).index(column)
    yield _PHONE.format(place)


def _marked(
    owner: psycopg.Connection[Any], table: str, original: int, given: Mapping[str, Any], column: str
) -> str | None:
    """Return the first mark that the column takes, tried on a row that is taken back at once."""
    if (table, column) in UNMARKED:
        return None
    refused = []
    for value in _forms(table, column):
        try:
            with owner.transaction(force_rollback=True):
                _copy(owner, table, original, {**_unlike(table, given), **given, column: value})
        except (errors.IntegrityError, errors.RaiseException) as error:
            refused.append(f"{value}: {error.diag.message_primary}")
            continue
        return value
    raise NotMarkedError(f"{table}.{column}", *refused)


def _unlike(table: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for what must differ from the original and has no mark yet."""
    unique = {"slug", "username", "email", "phone_number", "storage_key", "url", "referral_code"}
    other = {"phone_number": _PHONE.format(99_999), "email": None, "url": "/media/other-one.webp"}
    return {column: other.get(column, "other-one") for column in unique & set(_texts(table)) - set(given)}


def _copy(owner: psycopg.Connection[Any], table: str, original: int, given: Mapping[str, Any]) -> int:
    """Insert a row like the original, but for what is given; return its id."""
    columns = [
        column.name
        for column in metadata.tables[table].columns
        if column.computed is None and column.identity is None
    ]
    values = [sql.Placeholder(column) if column in given else sql.Identifier(column) for column in columns]
    statement = sql.SQL(
        "INSERT INTO public.{} ({}) SELECT {} FROM public.{} WHERE id = %(original)s RETURNING id"
    )
    name = sql.Identifier(table)
    row = owner.execute(
        statement.format(
            name, sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(values), name
        ),
        {**given, "original": original},
    ).fetchone()
    assert row is not None
    made: int = row[0]
    return made


def _head(owner: psycopg.Connection[Any], table: str, row: int, marks: dict[str, tuple[str, str]]) -> None:
    """Give a twin the heads of a page in every language, if its kind has pages."""
    fields = (
        "title",
        "og_title",
        "twitter_title",
        "h1",
        "breadcrumb_label",
        "description",
        "og_description",
        "twitter_desc",
    )
    for locale in LOCALES:
        values = {field: f"{_LATIN}-{table}-seo-{locale}-{field}".replace("_", "-") for field in fields}
        try:
            with owner.transaction():
                owner.execute(
                    sql.SQL(
                        "INSERT INTO seo_meta (entity_type, entity_id, locale, {})"
                        " VALUES (%(kind)s, %(row)s, %(locale)s, {})"
                    ).format(
                        sql.SQL(", ").join(map(sql.Identifier, fields)),
                        sql.SQL(", ").join(map(sql.Placeholder, fields)),
                    ),
                    {**values, "kind": KINDS[table].entity_type.value, "row": row, "locale": locale},
                )
        except (errors.CheckViolation, errors.ForeignKeyViolation):
            return
        marks.update({value: ("seo_meta", field) for field, value in values.items()})


def _tie(owner: psycopg.Connection[Any], ids: Mapping[str, int]) -> None:
    names = {
        "salon": _original(owner, "salons"),
        "artist": _original(owner, "artists"),
        "post": _original(owner, "posts"),
        **ids,
    }
    text = re.sub(r"(?<![:\w]):([a-z_]+)", lambda found: str(names[found[1]]), _TIES)
    owner.execute(text.encode())
