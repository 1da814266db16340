"""Paths and slugs as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevra_atlas.domain.errors import InvalidSlugError
from sevra_atlas.domain.slug_rules import normalized_slug, slug_from_name
from sevra_atlas.domain.slugs import (
    canon_path_v1,
    decode_path,
    encode_path,
    path_key,
    path_prefixes,
    slug_key_v1,
)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("//Atlas/Salon/B/", "/atlas/salon/b"),
        ("/atlas/salon/سالن زيبايي كرج", "/atlas/salon/سالن-زیبایی-کرج"),
        ("/atlas/salon/نیم\u200cفاصله", "/atlas/salon/نیم-فاصله"),
        ("/atlas/salon/قُرآن", "/atlas/salon/قران"),
        ("/atlas/salon/۱۲٣", "/atlas/salon/123"),
        ("/café_ünï", "/cafe-uni"),
        ("", "/"),
        ("/", "/"),
    ],
)
def test_variants_of_one_address_have_one_key(typed: str, key: str) -> None:
    assert canon_path_v1(typed) == key


@pytest.mark.parametrize(
    "typed", ["/a/../b", "/a/．．/b", "/.", "/a?b", "/a#b", "/a%b", "/\\evil", "/a\u202eb", "/😀", "x" * 2049]
)
def test_what_cannot_be_a_path_has_no_key(typed: str) -> None:
    assert canon_path_v1(typed) is None


@pytest.mark.parametrize("raw", ["/%ff", "/%c0%af", "/%ed%a0%80", "/%2561", "/%zz", "/a%00b", "/\ud800"])
def test_a_broken_encoding_has_no_key(raw: str) -> None:
    assert path_key(raw) is None


def test_a_path_is_decoded_once() -> None:
    assert decode_path("/%D8%A2%20b") == "/آ b"
    assert path_key("/%D8%A2%20B") == "/ا-b"


def test_there_is_one_way_to_write_a_path() -> None:
    assert encode_path("/atlas/salon/رز و~x_.-") == "/atlas/salon/%D8%B1%D8%B2%20%D9%88~x_.-"


@given(st.text(max_size=60))
def test_an_encoded_path_is_read_back_as_it_was(path: str) -> None:
    assert (
        decode_path(encode_path(path.encode("utf-8", "ignore").decode()))
        == path.encode("utf-8", "ignore").decode()
    )


@given(st.text(max_size=60))
def test_no_string_makes_the_key_function_fail(path: str) -> None:
    key = path_key(path)

    assert key is None or canon_path_v1(key) == key


def test_prefixes_of_a_path_end_in_a_slash_and_the_longest_comes_first() -> None:
    assert path_prefixes("/a/b/c") == ("/a/b/", "/a/")
    assert path_prefixes("/a") == ()
    assert path_prefixes("/") == ()


@pytest.mark.parametrize(
    ("typed", "slug"),
    [(" Rose  Salon ", "Rose-Salon"), ("رز_طلایی", "رز-طلایی"), ("نیم\u200cفاصله", "نیم-فاصله")],
)
def test_a_slug_is_stored_with_single_hyphens(typed: str, slug: str) -> None:
    assert normalized_slug(typed) == slug


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("a/b", "U+002F"), ("a%b", "U+0025"), ("--", "nothing"), ("۱۲۳", "digits"), ("Admin", "route")],
)
def test_a_refused_slug_says_why(typed: str, reason: str) -> None:
    with pytest.raises(InvalidSlugError) as refusal:
        normalized_slug(typed)

    assert reason in str(refusal.value)


def test_a_generated_slug_is_cut_on_a_hyphen() -> None:
    slug = slug_from_name("سالن زیبایی " * 12)

    assert len(slug) <= 80
    assert slug_key_v1(slug) == slug
    assert not slug.endswith("-")
