"""What must hold of every table, function and column, asked of the server's own catalogue."""

from collections.abc import Iterator
from typing import Any

import pytest
from catalogue_rules import TRIGGER_FUNCTIONS
from databases import acting_as
from sqlalchemy import Enum, RowMapping, text
from sqlalchemy.orm import Session

from sevra_atlas.schema import metadata
from sevra_atlas.schema.access import OWNER
from sevra_atlas.schema.reference import EDGES, KINDS
from sevra_atlas.schema.soft_delete import soft_deletable_tables


@pytest.fixture
def owner(session: Session) -> Iterator[Session]:
    with acting_as(session, OWNER):
        yield session


def rows(session: Session, sql: str, **parameters: Any) -> list[RowMapping]:
    return list(session.execute(text(sql), parameters).mappings())


def test_every_addressable_table_is_soft_deletable_and_the_other_way_round(owner: Session) -> None:
    registered = {row["table_name"] for row in rows(owner, "SELECT table_name::text FROM entity_types")}

    assert registered == {table.name for table in soft_deletable_tables(metadata)} == KINDS.keys()


@pytest.mark.parametrize("table", KINDS)
def test_the_live_view_of_a_table_has_its_columns_in_their_order(owner: Session, table: str) -> None:
    named = """
        SELECT attname::text AS name, format_type(atttypid, atttypmod) AS type, attcollation AS collation
          FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 AND NOT attisdropped
         ORDER BY attnum"""

    there, shown = (rows(owner, named, name=f"{schema}.{table}") for schema in ("public", "live"))

    assert shown == there


def test_a_table_has_a_path_trigger_exactly_when_its_kind_has_a_prefix(owner: Session) -> None:
    found = rows(
        owner,
        "SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'a20_path'",
    )

    assert {row["name"] for row in found} == {name for name, kind in KINDS.items() if kind.url_prefix}


def test_every_reference_to_a_soft_deletable_table_is_checked_for_life(owner: Session) -> None:
    unchecked = rows(
        owner,
        """
        SELECT c.conrelid::regclass::text AS name, a.attname::text AS column
          FROM pg_constraint c
          JOIN entity_types t ON c.confrelid = format('public.%I', t.table_name)::regclass
          CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k (here, there)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.here
          JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = k.there AND p.attname = 'id'
         WHERE c.contype = 'f' AND c.conparentid = 0 AND NOT EXISTS (
               SELECT FROM pg_trigger g
                WHERE g.tgrelid = c.conrelid AND g.tgconstraint <> 0
                  AND g.tgname = format('%s_%s_live', c.conrelid::regclass, a.attname))
         ORDER BY 1, 2
        """,
    )

    # Journals remember who did what to what, whatever became of either.
    assert [(row["name"], row["column"]) for row in unchecked] == [
        ("deletion_batches", "actor_id"),
        ("otp_attempts", "user_id"),
        ("revisions", "editor_id"),
        ("revisions", "post_id"),
        ("slug_history", "actor_id"),
    ]


def test_every_edge_is_a_foreign_key_and_its_check_speaks_again_at_a_restore(owner: Session) -> None:
    found = rows(
        owner,
        """
        SELECT e.parent_table::text, e.child_table::text, e.child_column::text,
               pg_get_triggerdef(g.oid) LIKE '%UPDATE OF ' || e.child_column || ', deleted_at %' AS speaks
          FROM soft_delete_edges e
          JOIN pg_constraint c ON c.contype = 'f'
           AND c.conrelid = format('public.%I', e.child_table)::regclass
           AND c.confrelid = format('public.%I', e.parent_table)::regclass
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = e.child_column
           AND a.attnum = ANY (c.conkey)
          JOIN pg_trigger g ON g.tgrelid = c.conrelid
           AND g.tgname = format('%s_%s_live', e.child_table, e.child_column)
        """,
    )

    assert {(row["parent_table"], row["child_table"], row["child_column"]) for row in found} == {
        edge[:3] for edge in EDGES
    }
    assert all(row["speaks"] for row in found)


