"""A deployer died while a statement ran that commits by itself: what became of it, and what is to be done.

Everything else needs no such question: its effect and its record are of one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pgevolve.deploy.facts import Facts, Target

Verdict: TypeAlias = Literal["done", "run again", "unknown"]
_Indexes: TypeAlias = Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done: the statements of `clear`, each outside of a transaction, then the verdict."""

    verdict: Verdict
    clear: tuple[str, ...] = ()


def decide(target: Target, before: Facts | None, now: Facts) -> Decision:  # noqa: PLR0911 (one a kind)
    """Return what became of a statement, from the catalogue before it and now.

    `before` is None where nobody looked: then whatever has the statement's name counts as its own.
    """
    match target.kind:
        case "create":
            return _create(target, before, now)
        case "drop":
            return Decision("run again" if now["indexes"] else "done")
        case "reindex":
            return _reindex(before, now)
        case "detach":
            return _detach(target, now)
        case "database" | "tablespace":
            return Decision("done" if now["there"] is not target.drops else "run again")
        case "repeat":
            return Decision("run again")
        case _:
            return Decision("unknown")


def _create(target: Target, before: Facts | None, now: Facts) -> Decision:
    fresh = _fresh(before, now)
    if target.name is not None:
        fresh = {name: index for name, index in fresh.items() if _same_name(name, target.name)}
    elif before is None or len(fresh) > 1:
        return Decision("unknown")
    invalid = [name for name, (_, valid) in fresh.items() if not valid]
    if invalid:
        return Decision("run again", _drops(invalid))
    return Decision("done" if fresh else "run again")


def _reindex(before: Facts | None, now: Facts) -> Decision:
    """Look for the twins that an interrupted rebuild leaves; rebuilding once more does no harm."""
    debris = [
        name
        for name, (_, valid) in _fresh(before, now).items()
        if not valid and ("_ccnew" in name or "_ccold" in name)
    ]
    if debris:
        return Decision("run again", _drops(debris))
    known: _Indexes = {} if before is None else before["indexes"]
    rebuilt = [name for name, (oid, _) in known.items() if now["indexes"].get(name, [oid])[0] != oid]
    return Decision("done" if known and len(rebuilt) == len(known) else "run again")


def _detach(target: Target, now: Facts) -> Decision:
    if now["partition"] == "attached":
        return Decision("run again")
    if now["partition"] == "detached":
        return Decision("done")
    return Decision("done", (f"ALTER TABLE {target.table} DETACH PARTITION {target.partition} FINALIZE",))


def _fresh(before: Facts | None, now: Facts) -> _Indexes:
    """Return the indexes that were not there before."""
    known: _Indexes = {} if before is None else before["indexes"]
    indexes: _Indexes = now["indexes"]
    return {name: index for name, index in indexes.items() if known.get(name, [None])[0] != index[0]}


def _same_name(found: str, wanted: str) -> bool:
    """Compare the last parts: an index stands in the schema of its table, whatever the search path shows."""
    return _last_part(found) == _last_part(wanted)


def _last_part(name: str) -> str:
    """Return the name without its schema and quotes."""
    if name.endswith('"'):
        start = name[:-1].replace('""', "__").rindex('"')
        return name[start + 1 : -1].replace('""', '"')
    return name.rpartition(".")[2]


def _drops(names: list[str]) -> tuple[str, ...]:
    return tuple(f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in names)
