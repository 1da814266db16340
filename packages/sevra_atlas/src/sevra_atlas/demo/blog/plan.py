"""Which posts there are: subject, angle, who may see them, and when they came out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from sevra_atlas.demo.blog.vocabulary import Angle, Topic, angles, topics
from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.moments import EPOCH
from sevra_atlas.demo.size import Size

_DAYS = 2 * 365
_PUBLIC = ("published", "public")
# Status and visibility of the posts that are not public, in turn.
_HIDDEN = (
    ("draft", "public"),
    ("published", "unlisted"),
    ("archived", "public"),
    ("review", "public"),
    ("published", "private"),
    ("draft", "public"),
    ("published", "unlisted"),
    ("archived", "public"),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A post before it is written; `at` is when it came out, or when its draft was begun."""

    language: str
    topic: Topic
    angle: Angle
    status: str
    visibility: str
    at: datetime

    @property
    def is_public(self) -> bool:
        """Return whether every visitor may find the post."""
        return (self.status, self.visibility) == _PUBLIC

    @property
    def standing(self) -> str:
        """Return the word for who may see it: the visibility of what is published, the status otherwise."""
        return self.visibility if self.status == "published" else self.status


def plan(size: Size, seed: int) -> list[Planned]:
    """Return the posts by date: public ones spread over two years, the others among them.

    Every public post has a pair of subject and angle of its own.
    """
    chance = Chance(seed, "blog/plan")
    english = size.posts // 5
    pairs = [
        *(("fa", *pair) for pair in _pairs("fa", size.posts - english, chance)),
        *(("en", *pair) for pair in _pairs("en", english, chance)),
    ]
    pairs = chance.sample(pairs, len(pairs))
    planned = [
        Planned(*pair, *_PUBLIC, _moment(chance, place, size.posts)) for place, pair in enumerate(pairs)
    ]
    for place, pair in enumerate(chance.sample(pairs, size.hidden_posts)):
        standing = _HIDDEN[place % len(_HIDDEN)]
        planned.append(Planned(*pair, *standing, _moment(chance, chance.below(size.posts), size.posts)))
    return sorted(planned, key=_date)


def _pairs(language: str, count: int, chance: Chance) -> list[tuple[Topic, Angle]]:
    pairs = list(product(topics(language), angles(language)))
    if count > len(pairs):
        raise ValueError(f"there are words for {len(pairs)} posts in {language!r}, not for {count}")
    return chance.sample(pairs, count)


def _moment(chance: Chance, place: int, count: int) -> datetime:
    """Return a moment in the part of the two years that belongs to a place; the last is before the epoch."""
    start = EPOCH - timedelta(days=_DAYS * (count - place) / count)
    return (start + timedelta(days=_DAYS / count * chance.fraction())).replace(microsecond=0)


def _date(planned: Planned) -> datetime:
    return planned.at
