"""Words, stems, vectors, queries and trigrams, as PostgreSQL makes them in any locale."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgevolve.local import LocalPostgres
from pgevolve.objects import Function, declared
from pgevolve.scratch import with_database
from sevra_atlas.domain.slugs import LETTERS
from sevra_atlas.migrate import MIGRATIONS
from sevra_atlas.schema import metadata

PURE = ("fa_norm_v1", "fa_tokens_v1", "fa_stem_v1", "fa_vector_v1", "fa_query_v1", "trigrams_v1")
DIGESTS = Path(__file__).with_name("versioned_functions.toml")

# Letters of every shape, affixes that join, what parsers of text trip over.
PIECES = [*"آابپتكيیکةههٔ", *"aZé", *"09۳٤", " ", "  ", "\u200c", "\u200d", "ـ", "\u064e", "،", "؛", "«", "»"]
PIECES += [
    " ها",
    "\u200cهای",
    "می ",
    "می\u200c",
    " تر",
    "ترین",
    "'",
    '"',
    "\\",
    "&",
    "|",
    "!",
    ":*",
    "(",
    "<->",
    "\n",
]
PIECES += ["1e5abc", "http://a.b/c", "a@b.ir", "<b>", "ﷺ", "\U0001f484", "x" * 120, "خاکستر", "کتاب"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60
)
AGAIN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def declarations() -> list[str]:
    """Return the statements that make the pure functions of search."""
    return [
        entry.sql
        for entry in declared(metadata)
        if isinstance(entry, Function) and any(f"FUNCTION public.{name}(" in entry.sql for name in PURE)
    ]


@pytest.fixture(scope="module")
def locales(servers: dict[int, LocalPostgres]) -> Iterator[list[psycopg.Connection]]:
    """Return connections to databases with LC_CTYPE C and C.UTF-8 on every server."""
    opened: list[tuple[LocalPostgres, str, psycopg.Connection]] = []
    try:
        for server in servers.values():
            for locale in ("C", "C.UTF-8"):
                name = f"words_{locale.replace('.', '_').replace('-', '_').lower()}"
                with psycopg.connect(server.url(), autocommit=True) as admin:
                    admin.execute(
                        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
                        f" LC_COLLATE 'C' LC_CTYPE '{locale}' LOCALE_PROVIDER libc"
                    )
                connection = psycopg.connect(with_database(server.url(), name), autocommit=True)
                opened.append((server, name, connection))
                connection.execute("SET check_function_bodies = off")
                for statement in declarations():
                    connection.execute(statement)
        yield [connection for _, _, connection in opened]
    finally:
        for server, name, connection in opened:
            connection.close()
            with psycopg.connect(server.url(), autocommit=True) as admin:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def first_bodies(locales: list[psycopg.Connection]) -> None:
    """Make words, stems and vectors in a schema `first` as the migration that brought them did."""
    statements = re.findall(
        r"CREATE FUNCTION public\.fa_(?:tokens|stem|vector)_v1\(.*?\$function\$.*?\$function\$\s*;",
        (MIGRATIONS / "20261125_1638_search_functions" / "up.sql").read_text(),
        re.DOTALL,
    )
    assert len(statements) == 3
    for connection in locales:
        connection.execute("CREATE SCHEMA first")
        for statement in statements:
            connection.execute(re.sub(r"public\.(fa_(?:tokens|stem|vector)_v1)", r"first.\1", statement))


def asked(connection: psycopg.Connection, expression: str, *parameters: object) -> Any:
    row = connection.execute(f"SELECT {expression}", parameters).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("text", ["کتابها", "کتاب\u200cها", "کتاب ها", "كتاب‌ها", "کِتابــها"])
def test_a_plural_is_one_word_and_one_stem_however_it_is_written(
    locales: list[psycopg.Connection], text: str
) -> None:
    for connection in locales:
        assert asked(connection, "fa_tokens_v1(%s)", text) == ["کتابها"]
        assert asked(connection, "fa_vector_v1(%s, 'A')::text", text) == "'کتاب':1 'کتابها':1A"
        assert asked(connection, "fa_query_v1(%s)::text", text) == "'کتاب' | 'کتابها'"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("می روم", ["میروم"]),
        ("نمی‌روم خانه", ["نمیروم", "خانه"]),
        ("بزرگ ترین سالن ها", ["بزرگترین", "سالنها"]),
        ("و ها", ["و", "ها"]),
        ("و ها کتاب ها", ["و", "ها", "کتابها"]),
        ("ها", ["ها"]),
        ("می", ["می"]),
        ("سالن هایشان", ["سالنهایشان"]),
        ("x" * 300, ["x" * 100]),
        ("", []),
        ("،؛!", []),
    ],
)
def test_affixes_that_stand_alone_join_their_word(
    locales: list[psycopg.Connection], text: str, tokens: list[str]
) -> None:
    for connection in locales:
        assert asked(connection, "fa_tokens_v1(%s)", text) == tokens


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("کتابهای", "کتاب"),
        ("سالنهایشان", "سالن"),
        ("بزرگترین", "بزرگ"),
        ("زیباتر", "زیبا"),
        ("دختر", "دختر"),
        ("دخترها", "دختر"),
        ("دفتر", "دفتر"),
        ("بستر", "بستر"),
        ("کبوتر", "کبوتر"),
        ("کبوتری", "کبوتری"),
        ("کبوترها", "کبوتر"),
        ("خاکستری", "خاکستری"),
        ("مشتری", "مشتری"),
        ("آرایشگاه", "آرایشگاه"),
        ("انتها", "انتها"),
        ("بینهایت", "بینهایت"),
        ("تنها", "تنها"),
        ("کتابها کبوتر خاکستر بزرگتر", "کتاب کبوتر خاکستر بزرگ"),
    ],
)
def test_a_stem_leaves_three_letters_and_spares_words_that_only_end_like_a_suffix(
    locales: list[psycopg.Connection], word: str, stem: str
) -> None:
    for connection in locales:
        assert asked(connection, "fa_stem_v1(%s)", word) == stem


@AGAIN
@given(text=TEXTS)
def test_the_lexemes_of_normalised_text_do_not_depend_on_the_database_locale(
    locales: list[psycopg.Connection], text: str
) -> None:
    made = [
        locale.execute(
            "SELECT fa_tokens_v1(%(t)s), fa_vector_v1(%(t)s, 'B')::text, fa_query_v1(%(t)s)::text,"
            " trigrams_v1(%(t)s)",
            {"t": text},
        ).fetchone()
        for locale in locales
    ]

    assert made == [made[0]] * len(made)


@AGAIN
@given(text=TEXTS)
def test_no_text_raises_and_a_text_is_found_by_its_own_words(
    locales: list[psycopg.Connection], text: str
) -> None:
    row = (
        locales[0]
        .execute(
            "SELECT fa_tokens_v1(%(t)s), fa_vector_v1(%(t)s, 'D') @@ fa_query_v1(%(t)s),"
            " numnode(fa_query_v1(%(t)s))",
            {"t": text},
        )
        .fetchone()
    )

    assert row is not None
    tokens, found, nodes = row
    assert found is bool(tokens)
    assert (nodes > 0) is bool(tokens)
    assert all(set(token) <= set("abcdefghijklmnopqrstuvwxyz0123456789" + LETTERS) for token in tokens)


# Letters that need nothing rare to be folded, and the ends and beginnings of words.
COMMON = [
    *"آئأؤءبکی",
    "a",
    "Z",
    "۳",
    "0",
    " ",
    " ",
    "  ",
    "\u200c",
    "\u064b",
    "\u0654",
    "،",
    "“",
    "…",
    "~",
    "\n",
]
COMMON += [
    " ها",
    "ها ",
    "هایمان ",
    "تر ",
    "ترین",
    "می ",
    "نمی ",
    "خاکستر",
    "بینهایت ",
    "انتهایی ",
    "کتاب",
    "x" * 60,
]


@settings(AGAIN, max_examples=400)
@given(text=TEXTS | st.lists(st.sampled_from(COMMON), max_size=40).map("".join))
def test_a_quicker_body_gives_what_the_first_one_gave(
    locales: list[psycopg.Connection], first_bodies: None, text: str
) -> None:
    for connection in locales:
        row = connection.execute(
            "SELECT first.fa_tokens_v1(%(t)s), first.fa_stem_v1(%(t)s), first.fa_vector_v1(%(t)s, 'C')::text,"
            " fa_tokens_v1(%(t)s), fa_stem_v1(%(t)s), fa_vector_v1(%(t)s, 'C')::text",
            {"t": text},
        ).fetchone()

        assert row is not None
        assert row[:3] == row[3:]


def test_neither_the_longest_nor_the_densest_text_raises(locales: list[psycopg.Connection]) -> None:
    three = [a + b + c + "ها" for a in LETTERS for b in LETTERS for c in LETTERS]
    for text in (" ".join(three * 4), "ﷺ" * 100_000, "x" * 500_000, "ﶎ" * 200_000):
        for connection in locales:
            assert asked(connection, "length(fa_vector_v1(%s, 'D'))", text) >= 1
            assert asked(connection, "numnode(fa_query_v1(%s))", text) <= 16 * 4


def test_a_word_in_the_list_of_lexemes_has_its_padded_trigrams(locales: list[psycopg.Connection]) -> None:
    for connection in locales:
        assert asked(connection, "trigrams_v1('رویا')") == ["  ر", " رو", "روی", "ویا", "یا "]
        assert asked(connection, "trigrams_v1('')") == []


def test_the_digest_of_every_versioned_function_is_the_stored_one(
    server: LocalPostgres, sevra_template: str
) -> None:
    with psycopg.connect(with_database(server.url(), sevra_template)) as connection:
        bodies = connection.execute(
            "SELECT proname, prosrc FROM pg_proc"
            r" WHERE pronamespace = 'public'::regnamespace AND proname ~ '_v\d+$'"
        ).fetchall()
    digests = {name: hashlib.sha256(body.encode()).hexdigest() for name, body in bodies}

    assert digests == tomllib.loads(DIGESTS.read_text())
