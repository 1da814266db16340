"""The bulk way into the database: the same rows as row by row, everything derived equal, all or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from databases import SevraDatabase
from psycopg import sql

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from pgevolve.verify import DigestMismatchError, verify
from sevra_atlas.cli.bulk import load_bulk
from sevra_atlas.demo import SEED, DemoDataPresentError, Size, UnfinishedLoadError, generate, load
from sevra_atlas.demo.scale import Amounts, Timings, finish, load_rows
from sevra_atlas.demo.scale.bulk import Bulk
from sevra_atlas.demo.scale.ground import ground_of
from sevra_atlas.demo.scale.load import BASE
from sevra_atlas.demo.scale.rows import bulks
from sevra_atlas.domain import search_documents, search_vocabulary
from sevra_atlas.domain.invariants import DOCUMENTED, INVARIANTS, broken
from sevra_atlas.migrate import project
from sevra_atlas.schema.access import OWNER

# Every kind of post, a suspended listing, a hidden review, answers to comments.
FEW = Amounts(salons=200, artists=170, posts=200, reviews_per_salon=3)

# Rows by key, without what a clock or a sequence gave them.
DERIVED: dict[str, LiteralString] = {
    "entities": """
        SELECT entity_type, entity_id, state, first_public_at IS NULL FROM entities ORDER BY 1, 2""",
    "url_paths": "SELECT path, kind, entity_type, entity_id, display_path FROM url_paths ORDER BY path",
    "slug_history": """
        SELECT entity_type, entity_id, old_slug, new_slug, path, event, actor_id, reason
          FROM slug_history ORDER BY path, entity_id, event, new_slug""",
    "redirect_rules": """
        SELECT from_path, from_prefix, to_entity_type, to_entity_id FROM redirect_rules ORDER BY 1, 2""",
}
WHOLE = (
    "users",
    "author_profiles",
    "salons",
    "salon_owners",
    "opening_hours",
    "salon_services",
    "artists",
    "artist_specialties",
    "salon_artists",
    "categories",
    "tags",
    "series",
    "posts",
    "post_tags",
    "comments",
    "reviews",
    "follows",
    "saves",
)


class StoppedError(Exception):
    """What a test raises in the middle of a load."""


@dataclass(frozen=True)
class Pair:
    """Two databases with the same demo: one loaded in bulk, one row by row with every trigger on."""

    bulk: SevraDatabase
    rowwise: SevraDatabase
    checked: tuple[str, ...]
    timings: Timings

    def differences(self, query: sql.SQL | sql.Composed | LiteralString) -> list[tuple[Any, Any]]:
        """Return rows of a query that are not the same in both, at their place."""
        with self.bulk.connect(OWNER) as one, self.rowwise.connect(OWNER) as other:
            rows = (one.execute(query).fetchall(), other.execute(query).fetchall())
        assert len(rows[0]) == len(rows[1])
        assert rows[0]
        return [(left, right) for left, right in zip(*rows, strict=True) if left != right]


@pytest.fixture(scope="module")
def pair(
    server: LocalPostgres, sevra_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    media = tmp_path_factory.mktemp("media")
    with (
        scratch_database(server.url(), sevra_template) as one,
        scratch_database(server.url(), sevra_template) as other,
    ):
        bulk, rowwise = SevraDatabase(one), SevraDatabase(other)
        timings = Timings(_silent)
        with bulk.connect(OWNER) as connection:
            load_rows(connection, media_dir=media, amounts=FEW, timings=timings)
        outcomes = finish(lambda: bulk.connect(OWNER, autocommit=True), timings)
        with rowwise.connect(OWNER) as connection:
            load(connection, media_dir=media, size=BASE)
            _copy_with_triggers(connection)
        with rowwise.connect(OWNER, autocommit=True) as connection:
            search_documents.rebuild_all(connection)
            with connection.transaction():
                search_vocabulary.refresh(connection)
        yield Pair(bulk, rowwise, tuple(outcome.name for outcome in outcomes), timings)


def _silent(_step: str, _done: int, _total: int) -> None:
    pass


def _copy_with_triggers(connection: psycopg.Connection) -> None:
    """Copy the rows of the bulk as the usual loader would: without the numbers that triggers keep."""
    with connection.cursor() as cursor:
        for bulk in bulks(ground_of(cursor, BASE, SEED), FEW):
            columns = bulk.columns[: len(bulk.columns) - len(bulk.kept)]
            statement = sql.SQL("COPY public.{} ({}) FROM STDIN").format(
                sql.Identifier(bulk.table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with cursor.copy(statement) as copy:
                for line in bulk.lines():
                    copy.write("\t".join(line.rstrip("\n").split("\t")[: len(columns)]) + "\n")


@pytest.mark.parametrize("table", WHOLE)
def test_rows_loaded_in_bulk_are_those_that_triggers_make_of_them(pair: Pair, table: str) -> None:
    # updated_at and version tell that nothing was touched a second time.
    query = sql.SQL("SELECT to_jsonb(t) - 'deletion_id' - 'deleted_at' AS row FROM public.{} t ORDER BY 1")
    rows = pair.differences(query.format(sql.Identifier(table)))

    assert [pair for pair in rows if _without_clock(pair[0]) != _without_clock(pair[1])] == []


def _without_clock(row: tuple[dict[str, Any]]) -> dict[str, Any]:
    """Return a row without the stamp of a rename in the base, which is the time of its transaction."""
    values = row[0]
    if values.get("version", 1) == 1:
        return values
    return {name: value for name, value in values.items() if name != "updated_at"}


@pytest.mark.parametrize("name", DERIVED)
def test_what_triggers_derive_is_derived_in_bulk(pair: Pair, name: str) -> None:
    assert pair.differences(DERIVED[name]) == []


def test_every_invariant_holds_and_was_checked(pair: Pair) -> None:
    with pair.bulk.connect(OWNER) as connection:
        assert broken(connection) == []
    with pair.rowwise.connect(OWNER) as connection:
        assert broken(connection) == []
    assert sorted(pair.checked) == sorted(invariant.name for invariant in (*INVARIANTS, DOCUMENTED))


def test_documents_and_words_are_those_of_a_rebuild_after_a_load_row_by_row(pair: Pair) -> None:
    documents: LiteralString = """
        SELECT entity_type, entity_id, locale, title, name_norm, tsv::text, popularity, rating_bucket,
               rank_key, published_at, city_id, norm_version
          FROM search_documents ORDER BY 1, 2, 3"""
    words: LiteralString = "SELECT lexeme, doc_count, trigrams FROM search_lexemes ORDER BY lexeme"

    assert pair.differences(documents) == []
    assert pair.differences(words) == []
    with pair.bulk.connect(OWNER) as connection:
        left = connection.execute("SELECT count(*) FROM outbox WHERE topic = 'search'").fetchone()
    assert left == (0,)


def test_a_bulk_holds_every_kind_of_row(pair: Pair) -> None:
    with pair.bulk.connect(OWNER) as connection:
        states = connection.execute(
            "SELECT entity_type::text, array_agg(DISTINCT state::text ORDER BY state::text) FROM entities"
            " WHERE state <> 'deleted' GROUP BY 1"
        ).fetchall()
        counters = connection.execute(
            "SELECT min(review_count), max(follower_count), max(save_count) FROM salons WHERE id > 100"
        ).fetchone()
        cities = connection.execute("SELECT sum(salon_count), sum(review_count) FROM city_stats").fetchone()

    kinds = dict(states)
    assert kinds["BLOG_POST"] == ["hidden", "public", "retired", "unlisted"]
    assert kinds["SALON"] == kinds["REVIEW"] == kinds["COMMENT"] == ["hidden", "public"]
    assert counters == (2, 1, 1)
    assert cities is not None
    assert cities[0] > FEW.salons
    assert cities[1] > FEW.salons


def test_the_schema_is_as_the_history_says_after_a_bulk_load(pair: Pair) -> None:
    assert verify(project(), pair.bulk.url(OWNER)).migration is not None
    with pair.bulk.connect(OWNER) as connection:
        assert connection.execute(_TRIGGERS_OFF).fetchall() == []


def test_a_trigger_that_was_left_off_would_be_found(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(OWNER) as connection:
        connection.execute("ALTER TABLE salons DISABLE TRIGGER USER")

    with pytest.raises(DigestMismatchError):
        verify(project(), sevra_db.url(OWNER))


_TRIGGERS_OFF: LiteralString = "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgenabled <> 'O'"


def test_the_tables_are_vacuumed_and_known_to_the_planner(pair: Pair) -> None:
    with pair.bulk.connect(OWNER) as connection:
        unseen = connection.execute(
            "SELECT relname, relallvisible, relpages, reltuples FROM pg_class"
            " WHERE oid = ANY ('{salons,posts,reviews,url_paths}'::regclass[])"
            "   AND (relallvisible = 0 OR reltuples <= 0)"
        ).fetchall()

    assert unseen == []


def test_triggers_work_again_and_ids_go_on_after_a_bulk_load(pair: Pair) -> None:
    with pair.bulk.connect() as connection:
        row = connection.execute(
            "INSERT INTO salons (name, slug, city_id) VALUES ('نو', 'brand-new', 1) RETURNING id"
        ).fetchone()
        assert row is not None
        path = connection.execute(
            "SELECT path, kind::text FROM url_paths WHERE entity_type = 'SALON' AND entity_id = %s", row
        ).fetchall()
        connection.rollback()

    assert row[0] == BASE.salons + BASE.deleted_salons + FEW.salons + 1
    assert path == [("/atlas/salon/brand-new", "current")]


def test_parts_say_their_rows_and_their_rate(pair: Pair) -> None:
    parts = {part.name: part for part in pair.timings.parts}

    assert parts["salons"].rows == FEW.salons
    assert parts["reviews"].rows == FEW.salons * FEW.reviews_per_salon + FEW.artists
    assert parts["salons"].rate > 0
    assert {"base", "entities", "url_paths", "slug_history", "search documents", "vacuum", "checks"} <= set(
        parts
    )


def test_a_second_load_is_refused_and_changes_nothing(pair: Pair, tmp_path: Path) -> None:
    with pair.bulk.connect(OWNER) as connection:
        with pytest.raises(DemoDataPresentError):
            load_rows(connection, media_dir=tmp_path, amounts=FEW, timings=Timings(_silent))
        connection.commit()

        assert connection.execute(_TRIGGERS_OFF).fetchall() == []
        assert broken(connection) == []


def _stops_at(part: str) -> Callable[[str, int, int], None]:
    def progress(step: str, done: int, _total: int) -> None:
        if step.startswith(part) and done > 0:
            raise StoppedError

    return progress


@pytest.mark.parametrize("part", ["salons", "posts", "entities", "url_paths", "city_stats"])
def test_a_load_that_fails_leaves_no_row_and_no_trigger_off_even_when_its_caller_commits(
    sevra_db: SevraDatabase, tmp_path: Path, part: str
) -> None:
    with sevra_db.connect(OWNER) as connection:
        with pytest.raises(StoppedError):
            load_rows(connection, media_dir=tmp_path, amounts=FEW, timings=Timings(_stops_at(part)))
        connection.commit()

        assert connection.execute("SELECT count(*) FROM entities").fetchone() == (0,)
        assert connection.execute(_TRIGGERS_OFF).fetchall() == []
    assert verify(project(), sevra_db.url(OWNER)).migration is not None


class _Step:
    """A step of the command line that ends a load at one of its parts."""

    def __init__(self, part: str) -> None:
        self.progress = _stops_at(part)

    def result(self, text: str) -> None:
        pass


def test_a_load_that_ends_after_its_rows_is_refused_by_the_next_one(
    sevra_db: SevraDatabase, tmp_path: Path
) -> None:
    with pytest.raises(StoppedError):
        load_bulk(sevra_db.admin_url, tmp_path, FEW, _Step("vacuum"))

    with pytest.raises(UnfinishedLoadError) as refusal:
        load_bulk(sevra_db.admin_url, tmp_path, FEW, _Step("nothing"))

    assert "drop the database" in refusal.value.hint


def test_a_finished_load_refuses_the_next_one_as_any_directory_does(
    sevra_db: SevraDatabase, tmp_path: Path
) -> None:
    loaded = load_bulk(sevra_db.admin_url, tmp_path, FEW, _Step("nothing"))

    with pytest.raises(DemoDataPresentError):
        load_bulk(sevra_db.admin_url, tmp_path, FEW, _Step("nothing"))

    assert loaded.counts.salons == BASE.salons + FEW.salons
    assert [outcome.broken for outcome in loaded.checks] == [()] * (len(INVARIANTS) + 1)


def test_one_ground_gives_one_content(pair: Pair) -> None:
    with pair.bulk.connect(OWNER) as connection, connection.cursor() as cursor:
        ground = ground_of(cursor, BASE, SEED)
    for bulk in bulks(ground, FEW):
        lines = list(bulk.lines())

        assert lines == list(bulk.lines())
        _require_clean(bulk, lines)


def _require_clean(bulk: Bulk, lines: list[str]) -> None:
    for line in lines:
        assert line.count("\t") == len(bulk.columns) - 1
        assert line.endswith("\n")
        assert "\\" not in line.replace("\\N", "")
        assert line.count("\n") == 1


@pytest.mark.parametrize(
    ("scale", "posts", "reviews", "wanted"),
    [
        (20, None, None, Amounts(40_000, 60_000, 6_000, 10)),
        (500, 1_000_000, 2, Amounts(1_000_000, 200_000, 1_000_000, 2)),
        (20, 0, 0, Amounts(40_000, 60_000, 0, 0)),
    ],
)
def test_a_scale_says_how_many_rows_there_are(
    scale: int, posts: int | None, reviews: int | None, wanted: Amounts
) -> None:
    assert Amounts.of(scale, posts, reviews) == wanted


def test_no_amount_of_reviews_lets_one_person_write_twice_about_a_salon() -> None:
    for scale in (20, 500):
        for each in (0, 1, 2, 10, 200):
            assert Amounts.of(scale, reviews_per_salon=each).reviewers >= each


def test_a_size_many_times_over_has_names_enough_for_its_largest_city() -> None:
    crowded = Size.tiny().times(30, reviews_per_salon=1)

    data = generate(crowded)

    names = [(salon.city_id, salon.name) for salon in data.salons]
    assert len(set(names)) == len(names)
    assert len(data.salons) == crowded.salons + crowded.deleted_salons == 1_804
    assert crowded.reviews == crowded.salons


@pytest.mark.slow
def test_a_small_scale_is_the_standard_demo_many_times_over(
    embedded_db: SevraDatabase, tmp_path: Path
) -> None:
    with embedded_db.connect(OWNER) as connection:
        made = load(connection, media_dir=tmp_path, size=Size.standard().times(2, reviews_per_salon=1))

        assert (made.salons, made.artists, made.reviews) == (4_000, 6_000, 4_000)
        assert broken(connection) == []


@pytest.mark.long
def test_a_million_salons_and_a_million_posts_keep_every_promise(
    embedded_db: SevraDatabase, tmp_path: Path
) -> None:
    amounts = Amounts.of(500, posts=1_000_000, reviews_per_salon=2)

    loaded = load_bulk(embedded_db.admin_url, tmp_path, amounts, _Step("nothing"))

    assert loaded.counts.salons == BASE.salons + 1_000_000
    assert [outcome.broken for outcome in loaded.checks] == [()] * (len(INVARIANTS) + 1)
    assert verify(project(), embedded_db.url(OWNER)).migration is not None
