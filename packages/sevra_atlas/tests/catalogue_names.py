"""Rules about names: constraints as PostgreSQL names them, indexes by their rows, triggers by the page."""

from catalogue_rules import found
from sqlalchemy.orm import Session

# Functions whose triggers are not named `function` or `function_event`, and the expression that names them.
_TRIGGERS = {
    "audit_row": "z95_audit",
    "count_post": "count_post_(insert|update|delete|tags)",
    "guard_deletion_state": "a00_deletion_guard_(insert|update)",
    "live_delete": "soft_delete",
    "refuse_change": "{table}_(append_only|target_fixed|user_fixed|state_kept)",
    "require_live_parent": "{table}_[a-z_]+_live",
    "set_updated_at": "z90_updated_at",
    "sync_entities": "a10_entities",
    "sync_entity": "a10_entity",
    "sync_path": "a20_path",
}

# Names that are kept, and why.
_KEPT = {"search_documents_check": "a rule of the table that has one column; renaming it would gain nothing"}


def constraints_off_the_convention(session: Session) -> list[str]:
    """A constraint has the name that PostgreSQL gives when none is written."""
    return found(
        session,
        """
        WITH k AS (
          SELECT c.*, t.relname,
                 (SELECT string_agg(a.attname, '_' ORDER BY place)
                    FROM unnest(c.conkey) WITH ORDINALITY u (number, place)
                    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = number) AS columns
            FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
           WHERE c.connamespace IN ('public'::regnamespace, 'archive'::regnamespace)
             AND c.contype IN ('p', 'u', 'f', 'c') AND NOT t.relispartition)
        SELECT format('%s of %s', conname, conrelid::regclass) FROM k
         WHERE conname <> ALL (:kept) AND conname !~ CASE contype
           WHEN 'p' THEN format('^%s_pkey$', relname)
           WHEN 'u' THEN format('^%s_%s_key$', relname, columns)
           WHEN 'f' THEN format('^%s_%s_fkey$', relname, columns)
           -- Several rules of a column, or of a table, are numbered.
           ELSE CASE WHEN cardinality(conkey) = 1 THEN format('^%s_%s_check[0-9]*$', relname, columns)
                     ELSE format('^%s_check[0-9]*$', relname) END END
        """,
        kept=list(_KEPT),
    )


def indexes_off_the_convention(session: Session) -> list[str]:
    """An index begins with its table and ends in `_key` or `_idx`, over live rows with `_live` before it."""
    return found(
        session,
        """
        SELECT i.indexrelid::regclass::text
          FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
         CROSS JOIN LATERAL (SELECT coalesce(pg_get_expr(i.indpred, i.indrelid), '')
                                    LIKE '%(deleted_at IS NULL)%' AS of_live_rows) l
         WHERE t.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace) AND NOT t.relispartition
           AND NOT i.indisprimary AND (
               x.relname !~ format('^%s_[a-z0-9_]+_%s$', t.relname,
                                   CASE WHEN i.indisunique THEN 'key' ELSE 'idx' END)
               OR l.of_live_rows <> (x.relname ~ '_live_(key|idx)$'))
        """,
    )


def triggers_off_the_convention(session: Session) -> list[str]:
    """A trigger is named as the page names those of its function; the names decide the order of firing."""
    return found(
        session,
        """
        SELECT format('%s on %s', g.tgname, g.tgrelid::regclass)
          FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid JOIN pg_class t ON t.oid = g.tgrelid
          LEFT JOIN unnest(CAST(:functions AS text[]), CAST(:names AS text[])) AS known (function, name)
            ON known.function = p.proname
         WHERE NOT g.tgisinternal AND NOT t.relispartition
           AND t.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace, 'live'::regnamespace)
           AND g.tgname !~ format('^(%s)$', replace(
                 coalesce(known.name, p.proname || '(_insert|_update|_delete)?'), '{table}', t.relname))
        """,
        functions=list(_TRIGGERS),
        names=list(_TRIGGERS.values()),
    )
