"""What posts are made of: subjects, the ways of looking at them, and frames around their facts."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("fa", "en")
_TOPIC_FILES = {"fa": ("topics_fa_1", "topics_fa_2", "topics_fa_3"), "en": ("topics_en",)}


@dataclass(frozen=True, slots=True)
class Topic:
    """What a post is about; `season` is set where only one fits."""

    key: str
    category: str
    name: str
    pro: str
    items: tuple[str, ...]
    tools: tuple[str, ...]
    risks: tuple[str, ...]
    signs: tuple[str, ...]
    tips: tuple[str, ...]
    facts: tuple[str, ...]
    season: str | None = None


@dataclass(frozen=True, slots=True)
class Angle:
    """How a post looks at its subject; the slots of `fixed` keep one value through a post."""

    key: str
    title: str
    headings: tuple[str, ...]
    openings: tuple[str, ...]
    bodies: tuple[str, ...]
    closings: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    title_of_season: str | None = None

    def title_for(self, topic: Topic) -> str:
        """Return the headline with slots; a subject of one season does not name it twice."""
        return self.title_of_season if topic.season and self.title_of_season else self.title


@dataclass(frozen=True, slots=True)
class Frames:
    """Sentences around facts and tips, and the words that slots are filled with."""

    seasons: tuple[str, ...]
    small: tuple[str, ...]
    large: tuple[str, ...]
    facts: tuple[str, ...]
    tip_leads: tuple[str, ...]
    quotes: tuple[str, ...]
    city_links: tuple[str, ...]
    salon_links: tuple[str, ...]
    post_links: tuple[str, ...]
    city_label: str
    captions: tuple[str, ...]
    table_leads: tuple[str, ...]
    table_heads: tuple[str, ...]


@cache
def words_of(name: str) -> dict[str, Any]:
    """Return one table of words of the blog."""
    return tomllib.loads(
        files("sevra_atlas.demo.words").joinpath("blog", f"{name}.toml").read_text(encoding="utf-8")
    )


@cache
def topics(language: str) -> tuple[Topic, ...]:
    """Return the subjects of the posts in one language."""
    return tuple(Topic(**_frozen(row)) for name in _TOPIC_FILES[language] for row in words_of(name)["topic"])


@cache
def angles(language: str) -> tuple[Angle, ...]:
    """Return the ways in which posts of one language look at a subject."""
    return tuple(Angle(**_frozen(row)) for row in words_of(f"angles_{language}")["angle"])


@cache
def frames(language: str) -> Frames:
    """Return the sentences and words that all posts of one language share."""
    return Frames(**_frozen(words_of(f"frames_{language}")))


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
