"""Read a database into a `Catalog`: one query a kind, in `sql/`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

from sqlalchemy import Connection, RowMapping, text

from pgevolve.catalog.model import (
    Catalog,
    Column,
    ConstraintObject,
    EnumObject,
    FunctionObject,
    GrantObject,
    Ident,
    IndexObject,
    SchemaItem,
    SchemaObject,
    SequenceObject,
    SequenceOptions,
    TableObject,
    TriggerObject,
    ViewObject,
)
from pgevolve.catalog.read_kinds import other_kinds
from pgevolve.catalog.reader import Address, Reader, relation_addresses
from pgevolve.catalog.rows import ReferenceTable, read_rows

LEDGER_SCHEMA = "pgevolve"

# Names come out qualified, and values the same on every server and in every session.
_SETTINGS = {
    "search_path": "",
    "quote_all_identifiers": "off",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "xmlbinary": "base64",
}


def read_catalog(  # noqa: PLR0913 (what is left out, and whose it is)
    connection: Connection,
    *,
    ignore_schemas: frozenset[str] = frozenset(),
    reference_tables: Sequence[ReferenceTable] = (),
    owner: str | None = None,
    ignore_partitions: bool = False,
    ignore_tables: frozenset[str] = frozenset(),
) -> Catalog:
    """Return what the current database holds, except system schemas, extensions' objects and ignored schemas.

    The schema of the ledger is always ignored; with `ignore_partitions` so is every partition, and so are
    `ignore_tables` (each as `schema.table`), with all that hangs on them. What belongs to `owner` (the
    current user without one) counts as the project's own. Runs in the caller's transaction, takes no locks
    but those of reading, and leaves the session's settings as they were.
    """
    with _neutral_settings(connection):
        reader = _Catalogue(
            connection,
            ignore_schemas | {LEDGER_SCHEMA},
            owner,
            ignore_partitions=ignore_partitions,
            ignore_tables=ignore_tables,
        )
        return reader.catalog(reference_tables)


@contextmanager
def _neutral_settings(connection: Connection) -> Iterator[None]:
    query = ", ".join(f"current_setting('{key}') AS \"{key}\"" for key in _SETTINGS)
    before = connection.execute(text(f"SELECT {query}")).mappings().one()
    _set(connection, _SETTINGS)
    yield
    _set(connection, before)


def _set(connection: Connection, settings: Mapping[str, str] | RowMapping) -> None:
    query = ", ".join(f"set_config('{key}', :{key}, true)" for key in _SETTINGS)
    connection.execute(text(f"SELECT {query}"), dict(settings))


class _Catalogue(Reader):
    """Reads kind after kind."""

    def catalog(self, reference_tables: Sequence[ReferenceTable]) -> Catalog:
        for read in (
            self._schemas,
            self._enums,
            self._tables_and_views,
            self._constraints,
            self._indexes,
            self._functions,
            self._triggers,
        ):
            for item in read():
                self.objects[item.ident] = item
        for item in other_kinds(self):
            self.objects[item.ident] = item
        self._note_what_parents_brought()
        rows = {
            entry.ident: entry
            for entry in read_rows(self.connection, reference_tables)
            if entry.schema in self.schemas
        }
        return Catalog(
            objects=MappingProxyType(self.objects),
            rows=MappingProxyType(rows),
            grants=frozenset(self._grants()),
            needs=MappingProxyType(self._needs()),
            version=self.connection.scalar(text("SELECT current_setting('server_version_num')::int")) or 0,
        )

    def _schemas(self) -> Iterator[SchemaItem]:
        for row in self.select("schemas"):
            self.schemas.append(row["name"])
            # Who owns schema public, and what stands in its comment, is the server's business.
            public = row["name"] == "public"
            item = SchemaObject(
                row["name"],
                None if public else self.own(row["owner"]),
                None if public else row["comment"],
            )
            self.known(item.ident, ("pg_namespace", row["oid"]))
            yield item

    def _enums(self) -> Iterator[SchemaItem]:
        for row in self.select("enums"):
            labels = tuple(row["labels"] or ())
            item = EnumObject(row["schema"], row["name"], labels, self.own(row["owner"]), row["comment"])
            self.known(item.ident, ("pg_type", row["oid"]), ("pg_type", row["typarray"]))
            yield item

    def _tables_and_views(self) -> Iterator[SchemaItem]:
        for row in self.select("columns"):
            self.columns[row["table_oid"]].append(row)
        columns = self.columns
        identities: dict[tuple[int, int], SequenceOptions] = {}
        for row in self.select("sequences"):
            if row["ownership"] == "i":
                identities[row["table_oid"], row["column_number"]] = _sequence_options(row)
                continue
            if (row["table_schema"], row["table_name"]) in self.left_out:
                continue
            item = SequenceObject(
                row["schema"],
                row["name"],
                _sequence_options(row),
                row["owned_by"],
                self.own(row["owner"]),
                row["comment"],
            )
            self.known(item.ident, ("pg_class", row["oid"]))
            yield item
        yield from self._tables(columns, identities)
        yield from self._views(columns)

    def _tables(
        self,
        columns: Mapping[int, Sequence[RowMapping]],
        identities: Mapping[tuple[int, int], SequenceOptions],
    ) -> Iterator[SchemaItem]:
        for row in self.select("tables"):
            if (row["schema"], row["name"]) in self.left_out:
                continue
            item = TableObject(
                schema=row["schema"],
                name=row["name"],
                columns=tuple(
                    _column(column, identities.get((row["oid"], column["number"])))
                    for column in columns.get(row["oid"], ())
                ),
                options=tuple(row["options"]),
                persistence=row["persistence"],
                partition_key=row["partition_key"],
                partition_of=row["partition_of"],
                partition_bound=row["partition_bound"],
                inherits=tuple(row["inherits"]),
                owner=self.own(row["owner"]),
                comment=row["comment"],
                **{key: row[key] for key in _TABLE_FACTS},
            )
            self.known(item.ident, *relation_addresses(row))
            yield item

    def _views(self, columns: Mapping[int, Sequence[RowMapping]]) -> Iterator[SchemaItem]:
        for row in self.select("views"):
            own = columns.get(row["oid"], ())
            item = ViewObject(
                schema=row["schema"],
                name=row["name"],
                definition=row["definition"].strip().removesuffix(";"),
                columns=tuple(column["name"] for column in own),
                options=tuple(row["options"]),
                owner=self.own(row["owner"]),
                comment=row["comment"],
                column_comments=tuple(
                    (column["name"], column["comment"]) for column in own if column["comment"]
                ),
                column_defaults=tuple(
                    (column["name"], column["default"]) for column in own if column["default"]
                ),
            )
            self.known(item.ident, ("pg_rewrite", row["rule_oid"]), *relation_addresses(row))
            yield item

    def _constraints(self) -> Iterator[SchemaItem]:
        for row in self.select("constraints"):
            facts = {
                key: row[key]
                for key in ("schema", "table", "name", "kind", "validated", "comment", "clustered")
            }
            definition = row["definition"].removesuffix(" NOT VALID")
            item = ConstraintObject(
                **facts,
                definition=definition,
                columns=tuple(row["columns"]),
                references=row["references"],
                options=tuple(row["options"]),
            )
            if row["brought"]:
                self.brought[row["table_oid"]].append(item)
                continue
            # A foreign key stands on the index of the key it points to, and that index on its constraint.
            index: Address = ("pg_class", row["index_oid"] if row["kind"] != "f" else 0)
            self.known(item.ident, ("pg_constraint", row["oid"]), index)
            yield item

    def _note_what_parents_brought(self) -> None:
        for oid, brought in self.brought.items():
            ident = self.addresses.get(("pg_class", oid))
            table = None if ident is None else self.objects[ident]
            if ident is not None and isinstance(table, TableObject):
                self.objects[ident] = replace(table, brought=tuple(brought))

    def _indexes(self) -> Iterator[SchemaItem]:
        for row in self.select("indexes"):
            item = IndexObject(**{key: row[key] for key in row if key not in {"oid", "table_oid", "brought"}})
            if row["brought"]:
                self.brought[row["table_oid"]].append(item)
                continue
            self.known(item.ident, ("pg_class", row["oid"]))
            yield item

    def _functions(self) -> Iterator[SchemaItem]:
        for row in self.select("functions"):
            facts = {key: row[key] for key in row if key not in {"oid", "owner"}}
            item = FunctionObject(**facts, owner=self.own(row["owner"]))
            self.known(item.ident, ("pg_proc", row["oid"]))
            yield item

    def _triggers(self) -> Iterator[SchemaItem]:
        for row in self.select("triggers"):
            facts = {key: row[key] for key in row if key not in {"oid", "constraint_oid"}}
            item = TriggerObject(**facts)
            self.known(item.ident, ("pg_trigger", row["oid"]), ("pg_constraint", row["constraint_oid"]))
            yield item

    def _grants(self) -> Iterator[GrantObject]:
        found = self.select_grants()
        creators = {
            row["grantee"] for row in found if row["class"] == "pg_namespace" and row["privilege"] == "CREATE"
        }
        for row in found:
            ident = self.addresses[row["class"], row["oid"]]
            if ident == _PUBLIC and (row["grantee"] in creators or row["grantee"] == "PUBLIC"):
                # Who may create in schema public, and that everybody may use it, is provisioning.
                continue
            yield GrantObject(ident, row["grantee"], row["privilege"], row["column"], row["grantable"])

    def _needs(self) -> dict[Ident, frozenset[Ident]]:
        needs: dict[Ident, set[Ident]] = defaultdict(set)
        known = self.members | self.addresses
        for row in self.select("dependencies"):
            one = known.get((row["class"], row["oid"]))
            other = known.get((row["on_class"], row["on_oid"]))
            if one is not None and other is not None and one != other:
                needs[one].add(other)
        return {ident: frozenset(others) for ident, others in needs.items()}


_TABLE_FACTS = (
    "row_security",
    "force_row_security",
    "replica_identity",
    "tablespace",
    "of_type",
    "partition_check",
)
_PUBLIC = Ident("schema", "public", "public")


def _sequence_options(row: RowMapping) -> SequenceOptions:
    return SequenceOptions(
        **{key: row[key] for key in ("type", "start", "increment", "minimum", "maximum", "cache", "cycle")}
    )


def _column(row: RowMapping, identity_options: SequenceOptions | None) -> Column:
    facts = (
        "name",
        "type",
        "not_null",
        "default",
        "generated",
        "identity",
        "collation",
        "storage",
        "comment",
        "inherited",
        "compression",
        "statistics",
        "usual_storage",
    )
    return Column(
        **{key: row[key] for key in facts},
        identity_options=identity_options,
        options=tuple(row["options"]),
    )
