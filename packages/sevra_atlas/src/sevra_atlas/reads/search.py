"""The search: words as typed become a query, the query candidates, the candidates a ranking.

Rare words are looked up in the index of the vectors, common ones by walking the documents in the order of
their rank. A word that no document holds is corrected when one that looks like it exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, BindParameter, Integer, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads.statement import Statement

Kind: TypeAlias = Literal["SALON", "ARTIST", "BLOG_POST"]
KINDS: tuple[Kind, ...] = ("SALON", "ARTIST", "BLOG_POST")

REACHABLE = 500
"""Results of one kind that can be reached."""
MOST_WORDS = 16
COMMON = 2_000
"""Documents from which on the rarest word of a query counts as common."""
_FEW = 3
_LOOKS_LIKE = 0.45
_TRIED = 5


@dataclass(frozen=True)
class Found:
    """Ids in their order by kind; the words that found them; the corrected text when one is at hand."""

    ids: dict[Kind, tuple[int, ...]]
    words: tuple[str, ...]
    dropped_words: int = 0
    corrected: str | None = None

    @property
    def total(self) -> int:
        """Return how many were found in all kinds."""
        return sum(len(ids) for ids in self.ids.values())


class _Typed(msgspec.Struct):
    words: list[str]
    known: list[bool]
    rarest: int
    norm: str
    query: str


class _Id(msgspec.Struct):
    id: int


class _Candidate(msgspec.Struct):
    word: str
    likeness: float


_TYPED = Statement(
    text(
        r"""
        WITH typed AS MATERIALIZED (SELECT fa_tokens_v1(:q) AS words),
        counted AS (
          SELECT place, word, place = cardinality(words) AND length(word) >= 3 AS is_beginning,
                 (SELECT coalesce(max(doc_count), 0) FROM search_lexemes
                   WHERE lexeme = ANY(ARRAY[word, fa_stem_v1(word)])) AS exact,
                 (SELECT coalesce(sum(doc_count), 0)
                    FROM (SELECT doc_count FROM search_lexemes
                           WHERE lexeme ~>=~ word AND lexeme ~<~ (word || U&'\FFFF') LIMIT 500) others
                 ) AS longer
            FROM typed, unnest(words[1:16]) WITH ORDINALITY AS u (word, place)
        )
        SELECT words, fa_norm_v1(:q) AS norm,
               coalesce((SELECT array_agg((exact > 0 OR is_beginning AND longer > 0) ORDER BY place)
                           FROM counted), '{}') AS known,
               coalesce((SELECT min(CASE WHEN is_beginning THEN greatest(exact, longer) ELSE exact END)
                           FROM counted), 0)::integer AS rarest,
               (CASE WHEN cardinality(words) BETWEEN 1 AND 16 AND length(words[cardinality(words)]) >= 3
                     THEN fa_query_v1(array_to_string(words[1:cardinality(words) - 1], ' '))
                          && (fa_query_v1(words[cardinality(words)])
                              || (quote_literal(words[cardinality(words)]) || ':*')::tsquery)
                     ELSE fa_query_v1(:q) END)::text AS query
          FROM typed
        """
    ).bindparams(bindparam("q", type_=Text)),
    _Typed,
)

_COLUMNS = "entity_id, name_norm, tsv, rating_bucket, rank_key, published_at"
_MINE = "FROM search_documents WHERE locale = 'fa' AND entity_type = '{kind}' {placed}"
_PLACED = "AND city_id = ANY(:cities)"
_RARE = (
    f"SELECT * FROM (SELECT {_COLUMNS} {_MINE}"  # noqa: S608 - the parts stand here
    " AND tsv @@ CAST(:query AS tsquery) LIMIT 10000) looked_up ORDER BY rank_key DESC LIMIT 2000"
)
# The function of the operator `@@`: no index of the vectors serves it and the planner expects many rows of
# it, so the order of the rank is walked.
_WALK = (
    f"SELECT {_COLUMNS} {_MINE}"
    " AND ts_match_vq(tsv, CAST(:query AS tsquery)) ORDER BY rank_key DESC LIMIT 500"
)
_RANKED = """
WITH weights AS MATERIALIZED (
  SELECT max(weight) FILTER (WHERE name = 'text') AS text,
         max(weight) FILTER (WHERE name = 'rating') AS rating,
         max(weight) FILTER (WHERE name = 'fresh') AS fresh,
         max(weight) FILTER (WHERE name = 'exact') AS exact
    FROM search_weights
),
candidates AS MATERIALIZED ({candidates})
SELECT entity_id AS id
  FROM candidates, weights
 ORDER BY (weights.text * round(1000 * least(1.0, ts_rank_cd(
               CAST('{{0.1,0.2,0.4,1.0}}' AS real[]), tsv, CAST(:query AS tsquery), 32)))::integer
           + weights.rating * 200 * rating_bucket
           + weights.fresh * coalesce(round(1000 * exp(
               -least(extract(epoch FROM now() - published_at) / 86400, 3650) / 180)), 0)::integer
           + weights.exact * CASE WHEN name_norm = :norm THEN 1000
                                  WHEN starts_with(name_norm, :norm) THEN 500 ELSE 0 END) / 1000 DESC,
       rank_key DESC, entity_id
 LIMIT :limit
