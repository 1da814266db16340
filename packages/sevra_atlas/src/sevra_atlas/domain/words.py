"""The words of a text and where they stand: the twin of fa_tokens_v1 with places, and of fa_stem_v1.

The database compares; this finds again in a text what the database matched, to show it.
"""

import re
import unicodedata
from dataclasses import dataclass

from sevra_atlas.domain.slugs import fa_norm_v1

_SUFFIX = "ها(?:ی|یی|یم|یت|یش|یمان|یتان|یشان)?|تر(?:ی|ین)?"
_STANDING_SUFFIX = re.compile(_SUFFIX)
_PREFIXES = frozenset({"می", "نمی"})
_LONGEST = 100
_KEPT = re.compile(
    "(?:باختر|پلاستر|پلیاستر|پوستر|تیاتر|توستر|خاکستر|دادگستر|سانتیمتر"
    "|شبستر|فیلتر|کاراکتر|کامپیوتر|کبوتر|کیلومتر|لوستر|میلیمتر|هلیکوپتر)(?:ی|ین)?"
    "|(?:اشتها|انتها|بیانتها|منتها)(?:ی|یی|یم|یت|یش|یمان|یتان|یشان)?|بینهایت"
)
_STEMMED = re.compile(f"(.{{3,}})(?:{_SUFFIX})")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as search compares it, and its place in the text: code points from `start` to `end`."""

    text: str
    start: int
    end: int


def fa_tokens_v1(text: str) -> list[str]:
    """Return the words of a text as the database makes them."""
    return [word.text for word in words_of(text)]


def fa_stem_v1(word: str) -> str:
    """Return a word without its suffix of plural, possession or comparison."""
    if _KEPT.fullmatch(word):
        return word
    match = _STEMMED.fullmatch(word)
    return word if match is None else match.group(1)


def words_of(text: str) -> list[Word]:
    """Return the words of a text with their places; a mark behind the last letter belongs to the word."""
    return _with_prefixes(_with_suffixes(_runs(text)))


def _runs(text: str) -> list[Word]:
    words: list[Word] = []
    letters, start, end = "", 0, 0
    for place, character in enumerate(text):
        folded = _folded(character)
        if folded is None:
            # A mark: it parts nothing, and shown text keeps it with its letter.
            end = place + 1 if letters else end
            continue
        for letter in folded:
            if letter == " ":
                if letters:
                    words.append(Word(letters, start, end))
                letters = ""
            else:
                start = start if letters else place
                letters, end = letters + letter, place + 1
    if letters:
        words.append(Word(letters, start, end))
    return words


def _folded(character: str) -> str | None:
    """Return the letters of one character, spaces where it parts words, None for a mark that is dropped."""
    # Between two letters, so that what parts words stays to be seen.
    folded = fa_norm_v1(f"a{character}a")
    if folded == "aa":
        return None
    inside = folded[1:-1]
    return inside or " "


def _with_suffixes(runs: list[Word]) -> list[Word]:
    joined: list[Word] = []
    before = ""
    for run in runs:
        if len(before) > 1 and _STANDING_SUFFIX.fullmatch(run.text):
            last = joined.pop()
            joined.append(Word(last.text + run.text, last.start, run.end))
        else:
            joined.append(run)
        before = run.text
    return joined


def _with_prefixes(words: list[Word]) -> list[Word]:
    joined: list[Word] = []
    waiting: Word | None = None
    for place, word in enumerate(words):
        if waiting is not None:
            joined.append(Word((waiting.text + word.text)[:_LONGEST], waiting.start, word.end))
            waiting = None
        elif word.text in _PREFIXES and place + 1 < len(words):
            waiting = word
        else:
            joined.append(Word(word.text[:_LONGEST], word.start, word.end))
    return joined


def widened(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span that begins and ends between grapheme clusters as far as marks and joiners make them."""
    while end < len(text) and (
        unicodedata.category(text[end]) in {"Mn", "Me", "Mc"} or text[end] == "\u200d"
    ):
        end += 1
    while 0 < start < len(text) and unicodedata.category(text[start]) in {"Mn", "Me", "Mc"}:
        start -= 1
    return start, end
