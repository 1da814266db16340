"""Writes posts: a subject seen from an angle, in sections, with facts, a list, and now and then more."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sevra_atlas.demo.blog.sentences import Sentences, Setting, capitalised
from sevra_atlas.demo.blog.vocabulary import Angle, Topic, frames
from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.contacts import persian_digits

FEWEST_WORDS = 250
_WORDS_PER_MINUTE, _SHORTEST_READING_SEC = 200, 30
_TAG = re.compile(r"<[^>]+>")
_BODIES_OF_SECTIONS = (3, 2, 3, 2)
# What stands after which section.
_IMAGE_AFTER, _QUOTE_AFTER, _TABLE_AFTER, _LINK_AFTER = range(4)
_FACTS_OF_SECTIONS, _FACTS_BESIDE_A_QUOTE = (2, 1, 2, 1), (2, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Link:
    """A page that a post may lead to: of a `city`, of a `salon` in a city, or of another `post`."""

    kind: str
    path: str
    label: str
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the site that a post may show."""

    media_id: int
    url: str
    alt_text: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Extras:
    """What one post has besides its text."""

    link: Link | None = None
    image: Image | None = None
    has_quote: bool = False
    has_table: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a post; `content` is HTML of the elements that posts may have."""

    title: str
    excerpt: str
    content: str

    @property
    def reading_time_sec(self) -> int:
        """Return the seconds it takes to read the text, at 200 words a minute and at least 30."""
        words = word_count(self.content)
        return max(_SHORTEST_READING_SEC, round(words * 60 / _WORDS_PER_MINUTE))


def word_count(content: str) -> int:
    """Return how many words the text of an HTML fragment has; a word ends at white space or at a tag."""
    return len(_TAG.sub(" ", content).split())


class PostWriter:
    """Writes posts of one language; no two of them share a paragraph."""

    def __init__(self, language: str, seed: int, cities: Sequence[str]) -> None:
        self._chance = Chance(seed, f"blog/text/{language}")
        self._sentences = Sentences(language, self._chance, cities)
        self._frames = frames(language)
        self._language = language
        self._cities = cities
        self._paragraphs: set[str] = set()

    def write(self, topic: Topic, angle: Angle, extras: Extras) -> Text:
        """Return the post of one subject and one angle."""
        setting = self._sentences.setting(topic, angle)
        opening, closing = self._two_of(angle.openings, setting), self._two_of(angle.closings, setting)
        content = "".join(
            (self._paragraph(opening), *self._sections(setting, extras), self._paragraph(closing))
        )
        return Text(self._say(angle.title_for(topic), setting), " ".join(opening), content)

    def _say(self, pattern: str, setting: Setting, **given: str) -> str:
        return self._sentences.say(pattern, setting, **given)

    def _said(self, patterns: Sequence[str], setting: Setting) -> list[str]:
        return [self._say(pattern, setting) for pattern in patterns]

    def _two_of(self, patterns: Sequence[str], setting: Setting) -> list[str]:
        """Return two sentences, and a fact behind them when the pair is already somewhere."""
        pair = self._said(self._chance.sample(patterns, 2), setting)
        if " ".join(pair) not in self._paragraphs:
            return pair
        frame, fact = self._chance.pick(self._frames.facts), self._chance.pick(setting.topic.facts)
        return [*pair, self._fact(frame, fact, setting)]

    def _sections(self, setting: Setting, extras: Extras) -> list[str]:
        chance, angle, topic = self._chance, setting.angle, setting.topic
        bodies = chance.sample(angle.bodies, len(angle.bodies))
        facts = chance.sample(topic.facts, len(topic.facts))
        patterns = chance.sample(self._frames.facts, len(facts))
        quoted = facts.pop() if extras.has_quote else None
        told_in = _FACTS_OF_SECTIONS if quoted is None else _FACTS_BESIDE_A_QUOTE
        with_list = chance.below(len(angle.headings))
        parts = []
        for place, heading in enumerate(angle.headings):
            own = self._said(_take(bodies, _BODIES_OF_SECTIONS[place]), setting)
            told = [self._fact(patterns.pop(), fact, setting) for fact in _take(facts, told_in[place])]
            parts.append(f"<h2>{_text(self._say(heading, setting))}</h2>")
            parts += self._paragraphs_of(own, told)
            if place == with_list:
                parts.append(self._tips(setting))
            if place == _QUOTE_AFTER and quoted is not None:
                parts.append(self._quote(quoted, setting))
            parts += self._extras(place, setting, extras)
        return parts

    def _fact(self, pattern: str, fact: str, setting: Setting) -> str:
        return self._say(pattern, setting, fact=fact)

    def _paragraphs_of(self, own: list[str], told: list[str]) -> list[str]:
        """Return a section's text: sentences of the angle, facts among them, in one paragraph or in two."""
        if len(told) == 1:
            place = self._chance.between(1, len(own))
            return [self._paragraph([*own[:place], *told, *own[place:]])]
        return [self._paragraph([own[0], told[0], own[1]]), self._paragraph([told[1], *own[2:]])]

    def _paragraph(self, sentences: Sequence[str]) -> str:
        text = " ".join(sentences)
        if text in self._paragraphs:
            raise AssertionError(f"the paragraph {text!r} comes twice")
        self._paragraphs.add(text)
        return f"<p>{_text(text)}</p>"

    def _tips(self, setting: Setting) -> str:
        lead = self._say(self._chance.pick(self._frames.tip_leads), setting)
        tips = self._chance.sample(setting.topic.tips, self._chance.between(4, 5))
        items = "".join(f"<li>{_text(capitalised(tip))}</li>" for tip in tips)
        return f"{self._paragraph([lead])}<ul>{items}</ul>"

    def _quote(self, fact: str, setting: Setting) -> str:
        words = self._say(self._chance.pick(self._frames.quotes), setting, fact=fact)
        return f"<blockquote>{self._paragraph([words])}</blockquote>"

    def _extras(self, place: int, setting: Setting, extras: Extras) -> list[str]:
        """Return what follows a section: picture, table and link, each after its own."""
        if place == _IMAGE_AFTER and extras.image is not None:
            return [self._figure(extras.image, setting)]
        if place == _TABLE_AFTER and extras.has_table:
            return self._table(setting)
        if place == _LINK_AFTER and extras.link is not None:
            return [self._linked(extras.link, setting)]
        return []

    def _figure(self, image: Image, setting: Setting) -> str:
        caption = self._say(self._chance.pick(self._frames.captions), setting)
        return (
            f'<figure><img src="{image.url}" alt="{escape(image.alt_text)}"'
            f' width="{image.width}" height="{image.height}">'
            f"<figcaption>{_text(caption)}</figcaption></figure>"
        )

    def _linked(self, link: Link, setting: Setting) -> str:
        # The label takes the place of a slot, so that the sentence is compared as a reader sees it.
        patterns: Sequence[str] = getattr(self._frames, f"{link.kind}_links")
        given = {} if link.city is None else {"city": link.city}
        sentence = self._say(self._chance.pick(patterns), setting, link=link.label, **given)
        paragraph = self._paragraph([sentence])
        label = _text(link.label)
        return paragraph.replace(label, f'<a href="{escape(link.path)}">{label}</a>', 1)

    def _table(self, setting: Setting) -> list[str]:
        city = self._sentences.city()
        cities = [city, *(name for name in self._chance.sample(self._cities, 3) if name != city)][:3]
        lead = self._say(self._chance.pick(self._frames.table_leads), setting, city=city)
        head = "".join(f"<th>{_text(name)}</th>" for name in self._frames.table_heads)
        rows = "".join(
            f"<tr><td>{_text(name)}</td><td>{self._number(3, 9)}</td><td>{self._number(30, 180)}</td></tr>"
            for name in cities
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return [self._paragraph([lead]), table]

    def _number(self, low: int, high: int) -> str:
        number = self._chance.between(low, high)
        return persian_digits(number) if self._language == "fa" else str(number)


def _take(options: list[str], count: int) -> list[str]:
    """Remove the first options from the list and return them."""
    taken = options[:count]
    del options[:count]
    return taken


def _text(text: str) -> str:
    return escape(text, quote=False)
