"""What files the posts: categories in two levels, tags and series; one of each will be deleted."""

from dataclasses import dataclass
from typing import Any

from sevra_atlas.demo.addresses import Addresses, persian_slug
from sevra_atlas.demo.blog.rows import Category, Series, Tag
from sevra_atlas.demo.blog.vocabulary import LANGUAGES, Angle, Topic, topics, words_of
from sevra_atlas.demo.listings import History
from sevra_atlas.demo.marker import marked, marker
from sevra_atlas.demo.moments import OPENED
from sevra_atlas.demo.rows import Deletion, Rename

_RENAMED_TAGS = 3


@dataclass(frozen=True, slots=True)
class Shelves:
    """Categories, tags and series, and which of them a post belongs to."""

    categories: tuple[Category, ...]
    tags: tuple[Tag, ...]
    series: tuple[Series, ...]
    renames: tuple[Rename, ...]
    deletions: tuple[Deletion, ...]
    of_topics: dict[tuple[str, str], int]
    of_angles: dict[tuple[str, str], int]
    of_roots: dict[tuple[str, str], int]
    of_cities: dict[str, int]

    def category(self, language: str, topic: Topic) -> int:
        """Return the id of the category of a subject."""
        return self.of_topics[language, topic.key]

    def series_of(self, language: str, topic: Topic, angle: Angle) -> int | None:
        """Return the id of the series that a post belongs to: that of its angle, else that of its subject."""
        rows = words_of("shelves")["series"]
        for field, key in (("angle", angle.key), ("topic", topic.key)):
            for number, row in enumerate(rows, 1):
                if row["language"] == language and row.get(field) == key:
                    return number
        return None


def make_shelves(cities: tuple[str, ...]) -> Shelves:
    """Return what files posts; tags stand for angles, for groups of subjects, and for these cities."""
    words = words_of("shelves")
    categories, of_topics = _categories(words)
    maker = _TagMaker()
    of_angles = {
        (language, key): maker.add(name)
        for language in LANGUAGES
        for key, name in words["tags"][language].items()
    }
    of_roots = {("fa", key): maker.add(name) for key, (name, _) in words["roots"].items() if key != "english"}
    of_roots |= {("en", key): maker.add(name.lower()) for key, name in words["english"].items()}
    of_cities = {name: maker.add(name) for name in cities}
    series = tuple(_series(number, row) for number, row in enumerate(words["series"], 1))
    category, tag, one = len(categories) + 1, len(maker.tags) + 1, len(series) + 1
    return Shelves(
        categories=(*categories, _doomed_category(category)),
        tags=(*maker.tags, _doomed_tag(tag), _doomed_tag(tag + 1)),
        series=(*series, _doomed_series(one)),
        renames=tuple(maker.history.renames),
        deletions=(
            Deletion("categories", category, "دستهٔ تکراری"),
            Deletion("tags", tag, "برچسب بی‌استفاده"),
            Deletion("tags", tag + 1, "برچسب تکراری"),
            Deletion("series", one, "مجموعهٔ نیمه‌کاره"),
        ),
        of_topics=of_topics,
        of_angles=of_angles,
        of_roots=of_roots,
        of_cities=of_cities,
    )


def _categories(words: dict[str, Any]) -> tuple[list[Category], dict[tuple[str, str], int]]:
    """Return shelves and, in them, one for each subject; English subjects stand together by group."""
    addresses, rows = Addresses(), list[Category]()

    def add(name: str, parent: int | None, description: str) -> int:
        row = len(rows) + 1
        slug = addresses.claim(persian_slug(name).lower(), f"{persian_slug(name).lower()}-2")
        rows.append(Category(row, name, slug, parent, description, row, OPENED))
        return row

    roots = {key: add(name, None, text) for key, (name, text) in words["roots"].items()}
    groups = {
        key: add(name, roots["english"], f"Articles filed under {name.lower()}.")
        for key, name in words["english"].items()
    }
    of_topics = {("en", topic.key): groups[topic.category] for topic in topics("en")}
    for topic in topics("fa"):
        text = f"همهٔ نوشته‌های ما دربارهٔ {topic.name}."
        of_topics["fa", topic.key] = add(topic.name, roots[topic.category], text)
    return rows, of_topics


class _TagMaker:
    """Makes tags; the first had an older address."""

    def __init__(self) -> None:
        self._addresses = Addresses()
        self.history = History("tags", self._addresses, _RENAMED_TAGS)
        self.tags: list[Tag] = []

    def add(self, name: str) -> int:
        """Add a tag and return its id."""
        row, slug = len(self.tags) + 1, self._addresses.claim(persian_slug(name))
        slug = self.history.oldest(row, slug, (persian_slug(f"برچسب {name}"),))
        self.tags.append(Tag(row, name, slug, "", OPENED))
        return row


def _series(number: int, row: dict[str, str]) -> Series:
    order = "by_date" if "angle" in row else "manual"
    return Series(number, row["title"], row["slug"], row["description"], order, OPENED)


def _doomed_category(row: int) -> Category:
    return Category(
        row,
        marked("categories", row, "name"),
        marker("categories", row, "slug"),
        None,
        marked("categories", row, "description"),
        row,
        OPENED,
    )


def _doomed_tag(row: int) -> Tag:
    name, description = marked("tags", row, "name"), marked("tags", row, "description")
    return Tag(row, name, marker("tags", row, "slug"), description, OPENED)


def _doomed_series(row: int) -> Series:
    title, description = marked("series", row, "title"), marked("series", row, "description")
    return Series(row, title, marker("series", row, "slug"), description, "manual", OPENED)
