"""Rules that hold of every table, index, trigger and function: each asks the server's catalogue for findings.

A rule is a function of a session that may read the catalogue; it returns one line per finding, none when the
rule holds. Partitions follow their parents and are left out. What the list of tables says is checked in
`catalogue_list`, names in `catalogue_names`.
"""

from collections.abc import Callable
from typing import LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

Rule = Callable[[Session], list[str]]

# The trigger functions of the schema page, 15.2.
TRIGGER_FUNCTIONS = frozenset(
    (
        "announce",
        "audit_row",
        "check_prefix_rule",
        "claim_path",
        "close_sessions",
        "count_comment",
        "count_follow",
        "count_post",
        "count_reaction",
        "count_review",
        "count_save",
        "count_vote",
        "fill_province",
        "guard_deletion_state",
        "guard_legal_hold",
        "keep_lastmod",
        "keep_revision",
        "live_delete",
        "media_in_use",
        "no_cycle",
        "posts_lifecycle",
        "propagate_verification",
        "public_media_slot",
        "refuse_change",
        "release_path",
        "reports_transition",
        "require_live_parent",
        "reset_certification",
        "reviews_not_own",
        "set_updated_at",
        "sync_entities",
        "sync_entity",
        "sync_path",
        "url_paths_kept",
        "url_paths_owner_has_current",
        "users_last_admin",
        "verification_transition",
    )
)

# Indexes of soft-deletable tables that deleted rows belong into, and why.
_WITH_DELETED_ROWS = {
    "media_sha256_idx": "an object in the store is kept until its row is purged",
    "media_unfinished_idx": "the image job ends what it began",
}


def found(session: Session, sql: LiteralString, **values: object) -> list[str]:
    """Return the first column of the answer, in order, as text."""
    return sorted(str(value) for value in session.scalars(text(sql), values))


def foreign_keys_without_index(session: Session) -> list[str]:
    """A foreign key needs an index that begins with its columns and holds every row that has one."""
    return found(
        session,
        """
        SELECT format('%s of %s', c.conname, c.conrelid::regclass)
          FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
         WHERE c.contype = 'f' AND c.connamespace IN ('public'::regnamespace, 'archive'::regnamespace)
           AND NOT t.relispartition AND NOT EXISTS (
               SELECT FROM pg_index i
                WHERE i.indrelid = c.conrelid AND i.indisvalid
                  -- Not limited to live rows: archival removes deleted rows through these indexes.
                  AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = ANY (
                       SELECT format('(%I IS NOT NULL)', a.attname) FROM pg_attribute a
                        WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)))
                  AND ((SELECT array_agg(k ORDER BY k)
                          FROM unnest(i.indkey::int2[]) WITH ORDINALITY u (k, n)
                         WHERE n <= cardinality(c.conkey))
                       = (SELECT array_agg(k ORDER BY k) FROM unnest(c.conkey) k)
                       -- A unique index over a part of the columns finds the one row just as well.
                       OR (i.indisunique AND i.indkey::int2[] <@ c.conkey)))
        """,
    )


def soft_deletable_tables_without_a_part(session: Session) -> list[str]:
    """A table in entity_types has its live view, batch columns and index, guards; no other table has them."""
    return found(
        session,
        """
        WITH soft AS (SELECT table_name::text AS name, format('public.%I', table_name)::regclass AS oid
                        FROM public.entity_types),
             wanted (part, relation, trigger) AS (VALUES
               ('guard of inserts', 'public', 'a00_deletion_guard_insert'),
               ('guard of updates', 'public', 'a00_deletion_guard_update'),
               ('entity trigger', 'public', 'a10_entity'), ('stamp', 'public', 'z90_updated_at'),
               ('entity trigger of updates', 'public', 'a10_entities'),
               ('delete trigger', 'live', 'soft_delete'))
        SELECT format('%s has no live view', name) FROM soft
         WHERE to_regclass(format('live.%I', name)) IS NULL
         UNION ALL
        SELECT format('%s has no %s', name, part) FROM soft CROSS JOIN wanted
         WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = trigger AND tgenabled = 'O'
                              AND tgrelid = to_regclass(format('%s.%I', relation, name)))
         UNION ALL
        SELECT format('%s has no column %s', name, wanted) FROM soft
         CROSS JOIN unnest('{created_at,updated_at,version,deleted_at,deletion_id}'::name[]) AS wanted
         WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = soft.oid AND a.attname = wanted)
         UNION ALL
        SELECT format('%s has no index of its deletions', name) FROM soft
         WHERE NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attnum = i.indkey[0]
                            WHERE i.indrelid = soft.oid AND a.attrelid = soft.oid
                              AND a.attname = 'deletion_id'
                              AND pg_get_expr(i.indpred, i.indrelid) = '(deletion_id IS NOT NULL)')
         UNION ALL
        SELECT format('%s has a deletion without a time or a time without one', name) FROM soft
         WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = soft.oid AND k.contype = 'c'
                              AND pg_get_constraintdef(k.oid)
                                  = 'CHECK (((deleted_at IS NULL) = (deletion_id IS NULL)))')
         UNION ALL
        SELECT format('%s is not in entity_types', t.relname) FROM pg_class t
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'deletion_id'
         WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p')
           AND t.oid NOT IN (SELECT oid FROM soft)
        """,
    )


