"""The words of all documents with how many hold each: for typing errors and for the choice of a plan."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection

# One writer at a time; a second one would write the same.
_LOCK: LiteralString = "LOCK TABLE public.search_lexemes IN SHARE ROW EXCLUSIVE MODE"
_WRITE: LiteralString = """
INSERT INTO public.search_lexemes AS l (lexeme, doc_count, trigrams)
SELECT word, ndoc, public.trigrams_v1(word)
  FROM ts_stat('SELECT tsv FROM public.search_documents') ORDER BY word
    ON CONFLICT (lexeme) DO UPDATE SET doc_count = excluded.doc_count, trigrams = excluded.trigrams
     WHERE (l.doc_count, l.trigrams) IS DISTINCT FROM (excluded.doc_count, excluded.trigrams)
"""
_REMOVE: LiteralString = """
DELETE FROM public.search_lexemes l
 WHERE NOT EXISTS (SELECT FROM ts_stat('SELECT tsv FROM public.search_documents') s WHERE s.word = l.lexeme)
"""
_COUNT: LiteralString = "SELECT count(*) FROM public.search_lexemes"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words there are now, how many of them changed and how many went."""

    words: int
    written: int
    removed: int


def refresh(connection: Connection[Any]) -> Vocabulary:
    """Count the words of every document anew; the caller commits.

    Reads all vectors. Searches go on; another refresh waits. Acts as the maintenance role or the owner.
    """
    connection.execute(_LOCK)
    written = connection.execute(_WRITE).rowcount
    removed = connection.execute(_REMOVE).rowcount
    row = connection.execute(_COUNT).fetchone()
    assert row is not None, "a count gives one row"
    return Vocabulary(row[0], written, removed)
