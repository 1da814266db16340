"""Texts of reviews, put together from sentence parts that agree with the rating.

Every text has at least `FEWEST_WORDS` different words, and no two texts of one writer are equal.
"""

from collections.abc import Sequence

from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.words import phrases, services

FEWEST_WORDS = 15
_TOPICS = ("punctuality", "price", "cleanliness", "staff", "access")
_PUNCTUATION = "،؛.!؟:«»()"
_POSITIVE, _NEUTRAL, _NEGATIVE = "positive", "neutral", "negative"

# Moods by rating: of the opening, of the result, of each topic (one is drawn), of the closing.
_MOODS: dict[int, tuple[str, str, tuple[str, ...], str]] = {
    5: (_POSITIVE, _POSITIVE, (_POSITIVE,), _POSITIVE),
    4: (_POSITIVE, _POSITIVE, (_POSITIVE, _POSITIVE, _NEUTRAL), _POSITIVE),
    3: (_NEUTRAL, _NEUTRAL, (_POSITIVE, _NEUTRAL, _NEUTRAL, _NEGATIVE), _NEUTRAL),
    2: (_NEGATIVE, _NEUTRAL, (_NEGATIVE, _NEUTRAL, _NEGATIVE), _NEGATIVE),
    1: (_NEGATIVE, _NEGATIVE, (_NEGATIVE,), _NEGATIVE),
}


def distinct_words(text: str) -> int:
    """Return how many different words a text has; a word ends at white space."""
    return len({word.strip(_PUNCTUATION) for word in text.split()} - {""})


class ReviewWriter:
    """Writes reviews and remembers them, so that none is written twice."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._written: set[str] = set()
        self._services = {
            trade: [word.name_fa for word in services() if word.trade == trade]
            for trade in ("women", "men", "nails", "skin", "spa")
        }

    def text(self, *, kind: str, name: str, city: str, trade: str, rating: int) -> str:
        """Return a new review of a `salon` or an `artist` with this name."""
        while True:
            sentences = self._sentences(kind, trade, rating)
            text = " ".join(sentences).format(
                name=name,
                city=city,
                service=self._chance.pick(self._visited_for(sentences[1], trade)),
                **{slot: self._chance.pick(options) for slot, options in phrases()["slots"].items()},
            )
            if text not in self._written and distinct_words(text) >= FEWEST_WORDS:
                self._written.add(text)
                return text

    def title(self, rating: int) -> str | None:
        """Return a headline that agrees with the rating, or None: four in ten have none."""
        if self._chance.happens(0.4):
            return None
        return self._of(phrases()["title"], _MOODS[rating][3])

    def _sentences(self, kind: str, trade: str, rating: int) -> Sequence[str]:
        parts, (opening, result, moods, closing) = phrases(), _MOODS[rating]
        sentences = [self._of(parts["opening"][kind], opening), self._of(parts["result"][trade], result)]
        topics = self._chance.sample(_TOPICS if kind == "salon" else _TOPICS[:4], self._chance.between(1, 3))
        sentences += [self._of(parts[topic], self._chance.pick(moods)) for topic in topics]
        sentences.append(self._of(parts["closing"], closing))
        return [sentence for sentence in sentences if sentence]

    def _visited_for(self, result: str, trade: str) -> Sequence[str]:
        """Return the services that a sentence about the result can be about, within the trade."""
        offered = self._services[trade]
        for word, names in phrases()["visit"].items():
            if word in result:
                return [name for name in offered if name in names] or offered
        return offered

    def _of(self, part: dict[str, list[str]], mood: str) -> str:
        return self._chance.pick(part[mood])
