"""In which order objects are made: each after what it stands on."""

from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heappush

from pgevolve.catalog.model import Ident

RANKS = {
    kind: rank
    for rank, kind in enumerate(
        (
            "schema",
            "extension",
            "collation",
            "enum",
            "composite type",
            "domain",
            "range type",
            "sequence",
            "function",
            "aggregate",
            "table",
            "constraint",
            "index",
            "statistics",
            "view",
            "materialized view",
            "policy",
            "rule",
            "trigger",
            "publication",
            "event trigger",
            "rows",
            "default privileges",
            "other",
        )
    )
}


def ordered(
    idents: Iterable[Ident],
    needs: Mapping[Ident, frozenset[Ident]],
    unit: Callable[[Ident], Ident] = lambda ident: ident,
) -> list[Ident]:
    """Return the objects so that each comes after those it needs, and else by kind and name.

    `unit` maps an object to the one that it is made with: a primary key to its table. Where objects need each
    other the lower kind comes first (a serial column's sequence before the table that owns it).
    """
    wanted = set(idents)
    waits: dict[Ident, set[Ident]] = {ident: set() for ident in wanted}
    for ident, others in needs.items():
        own = unit(ident)
        if own in waits:
            waits[own] |= {unit(other) for other in others if unit(other) in wanted} - {own}
    followers: dict[Ident, set[Ident]] = {ident: set() for ident in wanted}
    for ident, awaited in waits.items():
        for other in awaited:
            followers[other].add(ident)
    return _drain(waits, followers)


def _drain(waits: dict[Ident, set[Ident]], followers: Mapping[Ident, set[Ident]]) -> list[Ident]:
    ready = [(_rank(ident), ident) for ident, others in waits.items() if not others]
    heapify(ready)
    done: list[Ident] = []
    seen: set[Ident] = set()
    while len(done) < len(waits):
        if not ready:
            left = set(waits) - seen
            first = min(left, key=lambda ident: (_rank(ident), ident))
            heappush(ready, (_rank(first), first))
        _, ident = heappop(ready)
        if ident in seen:
            continue
        seen.add(ident)
        done.append(ident)
        for follower in followers[ident]:
            waits[follower].discard(ident)
            if not waits[follower] and follower not in seen:
                heappush(ready, (_rank(follower), follower))
    return done


def _rank(ident: Ident) -> int:
    return RANKS[ident.kind]


def dependents(idents: Iterable[Ident], needs: Mapping[Ident, frozenset[Ident]]) -> set[Ident]:
    """Return the objects that stand on the given ones, directly or through others, without themselves."""
    start = set(idents)
    found = set(start)
    grown = True
    while grown:
        more = {ident for ident, others in needs.items() if ident not in found and others & found}
        found |= more
        grown = bool(more)
    return found - start
