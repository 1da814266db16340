"""Loading into a real database: the database's own triggers make paths, counters and batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.demo import DemoCounts, DemoDataPresentError, Size, counts, generate, load
from sevra_atlas.domain.invariants import broken
from sevra_atlas.schema.access import APP, OWNER

TINY = Size.tiny()
SOFT_DELETABLE = (
    "users",
    "provinces",
    "cities",
    "neighborhoods",
    "salons",
    "artists",
    "artist_certifications",
    "service_categories",
    "service_definitions",
    "specialties",
    "media",
    "reviews",
    "categories",
    "tags",
    "series",
    "posts",
    "comments",
    "pages",
)


@dataclass(frozen=True)
class Loaded:
    """A database with the tiny demo data, shared by tests that change nothing."""

    url: str
    media_dir: Path
    counts: DemoCounts
    steps: list[tuple[str, int, int]]

    def rows(self, query: LiteralString | sql.SQL | sql.Composed, role: str = OWNER) -> list[Any]:
        """Return the rows of one query, asked in a role."""
        path = "live,public" if role == APP else "public"
        with psycopg.connect(self.url, options=f"-c role={role} -c search_path={path}") as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def loaded(
    server: LocalPostgres, sevra_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    media_dir = tmp_path_factory.mktemp("store with a space") / "media"
    steps: list[tuple[str, int, int]] = []
    with scratch_database(server.url(), sevra_template) as url:
        with psycopg.connect(url, options=f"-c role={OWNER} -c search_path=public") as connection:
            made = load(
                connection,
                media_dir=media_dir,
                size=TINY,
                progress=lambda step, done, total: steps.append((step, done, total)),
            )
        yield Loaded(url, media_dir, made, steps)


def test_the_counts_are_those_of_the_size(loaded: Loaded) -> None:
    data = generate(TINY)

    assert loaded.counts.provinces == 31
    assert loaded.counts.cities == len(data.cities) - 1
    assert loaded.counts.salons == TINY.salons
    assert loaded.counts.artists == TINY.artists
    assert loaded.counts.reviews == TINY.reviews
    assert loaded.counts.service_categories == 10
    assert loaded.counts.service_definitions == 60
    assert loaded.counts.specialties == 25
    assert loaded.counts.media == TINY.pictures
    assert loaded.counts.author_profiles == TINY.authors
    assert loaded.counts.posts == TINY.posts + TINY.hidden_posts
    assert loaded.counts.comments == len(data.comments) - TINY.deleted_comments - 2 * TINY.deleted_posts
    assert (loaded.counts.reactions, loaded.counts.saves) == (TINY.reactions, TINY.saves)
    assert (loaded.counts.pages, loaded.counts.menus) == (4, 2)
    assert loaded.counts.seo_meta == len(data.seo_meta)
    assert loaded.counts.old_slugs == len(data.renames)
    assert loaded.counts.deleted_rows > len(data.deletions)


def test_the_application_counts_the_same(loaded: Loaded) -> None:
    with psycopg.connect(loaded.url, options=f"-c role={APP} -c search_path=live,public") as connection:
        assert counts(connection) == loaded.counts


def test_every_invariant_holds(loaded: Loaded) -> None:
    with psycopg.connect(loaded.url, options=f"-c role={OWNER} -c search_path=public") as connection:
        assert broken(connection) == []
    assert loaded.rows("SELECT count(*) FROM salons WHERE review_count > 0")[0][0] > 20


def test_every_older_slug_is_an_alias_of_its_row(loaded: Loaded) -> None:
    data = generate(TINY)
    prefixes = {
        "salons": "/atlas/salon/",
        "artists": "/atlas/artist/",
        "cities": "/atlas/city/",
        "posts": "/blog/post/",
        "tags": "/blog/tag/",
    }
    loaded_with = {(table, row.id): row.slug for table in prefixes for row in getattr(data, table)}
    former = {
        (prefixes[rename.table] + loaded_with[rename.table, rename.id], rename.id) for rename in data.renames
    }

    aliases = set(loaded.rows("SELECT display_path, entity_id FROM url_paths WHERE kind = 'alias'"))

    assert former <= aliases
    assert len(aliases) == len(data.renames)


def test_every_link_of_a_post_a_page_and_a_menu_leads_to_a_current_address(loaded: Loaded) -> None:
    lost = loaded.rows(
        "SELECT path FROM ("
        " SELECT (regexp_matches(content, 'href=\"([^\"]+)\"', 'g'))[1] FROM live.posts"
        " UNION SELECT (regexp_matches(content, 'href=\"([^\"]+)\"', 'g'))[1] FROM live.pages"
        " UNION SELECT url FROM menu_items) AS links (path)"
        " WHERE path NOT IN (SELECT display_path FROM url_paths WHERE kind = 'current')"
    )

    assert sorted(path for (path,) in lost) == ["/", "/atlas", "/blog"]


def test_the_blog_counts_what_is_public_and_approved(loaded: Loaded) -> None:
    public = "status = 'published' AND visibility = 'public'"

    assert loaded.rows(sql.SQL("SELECT count(*) FROM live.posts WHERE {}").format(sql.SQL(public))) == [
        (TINY.posts,)
    ]
    assert loaded.rows("SELECT sum(post_count) FROM live.categories") == [(TINY.posts,)]
    assert loaded.rows("SELECT sum(comments_count) FROM live.posts") == loaded.rows(
        "SELECT count(*) FROM live.comments WHERE status = 'approved'"
    )
    assert loaded.rows("SELECT sum(likes_count) FROM live.comments")[0][0] > 0


def test_hidden_posts_are_of_every_kind(loaded: Loaded) -> None:
    states = {
        (status, visibility)
        for status, visibility in loaded.rows("SELECT status::text, visibility::text FROM live.posts")
    }

    assert states == {
        ("published", "public"),
        ("published", "unlisted"),
        ("published", "private"),
        ("draft", "public"),
        ("review", "public"),
        ("archived", "public"),
    }


def test_no_mark_of_a_deleted_row_is_visible(loaded: Loaded) -> None:
    visible = [
        (table, *row)
        for table in SOFT_DELETABLE
        for row in loaded.rows(
            sql.SQL("SELECT id FROM {} AS t WHERE t::text LIKE '%zz-dead%'").format(sql.Identifier(table)),
            APP,
        )
    ]

    assert visible == []


def test_every_deleted_row_is_marked(loaded: Loaded) -> None:
    for table in SOFT_DELETABLE:
        marked, deleted = loaded.rows(
            sql.SQL(
                "SELECT count(*) FILTER (WHERE t::text LIKE '%zz-dead%'), count(*) FROM {} AS t"
                " WHERE deleted_at IS NOT NULL"
            ).format(sql.Identifier(table))
        )[0]
        assert marked == deleted > 0, table


def test_a_deletion_says_who_and_why(loaded: Loaded) -> None:
    unexplained = loaded.rows(
        "SELECT id FROM deletion_batches WHERE actor_id IS NULL OR reason IS NULL OR row_count = 0"
    )

    assert unexplained == []
    assert loaded.rows("SELECT count(*) FROM deletion_batches")[0][0] == len(generate(TINY).deletions)


def test_a_deleted_salon_leads_to_its_living_successor(loaded: Loaded) -> None:
    pairs = loaded.rows(
        "SELECT dead.state::text, alive.state::text FROM entities dead"
        " JOIN entities alive ON alive.entity_type = dead.successor_type"
        " AND alive.entity_id = dead.successor_id"
    )

    assert pairs == [("deleted", "public")] * 2


def test_one_city_has_no_landing_page(loaded: Loaded) -> None:
    hidden = loaded.rows("SELECT entity_id FROM entities WHERE entity_type = 'CITY' AND state = 'hidden'")

    assert hidden == loaded.rows("SELECT id FROM live.cities WHERE NOT is_landing_enabled")
    assert len(hidden) == 1


def test_a_media_row_describes_its_file(loaded: Loaded) -> None:
    media = loaded.rows("SELECT storage_key, size_bytes, sha256, url FROM media")

    files = {path.relative_to(loaded.media_dir).as_posix() for path in loaded.media_dir.rglob("*.*")}

    assert {key for key, *_ in media} == files
    for key, size_bytes, digest, url in media:
        content = (loaded.media_dir / key).read_bytes()
        assert (len(content), sha256(content).digest()) == (size_bytes, digest)
        assert url == f"/uploads/{key}"


def test_progress_reaches_the_end_of_every_step(loaded: Loaded) -> None:
    last = {step: (done, total) for step, done, total in loaded.steps}

    assert {"pictures", "salons", "reviews", "renames", "deletions"} <= set(last)
    assert all(done == total for done, total in last.values())


def test_rows_added_later_get_free_ids(loaded: Loaded) -> None:
    with psycopg.connect(loaded.url, options=f"-c role={APP} -c search_path=live,public") as connection:
        row = connection.execute(
            "INSERT INTO salons (name, slug, city_id) VALUES ('نو', 'brand-new', 1) RETURNING id"
        ).fetchone()
        connection.rollback()

    assert row == (TINY.salons + TINY.deleted_salons + 1,)


def test_a_second_load_is_refused_and_changes_nothing(loaded: Loaded, tmp_path: Path) -> None:
    with psycopg.connect(loaded.url, options=f"-c role={OWNER} -c search_path=public") as connection:
        with pytest.raises(DemoDataPresentError) as refusal:
            load(connection, media_dir=tmp_path, size=TINY)
        connection.commit()

        assert refusal.value.rows > TINY.salons
        assert counts(connection) == loaded.counts
    assert list(tmp_path.iterdir()) == []


def test_a_load_that_is_rolled_back_leaves_no_row_and_can_be_repeated(
    embedded_db: Any, tmp_path: Path
) -> None:
    with embedded_db.connect(OWNER) as connection:
        made = load(connection, media_dir=tmp_path, size=TINY)
        connection.rollback()

        assert connection.execute("SELECT count(*) FROM entities").fetchone() == (0,)
        assert load(connection, media_dir=tmp_path, size=TINY) == made


def test_a_load_waits_for_another_one(embedded_db: Any, tmp_path: Path) -> None:
    with embedded_db.connect(OWNER) as first, embedded_db.connect(OWNER) as second:
        load(first, media_dir=tmp_path, size=TINY)
        second.execute("SET lock_timeout = '20ms'")

        with pytest.raises(psycopg.errors.LockNotAvailable):
            load(second, media_dir=tmp_path, size=TINY)

        second.rollback()
        first.commit()
        with pytest.raises(DemoDataPresentError):
            load(second, media_dir=tmp_path, size=TINY)


@pytest.mark.slow
def test_the_standard_load_keeps_its_promises(embedded_db: Any, tmp_path: Path) -> None:
    with embedded_db.connect(OWNER) as connection:
        made = load(connection, media_dir=tmp_path)
        connection.commit()
        assert broken(connection) == []

    assert (made.salons, made.artists, made.reviews, made.cities) == (2_000, 3_000, 20_000, 890)
    assert (made.posts, made.pages, made.comments) == (324, 4, 1_200)
    assert made.old_slugs >= 80
    assert made.deleted_rows > 400
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.webp")) < 8_000_000
