"""The search through the API."""

from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from web_client import WebClient
from web_fixtures import Directory

from sevra_atlas.domain import search_queue, search_vocabulary


@pytest.fixture
def filled(own_directory: Directory, own_web: WebClient) -> WebClient:
    """Return the application over two salons, an artist and a post with their documents."""
    own_directory.change(
        "INSERT INTO provinces (name_fa, slug) VALUES ('البرز', 'alborz')",
        "INSERT INTO cities (province_id, name_fa, slug) SELECT id, 'کرج', 'karaj' FROM provinces",
        "INSERT INTO salons (name, slug, city_id, summary)"
        " SELECT 'سالن <رویا>', 'roya', id, 'نزدیک باغ' FROM cities",
        "INSERT INTO salons (name, slug) VALUES ('سالن نیلوفر', 'niloofar')",
        "INSERT INTO artists (full_name, slug) VALUES ('رویا رضایی', 'roya')",
        "INSERT INTO posts (title, slug, content, status)"
        " VALUES ('رویای مو', 'dream', '<p>مو</p>', 'published')",
    )
    with psycopg.connect(own_directory.url("sevra_owner"), autocommit=True) as connection:
        search_queue.drain(connection)
        with connection.transaction():
            search_vocabulary.refresh(connection)
    return own_web


def asked(web: WebClient, q: str, more: str = "") -> dict[str, Any]:
    answer = web.get(f"/api/v1/search?q={quote(q)}{more}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(data: dict[str, Any]) -> list[str]:
    titled = [*data["salons"], *data["artists"], *data["posts"]]
    return [row.get("name") or row.get("fullName") or row["title"] for row in titled]


def test_a_word_finds_salons_artists_and_posts_with_escaped_highlights(filled: WebClient) -> None:
    data = asked(filled, "رویا")["data"]

    assert names(data) == ["سالن <رویا>", "رویا رضایی", "رویای مو"]
    assert data["posts"][0]["publishedAt"].endswith("Z")
    assert data["correctedQuery"] is None
    (salon,) = [mark for mark in data["highlights"] if mark["type"] == "salon"]
    assert salon["field"] == "name"
    assert salon["spans"] == [[6, 10]]
    assert salon["fragments"] == ["سالن &lt;<mark>رویا</mark>&gt;"]


def test_type_and_city_narrow_and_an_unknown_city_is_an_empty_list(filled: WebClient) -> None:
    assert names(asked(filled, "رویا", "&type=artist")["data"]) == ["رویا رضایی"]
    assert names(asked(filled, "سالن", "&city=karaj")["data"]) == ["سالن <رویا>"]
    assert names(asked(filled, "سالن", "&city=nowhere")["data"]) == []
    assert len(asked(filled, "سالن", "&limit=1")["data"]["salons"]) == 1


def test_a_mistyped_word_is_corrected_and_the_correction_named(filled: WebClient) -> None:
    data = asked(filled, "نیلوفز")["data"]

    assert data["correctedQuery"] == "نیلوفر"
    assert names(data) == ["سالن نیلوفر"]


def test_a_text_without_words_says_so(filled: WebClient) -> None:
    answer = asked(filled, "!؟")

    assert names(answer["data"]) == []
    assert answer["meta"]["reason"] == "EMPTY_QUERY"
    assert asked(filled, "رویا " * 20)["meta"]["droppedWords"] == 4


@pytest.mark.parametrize(
    "query", ["", "q=", f"q={'a' * 201}", "q=a&type=city", "q=a&limit=0", "q=a&limit=51", "q=a&q=b"]
)
def test_wrong_parameters_are_refused(filled: WebClient, query: str) -> None:
    answer = filled.get(f"/api/v1/search?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"


def test_the_page_shows_the_results_is_not_indexed_and_asks_when_nothing_was_typed(filled: WebClient) -> None:
    found = filled.get(f"/search?q={quote('رويا')}")
    empty = filled.get("/search")
    nothing = filled.get("/search?q=%22%3E%3Cscript%3E")

    assert (found.status_code, empty.status_code, nothing.status_code) == (200, 200, 200)
    assert "سالن &lt;رویا&gt;" in found.text
    assert 'href="/blog/post/dream"' in found.text
    for page in (found, empty, nothing):
        assert '<meta name="robots" content="noindex, follow">' in page.text
        assert 'name="q"' in page.text
    assert "<script>" not in nothing.text
    assert "پیدا نشد" in nothing.text