def indexes_that_hold_deleted_rows(session: Session) -> list[str]:
    """An index of a soft-deletable table holds live rows only, unless a reference or constraint needs all."""
    return found(
        session,
        """
        SELECT i.indexrelid::regclass::text
          FROM pg_index i
          JOIN public.entity_types t ON i.indrelid = format('public.%I', t.table_name)::regclass
         WHERE coalesce(pg_get_expr(i.indpred, i.indrelid), '') NOT LIKE '%(deleted_at IS NULL)%'
           AND NOT EXISTS (SELECT FROM pg_constraint c
                            WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
           AND NOT EXISTS (SELECT FROM pg_constraint c
                            WHERE c.conrelid = i.indrelid AND c.contype = 'f'
                              AND i.indkey::int2[] <@ c.conkey)
           AND i.indexrelid::regclass::text <> ALL (:needed)
        """,
        needed=list(_WITH_DELETED_ROWS),
    )


def views_that_differ_from_their_tables(session: Session) -> list[str]:
    """A live view has the columns of its table, by name, type and order, and shows its live rows."""
    return found(
        session,
        """
        SELECT format('live.%I differs from its table', v.relname)
          FROM pg_class v
          LEFT JOIN pg_class t ON t.relname = v.relname AND t.relnamespace = 'public'::regnamespace
         WHERE v.relnamespace = 'live'::regnamespace AND v.relkind = 'v' AND (
               (SELECT array_agg((attname, atttypid, atttypmod)::text ORDER BY attnum) FROM pg_attribute
                 WHERE attrelid = v.oid AND attnum > 0)
               IS DISTINCT FROM
               (SELECT array_agg((attname, atttypid, atttypmod)::text ORDER BY attnum) FROM pg_attribute
                 WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped)
               OR pg_get_viewdef(v.oid) !~ 'WHERE \\(?([a-z_]+\\.)?deleted_at IS NULL\\)?;$'
               OR v.reloptions IS NOT NULL)
        """,
    )


def pairs_without_foreign_key(session: Session) -> list[str]:
    """A pair of type and id refers to entities, unless it is made of columns with references of their own."""
    return found(
        session,
        """
        SELECT format('%s (%s, %s)', t.oid::regclass, kind.attname, key.attname)
          FROM pg_class t
          JOIN pg_attribute kind ON kind.attrelid = t.oid AND kind.attname ~ '_type$'
           AND NOT kind.attisdropped
          JOIN pg_attribute key ON key.attrelid = t.oid AND NOT key.attisdropped
           AND key.attname = regexp_replace(kind.attname, '_type$', '_id')
         WHERE t.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace)
           AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND key.attgenerated = ''
           AND t.oid <> 'public.entities'::regclass
           AND NOT EXISTS (SELECT FROM pg_constraint c
                            WHERE c.conrelid = t.oid AND c.contype = 'f' AND c.convalidated
                              AND c.confrelid = 'public.entities'::regclass
                              AND c.conkey = ARRAY[kind.attnum, key.attnum])
        """,
    )


def times_without_zone(session: Session) -> list[str]:
    """A time has a zone."""
    return found(
        session,
        """
        SELECT format('%s.%s', a.attrelid::regclass, a.attname)
          FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
         WHERE t.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace, 'live'::regnamespace)
           AND t.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
           AND format_type(a.atttypid, NULL) ~ '(time|timestamp) without time zone'
        """,
    )


