"""Where a text holds what was searched for, as spans of code points and as escaped HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sevra_atlas.domain.words import fa_stem_v1, widened, words_of

FRAGMENT = 300
"""Longest fragment, in code points of the text."""
_FRAGMENTS = 2
_LEAD = 60
_SHORTEST_PREFIX = 3


@dataclass(frozen=True, slots=True)
class Highlight:
    """The spans `[start, end)` of what matched, and up to two fragments of HTML that mark them."""

    spans: tuple[tuple[int, int], ...]
    fragments: tuple[str, ...]


def highlight(text: str, words: Sequence[str]) -> Highlight | None:
    """Return where words of a query stand in a text, or None; the last one also matches its beginning."""
    forms = {form for word in words for form in (word, fa_stem_v1(word))}
    beginning = words[-1] if words and len(words[-1]) >= _SHORTEST_PREFIX else None
    spans: list[tuple[int, int]] = []
    for word in words_of(text):
        begins = beginning is not None and word.text.startswith(beginning)
        if begins or word.text in forms or fa_stem_v1(word.text) in forms:
            start, end = widened(text, word.start, word.end)
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
    return Highlight(tuple(spans), tuple(_fragments(text, spans))) if spans else None


def _fragments(text: str, spans: list[tuple[int, int]]) -> list[str]:
    fragments: list[str] = []
    shown = 0
    for start, _ in spans:
        if start < shown or len(fragments) == _FRAGMENTS:
            continue
        first = _between_words(text, max(shown, start - _LEAD), start)
        last = min(len(text), first + FRAGMENT)
        whole = [span for span in spans if first <= span[0] and span[1] <= last]
        if last < len(text):
            space = text.rfind(" ", whole[-1][1] if whole else start, last)
            last = space if space > 0 else last
        shown = last
        fragments.append(_marked(text, first, last, whole))
    return fragments


def _between_words(text: str, first: int, start: int) -> int:
    if first == 0:
        return 0
    space = text.find(" ", first, start)
    return start if space < 0 else space + 1


def _marked(text: str, first: int, last: int, spans: list[tuple[int, int]]) -> str:
    parts, place = [], first
    for start, end in spans:
        parts += [escape(text[place:start]), "<mark>", escape(text[start:end]), "</mark>"]
        place = end
    return "".join([*parts, escape(text[place:last])])
