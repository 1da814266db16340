"""The words of one SQL statement, so that some can be put in between and the rest stays as it was written.

The scanner counts in bytes of UTF-8; so does everything here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import postgast
from postgast import pg_query_pb2 as ast

_COMMENTS = (ast.Token.SQL_COMMENT, ast.Token.C_COMMENT)
_OPENING, _CLOSING = ("(", "["), (")", "]")


@dataclass(frozen=True, slots=True)
class Word:
    """A token: its text in capitals, its place in bytes, and in how many brackets it stands."""

    text: str
    start: int
    end: int
    depth: int


def words(sql: str) -> tuple[Word, ...]:
    """Return the tokens of a statement without its comments."""
    raw = sql.encode()
    found = []
    depth = 0
    for token in postgast.scan(sql).tokens:
        if token.token in _COMMENTS:
            continue
        text = raw[token.start : token.end].decode().upper()
        depth -= text in _CLOSING
        found.append(Word(text, token.start, token.end, depth))
        depth += text in _OPENING
    return tuple(found)


def comments(sql: str) -> Iterator[str]:
    """Yield the comments inside a statement, in their order."""
    raw = sql.encode()
    for token in postgast.scan(sql).tokens:
        if token.token in _COMMENTS:
            yield raw[token.start : token.end].decode().rstrip()


def without_end(sql: str) -> str:
    """Return a statement up to its last word: a comment behind it would swallow what is appended."""
    return part(sql, 0, words(sql)[-1].end)


def part(sql: str, start: int, end: int | None = None) -> str:
    """Return what stands between two places."""
    return sql.encode()[start:end].decode()


def with_word_after(sql: str, after: Sequence[str], added: str) -> str:
    """Return a statement with words put behind the first of some others that stands outside of brackets."""
    found = next(word for word in words(sql) if word.text in after and not word.depth)
    return f"{part(sql, 0, found.end)} {added}{part(sql, found.end)}"


def without_words(sql: str, phrase: Sequence[str]) -> str:
    """Return a statement without the first occurrence of a phrase and the blanks behind it."""
    tokens = words(sql)
    for place in range(len(tokens) - len(phrase)):
        if [word.text for word in tokens[place : place + len(phrase)]] == list(phrase):
            return part(sql, 0, tokens[place].start) + part(sql, tokens[place + len(phrase)].start)
    return sql


@dataclass(frozen=True, slots=True)
class Alteration:
    """An ALTER TABLE taken apart: `ALTER TABLE ONLY a`, `a`, and the places of its commands."""

    sql: str
    head: str
    relation: str
    commands: tuple[tuple[int, int], ...]

    def command(self, place: int) -> str:
        """Return the text of one command."""
        return part(self.sql, *self.commands[place])

    def several(self, first: int, last: int) -> str:
        """Return consecutive commands as they stand, with the commas between them."""
        return part(self.sql, self.commands[first][0], self.commands[last][1])


def alteration(sql: str) -> Alteration:
    """Take an ALTER TABLE apart: its commands are divided by the commas outside of brackets."""
    tokens = words(sql)
    place = next(i for i, word in enumerate(tokens) if word.text in {"TABLE", "VIEW", "INDEX"}) + 1
    while tokens[place].text in {"IF", "EXISTS", "ONLY"}:
        place += 1
    first = place
    place += 1
    while tokens[place].text == ".":
        place += 2
    relation = part(sql, tokens[first].start, tokens[place - 1].end)
    if tokens[place].text == "*":
        place += 1
    head = part(sql, 0, tokens[place - 1].end)
    starts, ends = [tokens[place].start], []
    for before, word, after in zip(tokens[place:], tokens[place + 1 :], tokens[place + 2 :], strict=False):
        if word.text == "," and not word.depth:
            ends.append(before.end)
            starts.append(after.start)
    ends.append(tokens[-1].end)
    return Alteration(sql, head, relation, tuple(zip(starts, ends, strict=True)))
