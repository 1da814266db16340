"""Values that must become ones of another type."""

from collections.abc import Iterator, Mapping
from typing import Any

from pgevolve.check import tree
from pgevolve.effects.types import keeps_rows_and_indexes
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.kept import kept_promises
from pgevolve.prechecks.model import Acceptance, Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.target import TypeFacts
from pgevolve.prechecks.texts import columns, row_test
from pgevolve.quoting import literal
from pgevolve.quoting import name as quoted

_KIND = "cast"
_WIDENED = {("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint"), ("integer", "numeric")}


def questions(command: Command) -> Iterator[Question]:
    """Yield what a change of type asks: of each value, and of what the table has promised of the new ones."""
    if command.kind != "AT_AlterColumnType":
        return
    before, after = command.relation_before(), command.relation()
    name = command.command.name
    if before is None or after is None or before.base is None or name not in before.columns:
        return
    definition = command.definition
    using = definition.raw_default if definition.HasField("raw_default") else None
    wanted = command.before.type_sql(definition.type_name)
    _, facts = command.before.type_named(definition.type_name.names)
    if using is None and facts is None and _always_fits(before.columns[name].type, wanted):
        return
    text = command.before.sql(using) if using is not None else columns(before, [name])[0]
    names = tree.column_names(using) if using is not None else {name}
    pending = command.before.uses_pending_function(using) if using is not None else None
    asked = _Value(command.before, before, text, names, pending or before.why_unknown(names))
    yield from asked.becomes(name, definition.type_name, not_null=before.columns[name].not_null)
    yield from kept_promises(command.after, after, {name})


def _always_fits(old: str, new: str) -> bool:
    return keeps_rows_and_indexes(old, new) or (old, new) in _WIDENED


class _Value:
    """An expression over the rows of a table, and questions whether it is one of a type."""

    def __init__(
        self, schema: Schema, relation: Relation, text: str, names: set[str], unknown: str | None
    ) -> None:
        self.schema, self.relation = schema, relation
        self.text, self.names, self.unknown = text, names, unknown

    def becomes(self, name: str, type_: Any, *, not_null: bool) -> Iterator[Question]:
        written = str(tree.type_name(type_))
        called, facts = self.schema.type_named(type_.names)
        pending = self.schema.pending_type(type_)
        fix = f"mend {quoted(name)} of these rows, or write a USING that takes them"
        what = f"{quoted(name)} does not become {written}"
        accept: Acceptance = "not null" if not_null else "any"
        to = self.schema.type_sql(type_)
        test = row_test(self.relation, self.text, self.names, accept=accept, type_=to)
        if pending is not None and pending.kind == "e":
            labels = ", ".join(literal(label) for label in pending.labels)
            listed = f"({self.text})::text IN ({labels})"
            test = row_test(self.relation, listed, self.names, accept="not false")
        yield Question(_KIND, self.relation.name, what, test, fix, self.relation.shown_key, self.unknown)
        if pending is not None and facts is not None and pending.kind == "d":
            yield from self._meets_domain(what, pending, self.schema.checks.get(called, {}))

    def _meets_domain(self, what: str, facts: TypeFacts, checks: Mapping[str, Any]) -> Iterator[Question]:
        for constraint in checks.values():
            condition = self.schema.sql(constraint.raw_expr)
            expression = f"(SELECT {condition} FROM (SELECT ({self.text})::{facts.base} AS value) AS domain)"
            yield Question(
                _KIND,
                self.relation.name,
                f"{what}, CHECK ({condition}) is not met",
                row_test(self.relation, expression, self.names, accept="not false"),
                "change these rows, or the condition of the domain",
                self.relation.shown_key,
                self.unknown,
            )