def relations_without_comment(session: Session) -> list[str]:
    """Every table, every column of one and every view says what it is."""
    return found(
        session,
        """
        SELECT t.oid::regclass::text FROM pg_class t
         WHERE t.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace, 'live'::regnamespace)
           AND t.relkind IN ('r', 'p', 'v', 'm') AND NOT t.relispartition
           AND coalesce(btrim(obj_description(t.oid, 'pg_class')), '') = ''
         UNION ALL
        SELECT format('%s.%s', t.oid::regclass, a.attname)
          FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE t.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace)
           AND t.relkind IN ('r', 'p') AND NOT t.relispartition
           AND coalesce(btrim(col_description(t.oid, a.attnum)), '') = ''
        """,
    )


def redundant_indexes(session: Session) -> list[str]:
    """No index that is not unique is the beginning of another one over the same rows."""
    return found(
        session,
        """
        WITH x AS (
          SELECT i.*, c.relam, i.indkey::int2[] AS keys, i.indnkeyatts AS n,
                 pg_get_expr(i.indpred, i.indrelid) AS rows,
                 (SELECT array_agg((k, coll, class, opt)::text ORDER BY place)
                    FROM ROWS FROM (unnest(i.indkey::int2[]), unnest(i.indcollation::oid[]),
                                    unnest(i.indclass::oid[]), unnest(i.indoption::int2[]))
                         WITH ORDINALITY AS u (k, coll, class, opt, place)
                   WHERE place <= i.indnkeyatts) AS parts
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
           WHERE t.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace) AND NOT t.relispartition
             AND i.indexprs IS NULL)
        SELECT format('%s is the beginning of %s', s.indexrelid::regclass, l.indexrelid::regclass)
          FROM x s JOIN x l ON l.indrelid = s.indrelid AND l.indexrelid <> s.indexrelid AND l.relam = s.relam
         WHERE NOT s.indisunique AND s.rows IS NOT DISTINCT FROM l.rows
           AND s.parts = l.parts[1\\:s.n] AND s.keys <@ l.keys
           AND (s.n < l.n OR l.indisunique OR cardinality(s.keys) < cardinality(l.keys)
                OR s.indexrelid > l.indexrelid)
        """,
    )


def rights_on_soft_deletable_tables(session: Session) -> list[str]:
    """The application and its readers have no right on a base table, through a role or PUBLIC either."""
    return found(
        session,
        """
        SELECT format('%s may %s %s%s', app.rolname, right_to, t.table_name,
                      CASE WHEN member.oid <> app.oid THEN ' as ' || member.rolname ELSE '' END)
          FROM pg_roles app JOIN pg_roles member ON pg_has_role(app.oid, member.oid, 'MEMBER')
         CROSS JOIN public.entity_types t
         CROSS JOIN unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS right_to
         WHERE app.rolname IN ('sevra_app', 'sevra_readonly') AND (
               has_table_privilege(member.oid, format('public.%I', t.table_name)::regclass, right_to)
               OR right_to IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(
                    member.oid, format('public.%I', t.table_name)::regclass, right_to))
        """,
    )


def open_definer_functions(session: Session) -> list[str]:
    """A SECURITY DEFINER function is closed to PUBLIC and sees no schema of a stranger."""
    return found(
        session,
        """
        SELECT format('%s: PUBLIC may execute it', p.oid::regprocedure) FROM pg_proc p
         CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
         WHERE p.prosecdef AND acl.grantee = 0 AND p.pronamespace <> 'pg_catalog'::regnamespace
         UNION ALL
        SELECT format('%s: its search_path is not pinned', p.oid::regprocedure) FROM pg_proc p
         WHERE p.prosecdef AND p.pronamespace <> 'pg_catalog'::regnamespace
           AND 'search_path=pg_catalog, pg_temp' <> ALL (coalesce(p.proconfig, '{}'))
        """,
    )


def unlogged_tables(session: Session) -> list[str]:
    """What a crash or a standby would lose does not exist."""
    return found(
        session,
        """
        SELECT t.oid::regclass::text FROM pg_class t
         WHERE t.relpersistence = 'u' AND t.relkind IN ('r', 'p', 'S')
        """,
    )


def unknown_trigger_functions(session: Session) -> list[str]:
    """The trigger functions are those of the schema page, all of them."""
    there = found(
        session,
        "SELECT proname FROM pg_proc WHERE prorettype = 'trigger'::regtype"
        " AND pronamespace IN ('public'::regnamespace, 'live'::regnamespace, 'archive'::regnamespace)",
    )
    return sorted(
        [f"{name} is not listed" for name in {*there} - TRIGGER_FUNCTIONS]
        + [f"{name} is missing" for name in TRIGGER_FUNCTIONS - {*there}]
    )
