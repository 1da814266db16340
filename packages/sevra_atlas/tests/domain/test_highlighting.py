"""A highlight marks, in the text as it is written, what the database matched in the folded one."""

import re
import unicodedata
from html import unescape

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pgevolve.local import LocalPostgres
from pgevolve.scratch import with_database
from sevra_atlas.domain.highlighting import FRAGMENT, Highlight, highlight
from sevra_atlas.domain.words import fa_stem_v1, fa_tokens_v1, words_of

PIECES = [
    *"آابپتكيیکةهٔ",
    *"aZé",
    *"09۳٤",
    " ",
    "\u200c",
    "\u200d",
    "ـ",
    "\u064e",
    "\u0301",
    "،",
    "«",
    "<",
    ">",
    "&",
]
PIECES += [
    " ها",
    "\u200cهای",
    "می ",
    "می\u200c",
    " تر",
    "ترین",
    "خاکستر",
    "کتاب",
    "ﷺ",
    "\U0001f484",
    "x" * 120,
]
PIECES += ["انتها", "بینهایت", "نمی "]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    import random

    chance = random.Random(4)
    return ["".join(chance.choices(PIECES, k=chance.randint(0, 30))) for _ in range(4000)]


def test_the_twins_give_the_words_and_stems_that_postgresql_gives(
    server: LocalPostgres, sevra_template: str, texts: list[str]
) -> None:
    with psycopg.connect(with_database(server.url(), sevra_template)) as connection:
        rows = connection.execute(
            "SELECT t, fa_tokens_v1(t), fa_stem_v1(array_to_string(fa_tokens_v1(t), ' '))"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS u (t, place) ORDER BY place",
            (texts,),
        ).fetchall()

    assert [row for row in rows if fa_tokens_v1(row[0]) != row[1]] == []
    assert [row for row in rows if " ".join(map(fa_stem_v1, row[1])) != row[2]] == []


@given(text=TEXTS)
@example("کِتاب\u200cهای «زیبا»")
@example("e\u0301a")
def test_a_highlighted_span_cut_from_the_text_normalises_to_a_query_token(text: str) -> None:
    for word in words_of(text):
        found = highlight(text, [word.text])
        assert found is not None
        for start, end in found.spans:
            cut = fa_tokens_v1(text[start:end])
            assert cut
            # A ligature of several words is marked whole.
            assert any(
                token.startswith(word.text) or fa_stem_v1(token) == fa_stem_v1(word.text) for token in cut
            )


@given(text=TEXTS, words=st.lists(st.sampled_from(["کتاب", "a", "اا", "خاکستر"]), min_size=1, max_size=3))
@example("<b>کتاب</b> & <script>", ["کتاب"])
@example("کتابِ\u0301 نو", ["کتاب"])
def test_a_highlight_never_splits_a_grapheme_and_never_emits_unescaped_markup(
    text: str, words: list[str]
) -> None:
    found = highlight(text, words) or Highlight((), ())

    for start, end in found.spans:
        assert end == len(text) or unicodedata.category(text[end]) not in {"Mn", "Me", "Mc"}
        assert unicodedata.category(text[start]) not in {"Mn", "Me", "Mc"} or start == 0
    assert len(found.fragments) <= 2
    for fragment in found.fragments:
        plain = re.sub("</?mark>", "", fragment)
        assert not re.search("[<>]|&(?!amp;|lt;|gt;|quot;|#x27;)", plain)
        assert unescape(plain) in text
        assert len(unescape(plain)) <= FRAGMENT


def test_plurals_and_vowel_marks_are_marked_as_they_are_written() -> None:
    found = highlight("کِتاب\u200cهای خوب و كتاب", ["کتابها"])

    assert found is not None
    assert found.fragments == ("<mark>کِتاب\u200cهای</mark> خوب و <mark>كتاب</mark>",)


def test_a_text_without_the_words_has_no_highlight() -> None:
    assert highlight("سالن", ["کتاب"]) is None
    assert highlight("سالن", []) is None
