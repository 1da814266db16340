"""What people type finds what they mean, however they write it."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from databases import SevraDatabase
from factories import make_artist, make_city, make_post, make_salon, make_service
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection
from sqlalchemy import text

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.domain import search_queue, search_vocabulary
from sevra_atlas.reads.search import COMMON_WALK, KINDS, RARE, Found, is_one_edit, search
from sevra_atlas.schema import SalonService
from sevra_atlas.schema.access import APP, MAINTENANCE

WORDS = ["کتاب", "سالن", "رویا", "نیلوفر", "بهار", "آرایشگاه", "مروارید", "ستاره", "شکوفه", "پرنیان"]
AGAIN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


@pytest.fixture(scope="session")
def corpus(server: LocalPostgres, sevra_template: str) -> Iterator[SevraDatabase]:
    """Return a database with a hundred salons, some artists and posts, and their documents."""
    with scratch_database(server.url(), sevra_template) as url:
        db = SevraDatabase(url)
        with db.session() as session:
            city = make_city(session, name_fa="تبریز", slug="tabriz")
            service = make_service(session, name_fa="رنگ موها", slug="colour")
            for number in range(100):
                one, other = WORDS[number // 10], WORDS[number % 10]
                salon = make_salon(
                    session,
                    name=f"{one} {other}",
                    slug=f"s{number}",
                    city_id=city.id if number % 2 else None,
                    summary="کتاب‌های زیبا" if number % 3 == 0 else None,
                )
                if number % 7 == 0:
                    session.add(SalonService(salon_id=salon.id, service_id=service.id))
            make_artist(session, full_name="مریم کوهستانی", slug="maryam")
            make_post(session, title="راهنمای ناخن", slug="nails", content="<p>ناخن‌های بلند</p>")
        refresh(db)
        yield db


def refresh(db: SevraDatabase) -> None:
    with db.connect(MAINTENANCE, autocommit=True) as worker:
        search_queue.drain(worker)
        with worker.transaction():
            search_vocabulary.refresh(worker)


def looked_for(db: SevraDatabase, *queries: str, **options: Any) -> list[Found]:
    """Return what the application finds for each text, on one connection."""

    async def ask() -> list[Found]:
        connection = await AsyncConnection.connect(db.url(APP), autocommit=True)
        async with connection:
            return [await search(connection, q, **options) for q in queries]

    return asyncio.run(ask())


def salons(db: SevraDatabase, q: str) -> tuple[int, ...]:
    return looked_for(db, q, limit=500)[0].ids["SALON"]


@pytest.mark.parametrize(
    "variants",
    [
        ("کتاب‌ها", "کتابها", "کتاب ها", "كتابها", "کِتاب‌هــا"),
        ("آرایشگاه", "ارایشگاه", "آرايشگاة"),
        ("رنگ موها", "رنگ مو‌ها", "رنگ مو ها"),
        ("نیلوفر", "نيلوفر", "نیلوفر،"),
    ],
)
def test_spellings_of_the_same_words_return_the_same_list_in_the_same_order(
    corpus: SevraDatabase, variants: tuple[str, ...]
) -> None:
    first, *others = looked_for(corpus, *variants, limit=500)

    assert first.total > 0
    assert [found.ids for found in others] == [first.ids] * len(others)


@AGAIN
@given(words=st.lists(st.sampled_from([*WORDS, "کتاب‌های", "زیبا", "تبریز"]), min_size=2, max_size=4))
def test_adding_a_word_never_adds_a_result(corpus: SevraDatabase, words: list[str]) -> None:
    shorter, longer = looked_for(corpus, " ".join(words[:-1]), " ".join(words), limit=500)

    if longer.corrected is None and shorter.corrected is None:
        assert {*longer.ids["SALON"]} <= {*shorter.ids["SALON"]}


@AGAIN
@given(word=st.sampled_from(WORDS), length=st.integers(3, 7))
def test_a_prefix_returns_a_superset_of_the_longer_prefix(
    corpus: SevraDatabase, word: str, length: int
) -> None:
    shorter, longer = looked_for(corpus, word[:length], word[: length + 1], limit=500)

    assert {*longer.ids["SALON"]} <= {*shorter.ids["SALON"]}
    assert longer.total > 0


@AGAIN
@given(place=st.integers(0, 9), letter=st.sampled_from("ابپتسشمنوه"), word=st.sampled_from(WORDS[2:]))
def test_a_name_with_one_edited_letter_is_found_in_the_first_ten_results(
    corpus: SevraDatabase, place: int, letter: str, word: str
) -> None:
    place %= len(word)
    mistyped = word[:place] + letter + word[place + 1 :]

    found = looked_for(corpus, f"{mistyped} {word}", limit=10)[0]

    with corpus.connect(APP) as connection:
        names = {
            name
            for (name,) in connection.execute(
                "SELECT name FROM live.salons WHERE id = ANY(%s)", (list(found.ids["SALON"]),)
            )
        }
    assert f"{word} {word}" in names


@AGAIN
@given(q=st.text(max_size=60) | st.text("'\"\\&|!():*<->%_ \u200c\x00ا", max_size=40))
@example("''' | !(:*")
@example("\ud800")
@example("،" * 10_000)
@example(" ".join(["واژه"] * 40))
def test_no_query_text_raises_an_error(corpus: SevraDatabase, q: str) -> None:
    looked_for(corpus, q)


def test_both_plans_return_the_same_first_page(corpus: SevraDatabase) -> None:
    async def ask(query: str) -> list[list[int]]:
        connection = await AsyncConnection.connect(corpus.url(APP), autocommit=True)
        asked = {"query": query, "norm": "سالن", "limit": 20}
        async with connection:
            return [
                [row.id for kind in KINDS for row in await plan[kind].all(connection, asked)]
                for plan in (RARE, COMMON_WALK)
            ]

    for query in ("'سالن'", "'کتاب'", "'کتاب' & 'رویا'", "'مریم'", "'ناخن':*", "'تبریز'"):
        rare, walked = asyncio.run(ask(query))
        assert rare
        assert rare == walked


@pytest.fixture(scope="session")
def many(server: LocalPostgres, sevra_template: str) -> Iterator[SevraDatabase]:
    """Return a database with 20,000 documents; half hold one word, each of the others stands in few."""
    with scratch_database(server.url(), sevra_template) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            # Without triggers and foreign keys: only the documents and their indexes matter.
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "INSERT INTO public.search_documents"
                " (entity_type, entity_id, title, name_norm, tsv, popularity)"
                " SELECT CASE WHEN n % 4 = 0 THEN 'ARTIST' ELSE 'SALON' END::entity_type, n, 'w', 'w',"
                "        ('w' || n % 5000 || ':1A'"
                "         || CASE WHEN n % 2 = 0 THEN ' often:2B' ELSE '' END)::tsvector,"
                "        n % 100"
                "   FROM generate_series(1, 20000) n"
            )
            connection.execute("VACUUM (ANALYZE) public.search_documents")
        yield SevraDatabase(url)


@pytest.mark.parametrize(
    ("plans", "query", "index"),
    [
        (RARE, "'w17'", "search_documents_tsv_idx"),
        (COMMON_WALK, "'often'", "search_documents_locale_entity_type_rank_key_idx"),
    ],
)
def test_rare_words_are_looked_up_in_their_index_and_common_ones_in_the_order_of_the_rank(
    many: SevraDatabase, plans: dict[str, Any], query: str, index: str
) -> None:
    sql = plans["SALON"].sql.decode()
    given = {
        "query": f"'{query.replace(chr(39), chr(39) * 2)}'",
        "norm": "'w'",
        "limit": "20",
    }
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
    numbered = re.sub(r"%\((\w+)\)s", lambda match: f"${names.index(match[1]) + 1}", sql)
    with many.connect(APP, autocommit=True) as connection:
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.execute(f"PREPARE hot AS {numbered}".encode())
        call = f"EXPLAIN (ANALYZE, COSTS OFF) EXECUTE hot ({', '.join(given[name] for name in names)})"
        plan = "\n".join(line for (line,) in connection.execute(call.encode()).fetchall())

    assert index in plan
    assert "Seq Scan on search_documents" not in plan


def test_the_name_as_typed_stands_first_and_a_city_narrows(corpus: SevraDatabase) -> None:
    ids = looked_for(corpus, "رویا رویا")[0].ids["SALON"]
    with corpus.connect(APP) as connection:
        (name,) = connection.execute("SELECT name FROM live.salons WHERE id = %s", (ids[0],)).fetchone()
        (city,) = connection.execute("SELECT id FROM live.cities WHERE slug = 'tabriz'").fetchone()
    inside, nowhere = (looked_for(corpus, "رویا", cities=cities, limit=500)[0] for cities in ([city], []))

    assert name == "رویا رویا"
    assert 0 < inside.total < looked_for(corpus, "رویا", limit=500)[0].total
    assert nowhere.total == 0


def test_a_text_without_words_finds_nothing_and_words_after_the_sixteenth_are_counted(
    corpus: SevraDatabase,
) -> None:
    empty, long = looked_for(corpus, "!؟", " ".join(["سالن"] * 20))

    assert (empty.words, empty.total) == ((), 0)
    assert long.dropped_words == 4
    assert long.total > 0


def test_a_correction_is_named_and_does_not_replace_what_has_hits(corpus: SevraDatabase) -> None:
    wrong, right = looked_for(corpus, "نیلوفز", "نیلوفر")

    assert (wrong.corrected, wrong.ids) == ("نیلوفر", right.ids)
    assert right.corrected is None


def test_a_deleted_salon_is_in_no_result_and_comes_back_when_it_is_restored(corpus: SevraDatabase) -> None:
    before = salons(corpus, "پرنیان پرنیان")
    with corpus.session(APP) as session:
        session.execute(text("DELETE FROM salons WHERE id = :id"), {"id": before[0]})

    assert before[0] not in salons(corpus, "پرنیان پرنیان")
    with corpus.connect(MAINTENANCE, autocommit=True) as worker:
        worker.execute("SELECT public.restore_batch(max(id)) FROM public.deletion_batches")
    refresh(corpus)
    assert salons(corpus, "پرنیان پرنیان") == before


@pytest.mark.parametrize(
    ("word", "other", "is_one"),
    [
        ("رویا", "رویا", True),
        ("رویا", "رویاا", True),
        ("رویا", "ویا", True),
        ("رویا", "رویه", True),
        ("رویا", "ریوا", True),
        ("رویا", "ریوه", False),
        ("رویا", "رویاها", False),
        ("", "", True),
        ("ا", "", True),
    ],
)
def test_one_edit_is_a_letter_more_less_other_or_swapped(word: str, other: str, *, is_one: bool) -> None:
    assert is_one_edit(word, other) is is_one
