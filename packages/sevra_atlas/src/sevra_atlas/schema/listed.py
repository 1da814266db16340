"""The list of tables: what each is, its columns, and what each of its indexes serves.

It is written by hand beside the models, one file an area of the schema page, and does not follow from them: a
test compares it with the catalogue, so that a table, column or index that nobody meant to add is noticed, and
no index is there without a query or a check that needs it.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec


class ListedTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the list.

    `kind` holds S (soft-deletable), T (timestamps), R (rating aggregate), and what it is for: registry,
    ledger, log, join, satellite, projection, security, case or layout. `columns` are in order, each with its
    type, `not null`, `identity`, `generated` or `default`. `indexes` name what each index serves, those of
    primary keys and unique constraints among them. `section` is that of the schema page; `differs` says where
    the table is on purpose otherwise than the page (a column, an index, or `rules`, `triggers`, `order`) and
    why.
    """

    section: str
    kind: tuple[str, ...]
    columns: Mapping[str, str]
    indexes: Mapping[str, str]
    differs: Mapping[str, str] = msgspec.field(default_factory=dict)
    area: str = ""


@cache
def listed_tables() -> Mapping[str, ListedTable]:
    """Return the list by table name (`salons`, `archive.rows`), areas in the order of their names."""
    found: dict[str, ListedTable] = {}
    folder = files("sevra_atlas.schema").joinpath("tables")
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        area = entry.name.removesuffix(".toml")
        tables = msgspec.toml.decode(entry.read_bytes(), type=dict[str, ListedTable])
        for name, table in tables.items():
            if name in found:
                raise ValueError(f"table {name!r} is listed in {found[name].area!r} and in {area!r}")
            found[name] = msgspec.structs.replace(table, area=area)
    return found
