"""The tables of the queue are those that the installed version of its library works with."""

import psycopg
from databases import SevraDatabase
from procrastinate.schema import SchemaManager

_WITHOUT_PLPGSQL = "-- Enums"

# Everything that the library makes, as text that does not name its schema.
_OBJECTS = """
SELECT 'table ' || c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
 WHERE c.relnamespace = %(schema)s::regnamespace AND a.attnum > 0 AND c.relkind IN ('r', 'c')
UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index
           WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = %(schema)s::regnamespace)
UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = %(schema)s::regnamespace
UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger
           WHERE NOT tgisinternal
             AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = %(schema)s::regnamespace)
UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
           WHERE pronamespace = %(schema)s::regnamespace
UNION ALL SELECT 'label ' || t.typname || ' ' || e.enumlabel || ' ' || e.enumsortorder
            FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
           WHERE t.typnamespace = %(schema)s::regnamespace
"""


def objects(connection: psycopg.Connection, schema: str) -> list[str]:
    # With the schema on the path its own names are written without it.
    connection.execute(f"SET search_path = {schema}")
    found = connection.execute(_OBJECTS, {"schema": schema}).fetchall()
    return sorted(text.replace(f"{schema}.", "") for (text,) in found)


def test_the_migrated_queue_is_that_of_the_installed_library(sevra_db: SevraDatabase) -> None:
    script = SchemaManager.get_schema()
    with psycopg.connect(sevra_db.admin_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA installed")
        connection.execute("SET search_path = installed")
        connection.execute(script[script.index(_WITHOUT_PLPGSQL) :])

        migrated, installed = objects(connection, "procrastinate"), objects(connection, "installed")

    assert migrated == installed
    assert len(migrated) > 60


def test_the_owner_owns_all_of_it_and_nobody_else_may_make_anything_there(sevra_db: SevraDatabase) -> None:
    with psycopg.connect(sevra_db.admin_url) as connection:
        owners = connection.execute(
            "SELECT DISTINCT pg_get_userbyid(owner) FROM ("
            "SELECT relowner FROM pg_class WHERE relnamespace = 'procrastinate'::regnamespace"
            " UNION ALL SELECT proowner FROM pg_proc WHERE pronamespace = 'procrastinate'::regnamespace"
            " UNION ALL SELECT typowner FROM pg_type WHERE typnamespace = 'procrastinate'::regnamespace"
            " UNION ALL SELECT nspowner FROM pg_namespace WHERE nspname = 'procrastinate') AS o (owner)"
        ).fetchall()
        makers = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'sevra%' AND rolname <> 'sevra_owner'"
            " AND has_schema_privilege(oid, 'procrastinate', 'CREATE')"
        ).fetchall()

    assert owners == [("sevra_owner",)]
    assert makers == []
