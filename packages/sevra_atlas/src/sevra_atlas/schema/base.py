"""The declarative base: one metadata, PostgreSQL's own constraint names, rules written at the column.

A column carries its CHECKs in `info` (helpers in `columns`), a class carries those over several columns in
`__checks__` and its indexes in `__indexes__`. When a class is mapped they become constraints and indexes with
the names PostgreSQL itself would choose (`salons_name_check`, `salons_name_check1`, `salons_check`), so that
an error names the rule and no model repeats a table's name.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Date, Enum, Index, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, declared_attr
from sqlalchemy.types import UserDefinedType

from sevra_atlas.schema.enums import ENUM_NAMES

CHECKS = "sevra.checks"

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
    }
)


class Name(UserDefinedType[str]):
    """PostgreSQL's `name`: an identifier of at most 63 bytes."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Return the type as DDL names it."""
        return "name"


def pg_enum(labels: type[StrEnum]) -> Enum:
    """Return the native type of one enum; the class's values are the labels."""
    return Enum(
        labels,
        name=ENUM_NAMES[labels],
        metadata=metadata,
        values_callable=lambda members: [member.value for member in members],
    )


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """An index without its table: key columns as SQL (`rating_key DESC`), predicate, payload."""

    keys: tuple[str, ...]
    where: str | None = None
    include: tuple[str, ...] = ()
    unique: bool = False
    nulls_not_distinct: bool = False
    suffix: str = "idx"
    name: str | None = None
    using: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    def on(self, table: Table) -> Index:
        """Make the index; its name is PostgreSQL's default name unless the spec has one."""
        columns = "_".join(key.split()[0] for key in self.keys)
        options: dict[str, Any] = {}
        if self.nulls_not_distinct:
            options["postgresql_nulls_not_distinct"] = True
        if self.include:
            options["postgresql_include"] = [table.c[column] for column in self.include]
        if self.using is not None:
            options["postgresql_using"] = self.using
        if self.parameters:
            options["postgresql_with"] = dict(self.parameters)
        return Index(
            self.name or f"{table.name}_{columns}_{self.suffix}",
            *(table.c[key] if key in table.c else text(key) for key in self.keys),
            unique=self.unique,
            postgresql_where=None if self.where is None else text(self.where),
            _table=table,
            **options,
        )


class Base(DeclarativeBase):
    """Base of every model. Tables have bare names: the search path picks live view or base table."""

    metadata = metadata
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger(),
        str: Text(),
        date: Date(),
        datetime: TIMESTAMP(timezone=True),
        **{labels: pg_enum(labels) for labels in ENUM_NAMES},
    }
    __checks__: ClassVar[tuple[str, ...]] = ()
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = ()

    @declared_attr.directive
    def __mapper_args__(self) -> dict[str, Any]:
        """Read back what the database fills in, with RETURNING."""
        return {"eager_defaults": True}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        table = cls.__table__
        if not isinstance(table, Table):
            return
        _add_checks(table, _gathered(cls, "__checks__"))
        for spec in _gathered(cls, "__indexes__"):
            spec.on(table)


def _gathered(cls: type, attribute: str) -> Iterator[Any]:
    """Yield what the class and then its mixins declare, each declaration once."""
    for owner in cls.__mro__:
        yield from vars(owner).get(attribute, ())


def _add_checks(table: Table, across: Iterator[str]) -> None:
    """Attach column rules first, then those over several columns, numbered as PostgreSQL numbers them."""
    taken: Counter[str] = Counter()

    def attach(stem: str, rule: str) -> None:
        number = taken[stem]
        taken[stem] += 1
        table.append_constraint(CheckConstraint(rule, name=f"{stem}{number or ''}"))

    for column in table.columns:
        for rule in column.info.get(CHECKS, ()):
            attach(f"{table.name}_{column.name}_check", rule.replace("{c}", column.name))
    for rule in across:
        attach(f"{table.name}_check", rule)
