"""Partitions attached after a check in the words of their bounds was proved."""

from typing import Any

from pgevolve.check import tree
from pgevolve.fix.model import Left, Outcome, Part, Rewritten, Site
from pgevolve.quoting import name, qualified

_CHECK = "partition_bound_check"
_SAID = "after a CHECK of its bounds that was validated in a step of its own"


def attach(site: Site) -> Outcome:
    """Prove the bounds first; the server then need not read the rows while it holds its lock."""
    if "default partition" in site.complaint.message:
        return Left(f"no form is known for a default partition with rows: {site.complaint.fix}")
    command = tree.definition(site.seen.command)
    parent = site.seen.subject().table
    key = parent.partition_key if parent is not None else ()
    bounds = _bounds(key[0], command.bound) if len(key) == 1 else None
    if bounds is None:
        return Left(f"the bounds cannot be told from the text: {site.complaint.fix}")
    relation = command.name
    child = (
        qualified(relation.schemaname, relation.relname) if relation.schemaname else name(relation.relname)
    )
    alter = f"ALTER TABLE {child}"
    parts = (
        Part(f"{alter} ADD CONSTRAINT {_CHECK} CHECK ({bounds}) NOT VALID"),
        Part(f"{alter} VALIDATE CONSTRAINT {_CHECK}", alone=True),
        site.altering(site.command),
        Part(f"{alter} DROP CONSTRAINT {_CHECK}"),
    )
    return Rewritten(parts, _SAID)


def _bounds(key: str, bound: Any) -> str | None:
    """Return the condition that PostgreSQL derives from the bounds of one column, in its own form."""
    column = name(key)
    if bound.is_default or bound.strategy == "h":
        return None
    if bound.strategy == "l":
        values = [tree.sql(value) for value in bound.listdatums if not tree.is_null(value)]
        is_listed = f"{column} IN ({', '.join(values)})"
        if len(values) < len(bound.listdatums):
            return f"{column} IS NULL OR {is_listed}" if values else f"{column} IS NULL"
        return f"{column} IS NOT NULL AND {is_listed}"
    conditions = [f"{column} IS NOT NULL"]
    for sign, datums in ((">=", bound.lowerdatums), ("<", bound.upperdatums)):
        text = tree.sql(datums[0])
        if text.lower() not in {"minvalue", "maxvalue"}:
            conditions.append(f"{column} {sign} {text}")
    return " AND ".join(conditions)
