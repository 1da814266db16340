"""The blog of the demo data: enough posts, long enough, none like another, and linked to what exists."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from sevra_atlas.demo import DemoData, Size, generate
from sevra_atlas.demo.blog.rows import Post
from sevra_atlas.demo.blog.text import word_count
from sevra_atlas.demo.moments import EPOCH

# Elements of the text of a post; services 11.3 of the specification.
ALLOWED = {
    *("h2", "h3", "h4", "p", "ul", "ol", "li", "blockquote", "code", "pre", "a", "strong", "em"),
    *("table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "img"),
}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}}
SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+")


@pytest.fixture(scope="module")
def standard() -> DemoData:
    return generate()


@pytest.fixture(scope="module")
def public(standard: DemoData) -> list[Post]:
    dead = {deletion.id for deletion in standard.deletions if deletion.table == "posts"}
    return [
        post
        for post in standard.posts
        if (post.status, post.visibility) == ("published", "public") and post.id not in dead
    ]


class Reader(HTMLParser):
    """Takes HTML apart, and refuses an element that is opened and not closed."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.paragraphs: list[str] = []
        self._open: list[str] = []
        self.feed(content)
        self.close()
        assert self._open == [], content

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "p":
            self.paragraphs.append("")
        if tag != "img":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "p" in self._open:
            self.paragraphs[-1] += data


def is_english(post: Post) -> bool:
    return post.title.isascii()


def test_three_hundred_posts_are_public_and_every_fifth_is_english(public: list[Post]) -> None:
    assert len(public) == 300
    assert sum(map(is_english, public)) == 60


def test_every_post_has_at_least_250_words(standard: DemoData, public: list[Post]) -> None:
    dead = {deletion.id for deletion in standard.deletions if deletion.table == "posts"}

    assert min(word_count(post.content) for post in standard.posts if post.id not in dead) >= 250
    assert all(post.reading_time_sec == round(word_count(post.content) * 0.3) for post in public)


def test_no_two_posts_share_a_title_an_excerpt_or_a_paragraph(standard: DemoData) -> None:
    paragraphs = Counter(text for post in standard.posts for text in Reader(post.content).paragraphs)

    assert len({post.title for post in standard.posts}) == len(standard.posts)
    assert paragraphs.most_common(1)[0][1] == 1
    assert len(paragraphs) > 3_000


def test_most_sentences_come_once(public: list[Post]) -> None:
    sentences = Counter(
        sentence
        for post in public
        for text in Reader(post.content).paragraphs
        for sentence in SENTENCE_END.split(text)
    )

    assert len(sentences) >= 0.85 * sentences.total()


def test_posts_are_made_of_the_elements_that_posts_may_have(standard: DemoData) -> None:
    elements = [element for post in standard.posts for element in Reader(post.content).elements]

    assert {tag for tag, _ in elements} <= ALLOWED
    assert {"h2", "ul", "blockquote", "table", "figure", "a"} <= {tag for tag, _ in elements}
    assert all(set(attributes) <= ATTRIBUTES.get(tag, set()) for tag, attributes in elements)


def test_no_slot_is_left_and_english_sentences_begin_with_a_capital(public: list[Post]) -> None:
    assert [post.id for post in public if re.search(r"[{}]", post.title + post.excerpt + post.content)] == []
    for post in filter(is_english, public):
        for text in Reader(post.content).paragraphs:
            firsts = [sentence.lstrip("“")[0] for sentence in SENTENCE_END.split(text)]
            assert firsts == [first.upper() for first in firsts], text


def test_links_and_pictures_of_posts_lead_to_something_public(standard: DemoData, public: list[Post]) -> None:
    newest = {(rename.table, rename.id): rename.slug for rename in standard.renames}
    dead = {(deletion.table, deletion.id) for deletion in standard.deletions}
    prefixes = {"posts": "/blog/post/", "cities": "/atlas/city/", "salons": "/atlas/salon/"}
    paths = {
        prefix + newest.get((table, row.id), row.slug)
        for table, prefix in prefixes.items()
        for row in getattr(standard, table)
        if (table, row.id) not in dead and getattr(row, "status", "ACTIVE") in {"ACTIVE", "published"}
    }
    shown = {f"/uploads/{picture.storage_key}": picture.id for picture in standard.pictures}
    elements = [(post.id, *element) for post in standard.posts for element in Reader(post.content).elements]

    links = [attributes["href"] for _, tag, attributes in elements if tag == "a"]
    images = {(post, shown[attributes["src"] or ""]) for post, tag, attributes in elements if tag == "img"}

    assert len(links) > 150
    assert set(links) <= paths
    assert images == {(row.post_id, row.media_id) for row in standard.post_media}
    assert not {("media", media) for _, media in images} & dead


def test_posts_came_out_over_two_years_and_ids_follow_the_dates(public: list[Post]) -> None:
    dates = [post.published_at for post in public if post.published_at is not None]

    assert dates == sorted(dates)
    assert (dates[-1] - dates[0]).days > 700
    assert dates[-1] < EPOCH
    assert max(Counter((date.year, date.month) for date in dates).values()) <= 25


def test_categories_stand_in_two_levels_and_every_subject_has_posts(
    standard: DemoData, public: list[Post]
) -> None:
    parents = {row.id: row.parent_id for row in standard.categories}

    assert all(parent is None or parents[parent] is None for parent in parents.values())
    assert Counter(parent is None for parent in parents.values())[False] >= 20
    assert all(parents[post.category_id] is not None for post in public)


def test_series_are_ordered_by_hand_or_by_date(standard: DemoData) -> None:
    for series in standard.series[:-1]:
        members = [post for post in standard.posts if post.series_id == series.id]
        positions = [post.series_position for post in members]

        assert len(members) >= 5, series
        assert len(set(positions)) == len(positions)
        assert (positions == list(range(1, len(members) + 1))) == (series.order_strategy == "by_date"), series


def test_comments_wait_are_spam_or_are_answered_below_the_same_post(standard: DemoData) -> None:
    comments = {comment.id: comment for comment in standard.comments}
    replies = [comment for comment in comments.values() if comment.parent_id is not None]
    published = {post.id: post.published_at for post in standard.posts if post.status == "published"}

    assert {comment.status for comment in comments.values()} == {"approved", "pending", "spam", "removed"}
    assert len(replies) > 200
    for reply in replies:
        assert reply.parent_id is not None
        parent = comments[reply.parent_id]
        assert (parent.post_id, parent.status, parent.parent_id) == (reply.post_id, "approved", None)
        assert parent.created_at <= reply.created_at
    for comment in comments.values():
        opened = published[comment.post_id]
        assert opened is not None
        assert opened <= comment.created_at
    assert len({comment.content for comment in comments.values()}) == len(comments)


def test_more_posts_than_there_are_words_for_are_refused() -> None:
    size = Size.tiny()

    with pytest.raises(ValueError, match="words for 240 posts"):
        generate(type(size)(**{**{name: getattr(size, name) for name in size.__slots__}, "posts": 400}))
