"""A rename: which object, what it was called and what it becomes, and the statement for it."""

from dataclasses import dataclass

from pgevolve.catalog.model import Ident
from pgevolve.objects import RenamedKind
from pgevolve.quoting import literal, name, qualified

# What others are named in comes first: their statements say its new name.
ORDER: dict[RenamedKind, int] = {
    "schema": 0,
    "enum": 1,
    "domain": 1,
    "composite type": 1,
    "table": 2,
    "view": 2,
    "materialized view": 2,
}


@dataclass(frozen=True, slots=True)
class Rename:
    """An object of the models, and its old name.

    `table` is the table or view of what hangs on one, and the type of a label, each under its new name;
    `arguments` are the types that tell a function from others of its name. A `late` rename waits for the
    contract: no compatible name could stand in for the old one.
    """

    kind: RenamedKind
    schema: str
    old: str
    new: str
    table: str = ""
    arguments: str = ""
    late: bool = False

    @property
    def ident(self) -> Ident:
        """What tells the object from all others under its new name; of a label, the type that has it."""
        if self.kind == "label":
            return Ident("enum", self.schema, self.table)
        if self.kind == "function" or self.kind == "aggregate":  # noqa: PLR1714 - a type checker reads this
            return Ident(self.kind, self.schema, f"{self.new}({self.arguments})")
        return Ident(self.kind, self.new if self.kind == "schema" else self.schema, self.new, self.table)

    @property
    def title(self) -> str:
        """Return how a document names the object."""
        if self.kind == "label":
            return f"label {qualified(self.schema, self.table)}.{name(self.new)}"
        if self.kind == "schema":
            return f"schema {name(self.new)}"
        where = qualified(self.schema, self.table) if self.table else name(self.schema)
        called = f"({self.arguments})" if self.kind in {"function", "aggregate"} else ""
        return f"{self.kind} {where}.{name(self.new)}{called}"

    def __str__(self) -> str:
        return f"{self.title} was {name(self.old)}"


@dataclass(frozen=True, slots=True)
class Renaming:
    """A statement that gives something another name, and the one that gives the old name back.

    A `late` one is made at contract. `new` is the name that nothing may use before, a label as a constant.
    """

    there: str
    back: str
    late: bool = False
    new: str = ""


def renaming(rename: Rename) -> Renaming:
    """Return the statements of a rename; none of them looks at a row."""
    return Renaming(
        _statement(rename, rename.old, rename.new),
        _statement(rename, rename.new, rename.old),
        rename.late,
        literal(rename.new) if rename.kind == "label" else rename.new,
    )


def _statement(rename: Rename, old: str, new: str) -> str:
    kind, to = rename.kind, f"RENAME TO {name(new)}"
    on = qualified(rename.schema, rename.table)
    match kind:
        case "schema":
            called = f"SCHEMA {name(old)}"
        case "label":
            called, to = f"TYPE {on}", f"RENAME VALUE {literal(old)} TO {literal(new)}"
        case "constraint":
            called, to = f"TABLE {on}", f"RENAME CONSTRAINT {name(old)} TO {name(new)}"
        case "policy" | "rule" | "trigger":
            called = f"{kind.upper()} {name(old)} ON {on}"
        case "function" | "aggregate":
            called = f"ROUTINE {qualified(rename.schema, old)}({rename.arguments})"
        case "enum" | "composite type":
            called = f"TYPE {qualified(rename.schema, old)}"
        case _:
            called = f"{kind.upper()} {qualified(rename.schema, old)}"
    return f"ALTER {called} {to}"
