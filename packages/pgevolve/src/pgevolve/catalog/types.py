"""Types other than enums and rows of tables, and the collations they sort by."""

from dataclasses import dataclass

from pgevolve.catalog.ident import Ident


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """A constraint of a domain."""

    name: str
    definition: str
    validated: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class DomainObject:
    """A domain; `collation` is None where it is that of the type below."""

    schema: str
    name: str
    type: str
    collation: str | None = None
    not_null: bool = False
    default: str | None = None
    checks: tuple[DomainCheck, ...] = ()
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("domain", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One field of a composite type."""

    name: str
    type: str
    collation: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class CompositeObject:
    """A composite type of its own, with its attributes in order."""

    schema: str
    name: str
    attributes: tuple[Attribute, ...]
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("composite type", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class RangeObject:
    """A range type; `options` are those of CREATE TYPE beyond the server's defaults, as SQL."""

    schema: str
    name: str
    subtype: str
    options: tuple[tuple[str, str], ...] = ()
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("range type", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class CollationObject:
    """A collation; `options` are those of CREATE COLLATION, as SQL, without the library's version."""

    schema: str
    name: str
    options: tuple[tuple[str, str], ...]
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("collation", self.schema, self.name)
