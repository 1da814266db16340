"""What declared objects say of their old names."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import postgast

from pgevolve.objects import DeclaredObject, Function, Renamed, Schema, Trigger, View
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.renames.model import Rename

_ON_TABLE, _ON_TYPE = 'on="schema.table"', 'on="schema.type"'
HANGING: dict[str, str] = {
    "constraint": _ON_TABLE,
    "index": _ON_TABLE,
    "label": _ON_TYPE,
    "policy": _ON_TABLE,
    "rule": _ON_TABLE,
    "trigger": _ON_TABLE,
}
_PART = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')


def words_of(objects: Iterable[DeclaredObject]) -> Iterator[Rename]:
    """Yield the renames that declared objects speak of. Raises UnplannableChangeError for an unclear name."""
    for entry in objects:
        match entry:
            case Schema(name=called, renamed_from=str(old)):
                yield Rename("schema", "", old, called)
            case Function(sql=sql, renamed_from=str(old)):
                statement: Any = postgast.parse(sql).stmts[0].stmt
                parts = [part.string.sval for part in statement.create_function_stmt.funcname]
                yield Rename("function", _schema(parts), old, parts[-1])
            case View(sql=sql, renamed_from=str(old)):
                relation = _statement(sql).view_stmt.view
                yield Rename("view", relation.schemaname or "public", old, relation.relname)
            case Trigger(sql=sql, renamed_from=str(old)):
                made = _statement(sql).create_trig_stmt
                schema = made.relation.schemaname or "public"
                yield Rename("trigger", schema, old, made.trigname, made.relation.relname)
            case Renamed():
                yield _renamed(entry)
            case _:
                pass


def _renamed(entry: Renamed) -> Rename:
    if entry.kind in HANGING:
        on = _parts(entry.on or "")
        if not on:
            raise UnplannableChangeError(
                f"rename: {entry.kind} {entry.name} is on nothing",
                f"say in Renamed(...) what it hangs on: {HANGING[entry.kind]}",
            )
        return Rename(entry.kind, _schema(on), entry.renamed_from, entry.name, on[-1])
    called = _parts(entry.name)
    schema = "" if entry.kind == "schema" else _schema(called)
    return Rename(entry.kind, schema, entry.renamed_from, called[-1])


def _statement(sql: str) -> Any:
    return postgast.parse(sql).stmts[0].stmt


def _schema(parts: list[str]) -> str:
    return parts[-2] if len(parts) > 1 else "public"


def _parts(written: str) -> list[str]:
    """Return the parts of a name as SQL writes it."""
    return [quoted.replace('""', '"') or plain for quoted, plain in _PART.findall(written)]
