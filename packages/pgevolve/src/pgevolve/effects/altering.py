"""One command of an ALTER TABLE on its table."""

from dataclasses import dataclass
from typing import Any

from postgast import pg_query_pb2 as ast

from pgevolve.effects.facts import RelationFacts, SchemaFacts
from pgevolve.effects.model import Effect
from pgevolve.trace.model import LockMode


@dataclass(frozen=True, slots=True)
class Altering:
    """A command, the table it is about, and where the claim is written down; `only` leaves heirs alone."""

    effect: Effect
    schema: SchemaFacts
    relation: RelationFacts
    command: ast.AlterTableCmd
    only: bool

    @property
    def kind(self) -> str:
        """The name of the command's kind, such as AT_AddColumn."""
        return str(ast.AlterTableType.Name(self.command.subtype))

    @property
    def definition(self) -> Any:
        """What stands behind the command's words."""
        return getattr(self.command, "def")

    def lock_family(self, mode: LockMode) -> None:
        """Lock the table and, unless ONLY stands there, all below it."""
        self.effect.lock(self.schema.family(self.relation.name, only=self.only), mode)

    def stored(self) -> tuple[str, ...]:
        """Return the tables with rows among these."""
        return self.schema.stored(self.relation.name, only=self.only)
