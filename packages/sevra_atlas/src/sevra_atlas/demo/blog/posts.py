"""Posts as rows: written, filed, linked to one another and to the directory; some renamed, some deleted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sevra_atlas.demo.addresses import Addresses
from sevra_atlas.demo.blog.authors import Authors
from sevra_atlas.demo.blog.links import Directory
from sevra_atlas.demo.blog.plan import Planned, plan
from sevra_atlas.demo.blog.rows import Post, PostMedia, PostTag
from sevra_atlas.demo.blog.shelves import Shelves
from sevra_atlas.demo.blog.text import Extras, Image, Link, PostWriter, Text
from sevra_atlas.demo.blog.vocabulary import LANGUAGES, angles, words_of
from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.listings import History
from sevra_atlas.demo.marker import marked, marker
from sevra_atlas.demo.rows import Deletion, Picture, Rename
from sevra_atlas.demo.size import Size
from sevra_atlas.domain.slug_rules import slug_from_name

_COVERED, _HOT = 0.8, 1 / 15
_QUOTED, _TABLED, _ILLUSTRATED = 0.35, 0.25, 0.4
_LINKED = Weighted(("city", "salon", "post", None), (35, 20, 30, 15))
_REASONS = ("نوشتهٔ تکراری", "به درخواست نویسنده", "اطلاعات کهنه")


@dataclass(slots=True)
class Posts:
    """Posts in the order of their ids, the doomed ones last, and what hangs on them."""

    posts: list[Post] = field(default_factory=list)
    planned: dict[int, Planned] = field(default_factory=dict)
    tags: list[PostTag] = field(default_factory=list)
    media: list[PostMedia] = field(default_factory=list)
    renames: list[Rename] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)

    def public(self) -> Iterator[Post]:
        """Yield the posts that every visitor may find, older ones first."""
        return (post for post in self.posts if post.id in self.planned and self.planned[post.id].is_public)


class PostMaker:
    """Makes posts; no two share a paragraph, a title or an address."""

    def __init__(  # noqa: PLR0913 - a post stands on all of these
        self,
        *,
        size: Size,
        seed: int,
        shelves: Shelves,
        authors: Authors,
        directory: Directory,
        covers: tuple[Picture, ...],
        gallery: tuple[Picture, ...],
    ) -> None:
        self._size, self._seed = size, seed
        self._chance = Chance(seed, "blog/posts")
        self._shelves, self._authors, self._directory = shelves, authors, directory
        self._covers, self._gallery = covers, gallery
        self._writers = {
            language: PostWriter(language, seed, directory.city_names(language)) for language in LANGUAGES
        }
        self._addresses = Addresses()
        self._history = History("posts", self._addresses, size.renamed_posts)
        self._by_date: Counter[int] = Counter()
        self._links: dict[str, list[Link]] = {language: [] for language in LANGUAGES}
        self._made = Posts()

    def make(self) -> Posts:
        """Return all posts."""
        for planned in plan(self._size, self._seed):
            self._add(planned)
        for post in self._chance.sample(list(self._made.public()), self._size.deleted_posts):
            self._add_doomed(post)
        self._made.renames = self._history.renames
        return self._made

    def _add(self, planned: Planned) -> None:
        chance, row = self._chance, len(self._made.posts) + 1
        picture = chance.pick(self._gallery) if self._gallery and chance.happens(_ILLUSTRATED) else None
        text = self._written(planned, picture)
        series, position = self._place(planned)
        newest = self._addresses.claim(*_wanted(row, text.title, planned))
        self._made.posts.append(
            Post(
                id=row,
                title=text.title,
                slug=self._history.oldest(row, newest, (_older(planned),)),
                excerpt=text.excerpt,
                content=text.content,
                is_hot=planned.is_public and chance.happens(_HOT),
                reading_time_sec=text.reading_time_sec,
                status=planned.status,
                visibility=planned.visibility,
                published_at=None if planned.status in {"draft", "review"} else planned.at,
                author_id=chance.pick(self._authors.writers[planned.language]),
                category_id=self._shelves.category(planned.language, planned.topic),
                series_id=series,
                series_position=position,
                cover_media_id=chance.pick(self._covers).id if chance.happens(_COVERED) else None,
                created_at=planned.at - timedelta(hours=chance.between(2, 200)),
            )
        )
        self._made.planned[row] = planned
        self._tag(row, planned, text)
        if picture is not None:
            self._made.media.append(PostMedia(len(self._made.media) + 1, row, picture.id, "in-content", 0))
        if planned.is_public:
            self._links[planned.language].append(Link("post", f"/blog/post/{newest}", text.title))

    def _written(self, planned: Planned, picture: Picture | None) -> Text:
        chance = self._chance
        extras = Extras(
            link=self._link(planned),
            image=None if picture is None else _image(picture),
            has_quote=chance.happens(_QUOTED),
            has_table=chance.happens(_TABLED),
        )
        text = self._writers[planned.language].write(planned.topic, planned.angle, extras)
        if planned.is_public:
            return text
        pattern: str = words_of("authors")["titles"][planned.language][planned.standing]
        return replace(text, title=pattern.format(title=text.title))

    def _link(self, planned: Planned) -> Link | None:
        chance, language = self._chance, planned.language
        older = self._links[language]
        match _LINKED.draw(chance):
            case "city":
                return self._directory.city(language, chance)
            case "salon" if language == "fa":
                return self._directory.salon(planned.topic.category, chance)
            case "post" if older:
                return chance.pick(older)
            case _:
                return None

    def _place(self, planned: Planned) -> tuple[int | None, int | None]:
        """Return series and position: by the order of the angles, or one after the other by date."""
        series = self._shelves.series_of(planned.language, planned.topic, planned.angle)
        if series is None or not planned.is_public:
            return None, None
        if self._shelves.series[series - 1].order_strategy == "manual":
            return series, 1 + angles(planned.language).index(planned.angle)
        self._by_date[series] += 1
        return series, self._by_date[series]

    def _tag(self, row: int, planned: Planned, text: Text) -> None:
        """Tag a post with its angle, its group, and a city it speaks of."""
        shelves, language = self._shelves, planned.language
        tags = [
            shelves.of_angles[language, planned.angle.key],
            shelves.of_roots[language, planned.topic.category],
            *(tag for city, tag in shelves.of_cities.items() if city in text.content),
        ]
        self._made.tags += [PostTag(row, tag, planned.at) for tag in tags[:5]]

    def _add_doomed(self, twin: Post) -> None:
        """Add a post like another one whose every text is marked, and whose end is planned."""
        row = len(self._made.posts) + 1
        self._made.posts.append(
            replace(
                twin,
                id=row,
                title=marked("posts", row, "title"),
                slug=self._addresses.claim(marker("posts", row, "slug")),
                excerpt=marked("posts", row, "excerpt"),
                content=f"<p>{marked('posts', row, 'content')}</p>",
                series_id=None,
                series_position=None,
            )
        )
        category = self._shelves.tags[0].id
        self._made.tags.append(PostTag(row, category, twin.created_at))
        self._made.deletions.append(Deletion("posts", row, self._chance.pick(_REASONS)))


def _wanted(row: int, title: str, planned: Planned) -> tuple[str, str]:
    """Return the slugs a post would like: of three Persian posts one is addressed in Latin letters."""
    latin = f"{planned.topic.key}-{planned.angle.key}"
    if planned.language == "en":
        return slug_from_name(title.lower()), f"{latin}-en"
    persian = slug_from_name(title)
    return (latin, persian) if row % 3 == 0 else (persian, latin)


def _older(planned: Planned) -> str:
    """Return the address that a post had before it was renamed."""
    return f"{planned.at:%Y-%m}-{planned.topic.key}-{planned.angle.key}"


def _image(picture: Picture) -> Image:
    return Image(
        picture.id, f"/uploads/{picture.storage_key}", picture.alt_text, picture.width, picture.height
    )
