"""One statement of the pending migrations, or one command of an ALTER TABLE, between two schemas."""

from dataclasses import dataclass
from typing import Any

from pgevolve.check import tree
from pgevolve.prechecks.model import Place
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema


@dataclass(frozen=True, slots=True)
class Command:
    """What runs. `kind` is the field of the statement's Node, or a command of an ALTER TABLE (AT_…).

    `node` is the statement, `command` the part of it that this is about. `before` is the schema that it
    meets, `after` the one that it leaves.
    """

    kind: str
    node: Any
    command: Any
    place: Place
    before: Schema
    after: Schema

    @property
    def definition(self) -> Any:
        """What stands behind the words of a command of an ALTER TABLE."""
        return tree.definition(self.command)

    @property
    def only(self) -> bool:
        """Whether the statement says ONLY."""
        return not self.node.relation.inh

    def relation(self) -> Relation | None:
        """Return the table that the statement is about, as it leaves it, if it is about one."""
        return self._in(self.after)

    def relation_before(self) -> Relation | None:
        """Return the table that the statement is about, as it meets it, if it is about one."""
        return self._in(self.before)

    def _in(self, schema: Schema) -> Relation | None:
        named = getattr(self.node, "relation", None)
        return None if named is None else schema.relation(named)