def test_edges_have_no_cycle_but_a_table_and_itself() -> None:
    children: dict[str, set[str]] = {}
    for edge in EDGES:
        if edge.action == "cascade" and edge.parent_table != edge.child_table:
            children.setdefault(edge.parent_table, set()).add(edge.child_table)

    def deepest(name: str, above: tuple[str, ...]) -> int:
        assert name not in above, above
        return 1 + max((deepest(child, (*above, name)) for child in children.get(name, ())), default=0)

    assert max(deepest(name, ()) for name in children) <= 8


def test_ids_are_given_by_the_database(owner: Session) -> None:
    chosen = rows(
        owner,
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
        # A byline has the id of its user; of partitions, up to 16 only the parent says it.
        " AND column_name = 'id' AND table_name <> 'author_profiles'"
        " AND NOT (SELECT relispartition FROM pg_class"
        " WHERE oid = format('%I.%I', table_schema, table_name)::regclass)"
        " AND (data_type <> 'bigint' OR identity_generation IS DISTINCT FROM 'ALWAYS')",
    )

    assert chosen == []


PURE_FUNCTIONS = {
    "is_canonical_path",
    "canon_path_v1",
    "slug_key_v1",
    "fa_norm_v1",
    "fa_tokens_v1",
    "fa_stem_v1",
    "fa_vector_v1",
    "fa_query_v1",
    "trigrams_v1",
    "entity_state_of",
}


def test_only_pure_functions_are_open_to_everybody(owner: Session) -> None:
    functions = rows(
        owner,
        """
        SELECT p.proname::text AS name, p.provolatile = 'i' AND p.proisstrict AND p.proparallel = 's' AS pure
          FROM pg_proc p
         CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
         WHERE p.pronamespace = 'public'::regnamespace AND acl.grantee = 0
        """,
    )

    assert {row["name"] for row in functions} == PURE_FUNCTIONS
    assert all(row["pure"] for row in functions)


def test_everything_belongs_to_the_owner(owner: Session) -> None:
    strangers = rows(
        owner,
        """
        SELECT c.oid::regclass::text AS name FROM pg_class c
         WHERE c.relnamespace IN ('public'::regnamespace, 'live'::regnamespace, 'archive'::regnamespace)
           AND pg_get_userbyid(c.relowner) <> 'sevra_owner'
         UNION ALL
        SELECT p.oid::regprocedure::text FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace AND pg_get_userbyid(p.proowner) <> 'sevra_owner'
        """,
    )

    assert strangers == []


def test_every_enum_has_the_labels_of_its_class(owner: Session) -> None:
    found = rows(
        owner,
        "SELECT t.typname::text AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels"
        " FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid"
        " WHERE t.typnamespace = 'public'::regnamespace GROUP BY 1",
    )

    declared = {enum.name: enum.enums for enum in metadata.get_schema_objects(Enum)}
    assert {row["name"]: row["labels"] for row in found} == declared
    assert "entity_type" in declared


def test_names_of_constraints_and_indexes_are_those_of_the_models(owner: Session) -> None:
    found = rows(
        owner,
        "SELECT conname::text AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " WHERE connamespace IN ('public'::regnamespace, 'archive'::regnamespace)"
        " AND contype <> 'n' AND contype <> 't' AND NOT c.relispartition"
        " UNION SELECT i.relname::text FROM pg_index JOIN pg_class c ON c.oid = indrelid"
        " JOIN pg_class i ON i.oid = indexrelid"
        " WHERE c.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace) AND NOT c.relispartition",
    )

    named = {str(constraint.name) for table in metadata.tables.values() for constraint in table.constraints}
    named |= {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    assert {row["name"] for row in found} == named
    assert max(len(name) for name in named) <= 63


def test_every_function_body_is_sound(owner: Session) -> None:
    owner.execute(text("SET LOCAL check_function_bodies = on"))
    definitions = rows(
        owner,
        "SELECT pg_get_functiondef(oid) AS sql FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    )

    for row in definitions:
        owner.connection().exec_driver_sql(row["sql"], execution_options={"no_parameters": True})
    # The rest are the procedures of maintenance and the two functions that they share.
    assert len(definitions) == len(TRIGGER_FUNCTIONS) + len(PURE_FUNCTIONS) + 16
