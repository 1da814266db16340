"""Rules about the list of tables (`schema/tables`): what is there is listed, what is listed is there."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema.listed import ListedTable, listed_tables

_COLUMNS = """
SELECT t.oid::regclass::text AS name,
       array_agg(ARRAY[a.attname, concat(
           replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz'),
           CASE WHEN a.attnotnull THEN ' not null' END,
           CASE WHEN a.attidentity <> '' THEN ' identity' WHEN a.attgenerated <> '' THEN ' generated'
                WHEN d.oid IS NOT NULL
                THEN ' default ' || regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::[a-z_ ]+$', '') END)]
           ORDER BY a.attnum) AS facts
  FROM pg_class t
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
 WHERE t.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace)
   AND t.relkind IN ('r', 'p') AND NOT t.relispartition
 GROUP BY t.oid
"""

_INDEXES = """
SELECT i.indrelid::regclass::text AS name, array_agg(x.relname::text) AS facts
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
 WHERE t.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace) AND NOT t.relispartition
 GROUP BY 1
"""


def _by_name(session: Session, sql: str) -> dict[str, list[Any]]:
    return {row.name: row.facts for row in session.execute(text(sql))}


def tables_off_the_list(session: Session) -> list[str]:
    """Every table is listed with its columns in order, and every listed one is there."""
    there, listed = _by_name(session, _COLUMNS), listed_tables()
    findings = [f"{name} is not listed" for name in there.keys() - listed.keys()]
    findings += [f"{name} is missing" for name in listed.keys() - there.keys()]
    for name in there.keys() & listed.keys():
        actual = dict(there[name])
        wanted = listed[name].columns
        if actual != wanted:
            findings += _differences(name, actual, wanted)
        elif [*actual] != [*wanted]:
            findings.append(f"{name} has its columns in another order")
    return sorted(findings)


def _differences(name: str, actual: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    return [
        f"{name}.{column} is {actual.get(column, 'missing')}, listed as {wanted.get(column, 'nothing')}"
        for column in actual.keys() | wanted.keys()
        if actual.get(column) != wanted.get(column)
    ]


def kinds_off_the_list(session: Session) -> list[str]:
    """A table is soft-deletable, stamped or rated exactly when the list says so."""
    soft = set(session.scalars(text("SELECT table_name::text FROM public.entity_types")))
    findings = []
    for name, columns in _by_name(session, _COLUMNS).items():
        if name not in listed_tables():
            continue
        names = {column for column, _ in columns}
        kinds = {"S"} if name in soft else set()
        if "S" not in kinds and {"created_at", "updated_at"} <= names:
            kinds.add("T")
        if {"rating_key", "popular_key"} <= names:
            kinds.add("R")
        listed = {*listed_tables()[name].kind} & {"S", "T", "R"}
        if kinds != listed:
            findings.append(f"{name} is {sorted(kinds)}, listed as {sorted(listed)}")
    return sorted(findings)


def indexes_without_purpose(session: Session) -> list[str]:
    """Every index is listed with the query or check that it serves, and every listed one is there."""
    there = _by_name(session, _INDEXES)
    findings = []
    for name in there.keys() | listed_tables().keys():
        listed = listed_tables()[name].indexes if name in listed_tables() else {}
        findings += [
            f"{index} serves nothing" for index in there.get(name, ()) if not listed.get(index, "").strip()
        ]
        findings += [f"{index} is missing" for index in listed.keys() - {*there.get(name, ())}]
    return sorted(findings)


def differences_of_nothing(listed: Mapping[str, ListedTable]) -> list[str]:
    """What differs from the page is a column or an index of its table, or its rules, triggers or order."""
    return sorted(
        f"{name}: {what}"
        for name, table in listed.items()
        for what in table.differs
        if what not in {*table.columns, *table.indexes, "rules", "triggers", "order"}
    )
