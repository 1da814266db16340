"""What tells one object of a database from all others."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "schema",
    "extension",
    "collation",
    "enum",
    "domain",
    "composite type",
    "range type",
    "sequence",
    "function",
    "aggregate",
    "table",
    "constraint",
    "index",
    "view",
    "materialized view",
    "statistics",
    "policy",
    "rule",
    "trigger",
    "publication",
    "event trigger",
    "default privileges",
    "rows",
    "other",
]


@dataclass(frozen=True, slots=True, order=True)
class Ident:
    """What tells one object from all others: a function's name ends in its argument types.

    `schema` is empty for what belongs to the whole database.
    """

    kind: Kind
    schema: str
    name: str
    table: str = ""

    def __str__(self) -> str:
        if self.kind == "schema" or not self.schema:
            return f"{self.kind} {self.name}"
        where = f"{self.schema}.{self.table}" if self.table else self.schema
        return f"{self.kind} {where}.{self.name}"
