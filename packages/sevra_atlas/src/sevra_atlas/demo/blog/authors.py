"""Bylines of the authors; the last of them write in English."""

from dataclasses import dataclass

from sevra_atlas.demo.blog.rows import AuthorProfile
from sevra_atlas.demo.blog.sentences import written
from sevra_atlas.demo.blog.vocabulary import frames, topics, words_of
from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.moments import OPENED
from sevra_atlas.demo.people import People
from sevra_atlas.demo.rows import Picture

_ENGLISH_SHARE = 4


@dataclass(frozen=True, slots=True)
class Authors:
    """Bylines, and who of them writes in which language."""

    profiles: tuple[AuthorProfile, ...]
    writers: dict[str, tuple[int, ...]]


def make_authors(seed: int, people: People, avatars: tuple[Picture, ...]) -> Authors:
    """Return a byline for every account that writes; one in four writes in English."""
    chance = Chance(seed, "blog/authors")
    persian = len(people.authors) - max(1, len(people.authors) // _ENGLISH_SHARE)
    profiles, writers = [], {"fa": list[int](), "en": list[int]()}
    for place, (user, name) in enumerate(people.authors):
        language = "fa" if place < persian else "en"
        profiles.append(
            AuthorProfile(
                id=user.id,
                display_name=written(name, language),
                bio=_bio(chance, language),
                avatar_id=chance.pick(avatars).id if avatars else None,
                created_at=OPENED,
            )
        )
        writers[language].append(user.id)
    return Authors(tuple(profiles), {language: tuple(ids) for language, ids in writers.items()})


def _bio(chance: Chance, language: str) -> str:
    pattern: str = chance.pick(words_of("authors")[language])
    topic, years = chance.pick(topics(language)).name, chance.pick(frames(language).small)
    return pattern.format(topic=topic, years=years)
