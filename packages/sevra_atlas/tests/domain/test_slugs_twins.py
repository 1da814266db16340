"""The Python functions and the SQL functions of the same names give the same for every string."""

import random
from collections.abc import Iterator

import psycopg
import pytest

from pgevolve.local import LocalPostgres
from pgevolve.objects import Function, declared
from pgevolve.scratch import with_database
from sevra_atlas.domain import slugs
from sevra_atlas.schema import metadata

TWINS = ("is_canonical_path", "canon_path_v1", "slug_key_v1", "fa_norm_v1")
POOL = "aZ09-_/ .~٤۵یيکكآأؤئۀةـ\u200c\u064e\u0654é\u0301%،؛«ڕۆ\uff0e\uff0f\uff3c\\\n\tﷺ"
SINGLES = [f"/a{chr(code)}b" for code in [*range(1, 0xD800), *range(0xE000, 0x11000)]]
CORNERS = [
    "",
    "/",
    "//",
    "//Evil.com/x",
    "/a/../b",
    "/a/．．/b",
    "/..",
    "x" * 2048,
    "x" * 2049,
    "/" + "x" * 2048,
    "ﷺ" * 400,
    "/-a-/-b-",
    "سالن زيبايي كرج",
    "/\\evil.com",
    "/٠۱۲",
    "/a%2fb",
]


def random_texts(seed: int, count: int) -> Iterator[str]:
    chance = random.Random(seed)
    for _ in range(count):
        yield "".join(chance.choice(POOL) for _ in range(chance.randint(0, 20)))


def twin_functions() -> list[str]:
    return [
        entry.sql
        for entry in declared(metadata)
        if isinstance(entry, Function)
        and any(f"CREATE FUNCTION public.{twin}(" in entry.sql for twin in TWINS)
    ]


@pytest.fixture(scope="module")
def corpus() -> list[str]:
    return [*SINGLES, *CORNERS, *random_texts(9, 20_000)]


@pytest.fixture(scope="module")
def expected(corpus: list[str]) -> dict[str, list[object]]:
    """Return what each Python twin gives, in the order of the corpus."""
    return {twin: [getattr(slugs, twin)(text) for text in corpus] for twin in TWINS}


@pytest.fixture(params=["C", "C.UTF-8"])
def twins_connection(request: pytest.FixtureRequest, server: LocalPostgres) -> Iterator[psycopg.Connection]:
    """Return a connection to a database with one LC_CTYPE and nothing but the pure functions."""
    name = f"twins_{request.param.replace('.', '_').replace('-', '_').lower()}"
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
            f" LC_COLLATE 'C' LC_CTYPE '{request.param}' LOCALE_PROVIDER libc"
        )
        try:
            with psycopg.connect(with_database(server.url(), name), autocommit=True) as connection:
                connection.execute("SET check_function_bodies = off")
                for statement in twin_functions():
                    connection.execute(statement)
                yield connection
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_sql_key_equals_the_python_key_on_every_bmp_character_and_on_random_strings(
    twins_connection: psycopg.Connection, corpus: list[str], expected: dict[str, list[object]]
) -> None:
    rows = twins_connection.execute(
        f"SELECT {', '.join(f'public.{twin}(t)' for twin in TWINS)}"
        " FROM unnest(%s::text[]) WITH ORDINALITY u (t, place) ORDER BY place",
        (corpus,),
    ).fetchall()

    ours = list(zip(*(expected[twin] for twin in TWINS), strict=True))

    differing = [pair for pair in zip(corpus, ours, rows, strict=True) if pair[1] != pair[2]]
    assert differing == []


def test_a_key_is_its_own_key(corpus: list[str]) -> None:
    keys = {key for text in corpus if (key := slugs.canon_path_v1(text)) is not None}

    assert len(keys) > 1000
    assert {key for key in keys if slugs.canon_path_v1(key) != key} == set()


def test_the_shape_test_agrees_with_the_fold(corpus: list[str]) -> None:
    disagreeing = [
        text for text in corpus if slugs.is_canonical_path(text) != (slugs.canon_path_v1(text) == text)
    ]

    assert disagreeing == []


def test_every_slug_key_makes_a_canonical_path(corpus: list[str]) -> None:
    paths = [f"/atlas/salon/{key}" for text in corpus if (key := slugs.slug_key_v1(text))]

    assert [path for path in paths if not slugs.is_canonical_path(path)] == []


def test_folded_text_stays_as_it_is(corpus: list[str]) -> None:
    folded = {slugs.fa_norm_v1(text) for text in corpus}

    assert {text for text in folded if slugs.fa_norm_v1(text) != text} == set()
