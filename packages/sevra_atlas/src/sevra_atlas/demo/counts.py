"""How many demo rows a database holds."""

from dataclasses import dataclass, fields

from psycopg import Connection, sql
from psycopg.rows import tuple_row

# Tables that are soft-deletable are counted through their live views.
_PLAIN = {
    "salon_owners",
    "artist_owners",
    "opening_hours",
    "opening_exceptions",
    "salon_services",
    "artist_specialties",
    "salon_artists",
    "media_links",
    "review_votes",
    "follows",
    "redirect_rules",
    "post_tags",
    "post_media",
    "menus",
    "menu_items",
    "seo_meta",
    "reactions",
    "saves",
}


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """Rows by table: live ones where a table is soft-deletable.

    `old_slugs` are addresses that lead to a newer one; `deleted_rows` are the rows of all open deletions.
    """

    provinces: int
    cities: int
    neighborhoods: int
    users: int
    media: int
    service_categories: int
    service_definitions: int
    specialties: int
    salons: int
    salon_owners: int
    opening_hours: int
    opening_exceptions: int
    salon_services: int
    artists: int
    artist_owners: int
    artist_specialties: int
    artist_certifications: int
    salon_artists: int
    media_links: int
    reviews: int
    review_votes: int
    follows: int
    redirect_rules: int
    author_profiles: int
    categories: int
    tags: int
    series: int
    posts: int
    post_tags: int
    post_media: int
    comments: int
    pages: int
    menus: int
    menu_items: int
    seo_meta: int
    reactions: int
    saves: int
    old_slugs: int
    deleted_rows: int

    @property
    def in_words(self) -> str:
        """Return the numbers that a person wants to see after a load."""
        return f"{self.salons} salons, {self.artists} artists, {self.reviews} reviews, {self.posts} posts"


_DERIVED = {
    "old_slugs": sql.SQL("SELECT count(*) FROM public.url_paths WHERE kind = 'alias'"),
    "deleted_rows": sql.SQL(
        "SELECT coalesce(sum(row_count), 0) FROM public.deletion_batches WHERE state = 'TRASHED'"
    ),
}


def counts(connection: Connection) -> DemoCounts:
    """Count the rows in one statement; works as every role that may read, in the caller's transaction."""
    names = [field.name for field in fields(DemoCounts)]
    columns = sql.SQL(", ").join(sql.SQL("({})").format(_query(name)) for name in names)
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(sql.SQL("SELECT {}").format(columns)).fetchone()
    assert row is not None
    return DemoCounts(*(int(value) for value in row))


def _query(name: str) -> sql.Composable:
    if name in _DERIVED:
        return _DERIVED[name]
    schema = "public" if name in _PLAIN else "live"
    return sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))
