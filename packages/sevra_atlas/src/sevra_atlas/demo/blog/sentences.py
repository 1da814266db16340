"""Fills the slots of sentences, and asks for another value before a sentence comes twice."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sevra_atlas.demo.blog.vocabulary import Angle, Topic, frames
from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.people import Name, any_name

_SLOT = re.compile(r"\{(\w+)\}")
# With other values in its slots a sentence is another one; some have no slots and come again.
_TRIES = 8
# Nobody writes a list of two, three or four things.
_FEWEST_OF_A_TITLE = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """A post under way: its subject, and the values that stay the same through it."""

    topic: Topic
    angle: Angle
    fixed: Mapping[str, str]


class Sentences:
    """Makes sentences of one language; it remembers them, over all posts."""

    def __init__(self, language: str, chance: Chance, cities: Sequence[str]) -> None:
        self._language = language
        self._chance = chance
        self._cities = cities
        self._frames = frames(language)
        self._said: set[str] = set()

    def setting(self, topic: Topic, angle: Angle) -> Setting:
        """Return the setting of a new post; what its title names is fixed."""
        names = [slot.removesuffix("_of") for slot in _SLOT.findall(angle.title_for(topic))]
        return Setting(topic, angle, {name: self._value(name, topic) for name in (*names, *angle.fixed)})

    def say(self, pattern: str, setting: Setting, **given: str) -> str:
        """Return the sentence with every slot filled, if possible one that nobody has said."""
        for _ in range(_TRIES):
            sentence = self._filled(pattern, setting, given)
            if sentence not in self._said:
                break
        self._said.add(sentence)
        return sentence

    def _filled(self, pattern: str, setting: Setting, given: Mapping[str, str]) -> str:
        known = {**setting.fixed, **given}

        def value(slot: re.Match[str]) -> str:
            name = slot[1].removesuffix("_of")
            text = known.get(name)
            if text is None:
                # One sentence names one city and one person.
                text = known[name] = self._value(name, setting.topic)
            return ezafe(text) if slot[1].endswith("_of") else text

        return capitalised(_SLOT.sub(value, pattern))

    def _value(self, name: str, topic: Topic) -> str:
        chance, words = self._chance, self._frames
        drawn: dict[str, Callable[[], str]] = {
            "t": lambda: topic.name,
            "pro": lambda: topic.pro,
            "item": lambda: chance.pick(topic.items),
            "tool": lambda: chance.pick(topic.tools),
            "risk": lambda: chance.pick(topic.risks),
            "sign": lambda: chance.pick(topic.signs),
            "tip": lambda: chance.pick(topic.tips),
            "city": self.city,
            "person": self.person,
            "season": lambda: topic.season or chance.pick(words.seasons),
            "n": lambda: chance.pick(words.small),
            "m": lambda: chance.pick(words.small),
            "count": lambda: chance.pick(words.small[_FEWEST_OF_A_TITLE:]),
            "k": lambda: chance.pick(words.large),
        }
        return drawn[name]()

    def city(self) -> str:
        """Return the name of a city in the script of the language."""
        return self._chance.pick(self._cities)

    def person(self) -> str:
        """Return the name of an invented person in the script of the language."""
        return written(any_name(self._chance, 0.8), self._language)


def written(name: Name, language: str) -> str:
    """Return a name in the script of the language."""
    return name.full if language == "fa" else name.latin.replace("-", " ").title()


def capitalised(text: str) -> str:
    """Return the text with a capital at its beginning; Persian has none."""
    return text[:1].upper() + text[1:]


def ezafe(phrase: str) -> str:
    """Return a Persian noun phrase as it is written before an adjective or a genitive."""
    if phrase.endswith("ه") and not phrase.endswith(("اه", "وه")):
        return f"{phrase}ٔ"
    if phrase.endswith(("ا", "و")):
        return f"{phrase}ی"
    return phrase
