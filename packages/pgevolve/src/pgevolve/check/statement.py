"""One statement of a file, as rules see it."""

from dataclasses import dataclass, replace
from typing import Any

from pgevolve.check import tree
from pgevolve.check.source import Source


@dataclass(slots=True, eq=False)
class Statement:
    """A parsed statement, or one command of an ALTER TABLE.

    `kind` is the field of its Node, such as `create_stmt`, or the name of the command, such as
    `AT_AddColumn`; `node` the message, of an ALTER TABLE the whole one also for a command. Locations in the
    tree count bytes from `base`. `begin` and `end` are the statement's offsets in the file. `transaction`
    counts over the file; `shares` says that the statement runs in a transaction that may hold others too.
    `within` names the body it stands in ("the DO block"), and `line` the line of the file then.
    """

    source: Source
    kind: str
    node: Any
    begin: int
    end: int
    base: int = 0
    transaction: int = 0
    shares: bool = True
    command: Any = None
    within: str = ""
    line: int | None = None
    new_columns: list[tuple[Any, tree.TypeName]] | None = None

    def for_command(self, command: Any) -> "Statement":
        """Return one command of this ALTER TABLE."""
        return replace(self, kind=tree.command_kind(command), command=command, new_columns=None)

    def place(self, location: int | None = None) -> tuple[int, int]:
        """Return line and column of a location of the tree, or of the statement."""
        if self.line is not None:
            return self.line, self._indent(self.line)
        return self.source.place(self.begin if not location else self.base + location)

    def text(self) -> str:
        """Return the statement's text."""
        return self.source.bytes[self.begin : self.end].decode(errors="replace")

    def _indent(self, line: int) -> int:
        content = self.source.text.split("\n")[line - 1]
        return len(content) - len(content.lstrip()) + 1
