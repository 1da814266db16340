"""One reading of a database: the queries in `sql/`, and under which address the server knows each object."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from sqlalchemy import Connection, RowMapping, text

from pgevolve.catalog.model import ConstraintObject, Ident, IndexObject, SchemaItem

Address: TypeAlias = tuple[str, int]  # system catalogue and object id


@cache
def _query(title: str) -> str:
    return files("pgevolve.catalog").joinpath("sql", f"{title}.sql").read_text(encoding="utf-8")


class Reader:
    """Collects objects and remembers under which address the server knows each."""

    def __init__(
        self,
        connection: Connection,
        ignored: frozenset[str],
        owner: str | None,
        *,
        ignore_partitions: bool,
        ignore_tables: frozenset[str],
    ) -> None:
        self.connection, self.ignored = connection, ignored
        self.owner = owner or connection.scalar(text("SELECT current_user"))
        self.schemas: list[str] = []
        self.left_out: set[tuple[str, str]] = set()
        if ignore_partitions:
            self.left_out = {(row["schema"], row["name"]) for row in self.select("partitions")}
        for table in ignore_tables:
            schema, _, name = table.partition(".")
            self.left_out.add((schema, name))
        self.objects: dict[Ident, SchemaItem] = {}
        self.addresses: dict[Address, Ident] = {}
        self.columns: dict[int, list[RowMapping]] = defaultdict(list)
        self.brought: dict[int, list[ConstraintObject | IndexObject]] = defaultdict(list)
        # What an extension brought along: others may stand on it, but it has no privileges of ours.
        self.members: dict[Address, Ident] = {}

    def select(self, title: str) -> Sequence[RowMapping]:
        """Return the rows of one query, without those about partitions that are left out."""
        query = text(_query(title))
        values = {"schemas": self.schemas, "ignored": sorted(self.ignored)}
        asked = {key: values[key] for key in values if f":{key}" in _query(title)}
        rows = self.connection.execute(query, asked).mappings().all()
        return [row for row in rows if (row.get("schema"), row.get("table")) not in self.left_out]

    def select_grants(self) -> Sequence[RowMapping]:
        """Return the privileges on the objects read so far."""
        oids = {"oids": [oid for _, oid in self.addresses]}
        rows = self.connection.execute(text(_query("grants")), oids).mappings()
        return [row for row in rows if (row["class"], row["oid"]) in self.addresses]

    def known(self, ident: Ident, *addresses: Address) -> None:
        """Remember under which addresses the server knows the object."""
        for catalogue, oid in addresses:
            if oid:
                self.addresses[catalogue, oid] = ident

    def own(self, role: str) -> str | None:
        """Return the owner's name, None for the project's own."""
        return None if role == self.owner else role


def relation_addresses(row: RowMapping) -> tuple[Address, ...]:
    """Return the addresses of a relation: its own, and those of the type of its rows."""
    return ("pg_class", row["oid"]), ("pg_type", row["row_type"]), ("pg_type", row["row_type_array"])
