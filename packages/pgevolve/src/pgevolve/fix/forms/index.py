"""Indexes built and dropped while everybody works on."""

from collections.abc import Sequence

from pgevolve.check.apply_remove import dropped_names
from pgevolve.fix import names
from pgevolve.fix.model import Left, Outcome, Part, Rewritten, Site
from pgevolve.fix.words import part, with_word_after, without_words, words
from pgevolve.quoting import name, qualified

_CONCURRENTLY = ("INDEX",)


def create(site: Site) -> Outcome:
    """Build it CONCURRENTLY, under a name by which a failed build can be found."""
    seen, node = site.seen, site.seen.node
    subject = seen.subject()
    if subject.table is not None and subject.table.partitioned:
        return Left(f"{subject} is partitioned: {site.complaint.fix}")
    # With IF NOT EXISTS an invalid index that a failed build has left would be kept.
    sql = without_words(site.sql, ("IF", "NOT", "EXISTS"))
    if node.idxname:
        sql = with_word_after(sql, _CONCURRENTLY, "CONCURRENTLY")
    else:
        called = names.of_index(seen.state, subject.name, node)
        sql = with_word_after(sql, _CONCURRENTLY, f"CONCURRENTLY {name(called)}")
    return Rewritten((Part(sql, alone=True),), "CREATE INDEX CONCURRENTLY in a step of its own")


def drop(site: Site) -> Outcome:
    """Drop each index CONCURRENTLY."""
    node = site.seen.node
    if any(word.text == "CASCADE" for word in words(site.sql)):
        return Left("DROP INDEX CONCURRENTLY takes no CASCADE: drop what stands on it first")
    state = site.seen.state
    found = []
    for parts in dropped_names(node):
        index = state.index(parts[-2] if len(parts) > 1 else None, str(parts[-1]))
        table = state.tables.get(index.table) if index is not None else None
        if table is not None and table.partitioned:
            return Left(f"{parts[-1]} is an index of partitions, which cannot be dropped CONCURRENTLY")
        found.append(_written([str(part) for part in parts]))
    said = "DROP INDEX CONCURRENTLY in a step of its own"
    if len(found) == 1:
        return Rewritten((Part(with_word_after(site.sql, _CONCURRENTLY, "CONCURRENTLY"), alone=True),), said)
    opening = part(site.sql, 0, words(site.sql)[1].end) + " CONCURRENTLY"
    exists = " IF EXISTS" if node.missing_ok else ""
    return Rewritten(tuple(Part(f"{opening}{exists} {index}", alone=True) for index in found), said)


def _written(parts: Sequence[str]) -> str:
    return qualified(parts[-2], parts[-1]) if len(parts) > 1 else name(parts[-1])
