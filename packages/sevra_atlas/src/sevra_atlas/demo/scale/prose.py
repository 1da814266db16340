"""Sentences with their slots filled, made once and then only picked."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from sevra_atlas.demo import words
from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.contacts import persian_digits
from sevra_atlas.demo.review_text import ReviewWriter
from sevra_atlas.demo.scale.ground import Ground

_FILLED = 3_000
_REVIEWS_OF_A_RATING = 1_500


@cache
def sentences() -> dict[str, Any]:
    """Return the sentence parts by their place in a text."""
    text = files("sevra_atlas.demo.scale").joinpath("sentences.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def filled(ground: Ground, part: str) -> tuple[str, ...]:
    """Return sentences of one part with services, towns and occasions of all kinds."""
    chance = Chance(ground.seed, f"scale/{part}")
    services = [word.name_fa for word in words.services()]
    return tuple(
        chance.pick(sentences()[part]).format(
            service=chance.pick(services),
            city=chance.pick(ground.towns).name,
            when=chance.pick(sentences()["when"]),
            number=persian_digits(chance.between(2, 12)),
        )
        for _ in range(_FILLED)
    )


def review_texts(ground: Ground) -> dict[int, tuple[str, ...]]:
    """Return texts of reviews by rating, none twice; a bulk uses each many times."""
    chance = Chance(ground.seed, "scale/review texts")
    writer = ReviewWriter(chance)
    return {
        rating: tuple(
            writer.text(
                kind="salon",
                name="این سالن",
                city=chance.pick(ground.towns).name,
                trade=chance.pick(words.TRADES),
                rating=rating,
            )
            for _ in range(_REVIEWS_OF_A_RATING)
        )
        for rating in range(1, 6)
    }
