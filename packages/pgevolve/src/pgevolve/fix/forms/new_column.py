"""New columns whose value differs from row to row: the default for new rows, the backfill for those there."""

from typing import Any

from pgevolve.check import tree
from pgevolve.check.readers import default_of
from pgevolve.fix.forms import column
from pgevolve.fix.forms.rows import batched
from pgevolve.fix.model import Left, Outcome, Part, Rewritten, Site
from pgevolve.quoting import literal, name

_SAID = "ADD COLUMN, then SET DEFAULT for new rows; the rows that are there are filled by the backfill"
_KEY = "a column that is filled later cannot be the primary key at once"
_TAKEN_OUT = frozenset({"CONSTR_DEFAULT", "CONSTR_NOTNULL"})


def with_default(site: Site) -> Outcome:
    """Add it without its default, which is set in a second command, and fill the rows in batches."""
    described = tree.definition(site.seen.command)
    if _is_key(described):
        return Left(f"{_KEY}: {site.complaint.fix}")
    value = tree.sql(default_of(described))
    return _filled(site, described, value, column.add(site, without=_taken_out(described)), ())


def numbered(site: Site) -> Outcome:
    """Let a sequence number new rows, and the backfill those that are there; only for serial columns."""
    described = tree.definition(site.seen.command)
    serial = tree.type_name(described.type_name)
    if not serial.serial or _is_key(described):
        reason = _KEY if serial.serial else "an identity cannot number the rows that are there in batches"
        return Left(f"{reason}: {site.complaint.fix}")
    plain = type(described)()
    plain.CopyFrom(described)
    del plain.type_name.names[:]
    for text in ("pg_catalog", serial.name):
        plain.type_name.names.add().string.sval = text
    schema = site.relation.rpartition(".")[0]
    sequence = name(f"{site.seen.subject().name.name}_{described.colname}_seq")
    written = f"{schema}.{sequence}" if schema else sequence
    added = column.add(site, without=_taken_out(described), described=plain)
    made = Part(f"CREATE SEQUENCE {written}" + _as_type(serial.name))
    return _filled(site, described, f"nextval({literal(written)})", added, (made,), owned=written)


def _filled(  # noqa: PLR0913, PLR0917 (what the two kinds have in common)
    site: Site, described: Any, value: str, added: str, before: tuple[Part, ...], owned: str = ""
) -> Outcome:
    called = name(described.colname)
    parts = [*before, site.altering(added), site.altering(f"ALTER COLUMN {called} SET DEFAULT {value}")]
    kinds = {tree.constraint_kind(part.constraint) for part in described.constraints}
    if owned:
        parts.append(Part(f"ALTER SEQUENCE {owned} OWNED BY {site.relation}.{called}"))
    if owned or "CONSTR_NOTNULL" in kinds:
        parts.append(site.altering(f"ALTER COLUMN {called} SET NOT NULL", place="filled"))
    update = f"UPDATE {site.relation} SET {called} = {value}"  # noqa: S608 (of the file's own words)
    fill = batched(update, f"{called} IS NULL")
    return Rewritten(tuple(parts), _SAID, (fill,), site.seen.node.relation.relname)


def _taken_out(described: Any) -> list[Any]:
    return [
        part.constraint
        for part in described.constraints
        if tree.constraint_kind(part.constraint) in _TAKEN_OUT
    ]


def _is_key(described: Any) -> bool:
    """Say whether the column is to be the primary key: its rows must be filled before."""
    return any(tree.constraint_kind(part.constraint) == "CONSTR_PRIMARY" for part in described.constraints)


def _as_type(type_name: str) -> str:
    return {"int4": " AS integer", "int2": " AS smallint"}.get(type_name, "")