"""


def _ranked(candidates: str, *, placed: bool) -> dict[Kind, Statement[_Id]]:
    parameters: list[BindParameter[Any]] = [
        bindparam("query", type_=Text),
        bindparam("norm", type_=Text),
        bindparam("limit", type_=Integer),
        *([bindparam("cities", type_=ARRAY(BigInteger))] if placed else []),
    ]
    texts = {kind: candidates.format(kind=kind, placed=_PLACED if placed else "") for kind in KINDS}
    return {
        kind: Statement(text(_RANKED.format(candidates=of_kind)).bindparams(*parameters), _Id)
        for kind, of_kind in texts.items()
    }


RARE, RARE_IN_CITIES = _ranked(_RARE, placed=False), _ranked(_RARE, placed=True)
COMMON_WALK, COMMON_WALK_IN_CITIES = _ranked(_WALK, placed=False), _ranked(_WALK, placed=True)

_ALIKE = Statement(
    text(
        """
        WITH typed AS MATERIALIZED (SELECT trigrams_v1(:word) AS trigrams),
        alike AS (
          SELECT lexeme, doc_count,
                 2.0 * cardinality(ARRAY(SELECT unnest(l.trigrams) INTERSECT SELECT unnest(typed.trigrams)))
                 / (cardinality(l.trigrams) + cardinality(typed.trigrams)) AS likeness
            FROM typed, search_lexemes l WHERE l.trigrams && typed.trigrams
        )
        SELECT lexeme AS word, likeness::float8 AS likeness FROM alike
         WHERE likeness >= 0.2 AND lexeme <> :word
         ORDER BY likeness DESC, doc_count DESC, lexeme LIMIT 100
        """
    ).bindparams(bindparam("word", type_=Text)),
    _Candidate,
)


async def search(
    connection: AsyncConnection[Any],
    q: str,
    *,
    kinds: Sequence[Kind] = KINDS,
    cities: Sequence[int] | None = None,
    limit: int = 20,
) -> Found:
    """Return what holds every word of `q`, best first, at most `limit` (and 500) of each kind.

    Without a hit the corrected words are searched for instead; with one or two the correction is only named.
    """
    typed = await _typed(connection, q)
    if not typed.words:
        return Found(dict.fromkeys(kinds, ()), ())
    dropped = max(0, len(typed.words) - MOST_WORDS)
    words = tuple(typed.words[:MOST_WORDS])
    ids = await _ids(connection, typed, kinds, cities, limit)
    found = Found(ids, words, dropped)
    if found.total >= _FEW:
        return found
    for corrected in await _corrections(connection, typed, anything=not found.total):
        better = await _typed(connection, corrected)
        its_ids = await _ids(connection, better, kinds, cities, limit)
        if any(its_ids.values()):
            if found.total:
                return Found(ids, words, dropped, corrected)
            return Found(its_ids, tuple(better.words[:MOST_WORDS]), dropped, corrected)
    return found


async def _typed(connection: AsyncConnection[Any], q: str) -> _Typed:
    # A NUL and half of a surrogate pair are no characters for PostgreSQL.
    storable = q.replace("\0", " ").encode("utf-8", "replace").decode()
    typed = await _TYPED.first(connection, {"q": storable})
    assert typed is not None, "the query gives one row"
    return typed


async def _ids(
    connection: AsyncConnection[Any],
    typed: _Typed,
    kinds: Sequence[Kind],
    cities: Sequence[int] | None,
    limit: int,
) -> dict[Kind, tuple[int, ...]]:
    asked: dict[str, object] = {"query": typed.query, "norm": typed.norm, "limit": min(limit, REACHABLE)}
    plan = RARE if typed.rarest <= COMMON else COMMON_WALK
    if cities is not None:
        plan = RARE_IN_CITIES if typed.rarest <= COMMON else COMMON_WALK_IN_CITIES
        asked["cities"] = list(cities)
    return {kind: tuple(row.id for row in await plan[kind].all(connection, asked)) for kind in kinds}


async def _corrections(connection: AsyncConnection[Any], typed: _Typed, *, anything: bool) -> list[str]:
    """Return corrected queries, best first; with `anything` known words may be the wrong ones too."""
    words = typed.words[:MOST_WORDS]
    wrong = [place for place, known in enumerate(typed.known) if not known]
    if not wrong and anything:
        return [
            " ".join([*words[:place], candidate, *words[place + 1 :]])
            for place, word in enumerate(words)
            for candidate in await _alike(connection, word)
        ]
    best = {place: await _alike(connection, words[place]) for place in wrong}
    if not wrong or not all(best.values()):
        return []
    return [
        " ".join(
            best[place][min(turn, len(best[place]) - 1)] if place in best else word
            for place, word in enumerate(words)
        )
        for turn in range(max(len(candidates) for candidates in best.values()))
    ]


async def _alike(connection: AsyncConnection[Any], word: str) -> list[str]:
    """Return up to five words of documents that look like a word: one edit away first, then by likeness."""
    found = await _ALIKE.all(connection, {"word": word})
    near = [candidate.word for candidate in found if is_one_edit(word, candidate.word)]
    others = [candidate.word for candidate in found if candidate.likeness >= _LOOKS_LIKE]
    return list(dict.fromkeys([*near, *others]))[:_TRIED]


def is_one_edit(word: str, other: str) -> bool:
    """Return whether one letter put in, left out, replaced or swapped makes `other` of a word."""
    if abs(len(word) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    rest, other_rest = word[start:], other[start:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:])
    )
