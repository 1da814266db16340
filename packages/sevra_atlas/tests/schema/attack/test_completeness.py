"""The table of attacks leaves no rule out: the catalogue says which rules there are."""

import pytest
from attack_table import attacks
from databases import acting_as
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema.access import OWNER

# SQL to find rules that no row of the table can name, and why.
UNREACHABLE = {
    "an id is given by the database: one that is chosen is refused before it could be taken (428C9)": """
        SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid
         WHERE c.contype = 'p' AND a.attnum = ANY (c.conkey) AND a.attidentity = 'a'""",
    "the target of a composite foreign key: it holds the primary key, which speaks first": """
        SELECT u.conname FROM pg_constraint u
          JOIN pg_constraint p ON p.conrelid = u.conrelid AND p.contype = 'p'
         WHERE u.contype = 'u' AND u.conkey @> p.conkey""",
    "the path of an exact rule is a primary key of the ledger, which speaks first": """
        SELECT 'redirect_rules_from_path_key'""",
    "a kind in use has entities, whose foreign key speaks first": """
        SELECT 'retention_policies_entity_type_fkey'""",
    "the ledger speaks under the name of its primary key; the attacks name that": """
        SELECT g.tgrelid::regclass || '.' || g.tgname FROM pg_trigger g WHERE g.tgname = 'a20_path'""",
    "it names no constraint; `deletion.toml` attacks every table by its UPDATE": """
        SELECT g.tgrelid::regclass || '.' || g.tgname FROM pg_trigger g
         WHERE g.tgname ~ '^a00_deletion_guard'""",
}

CONSTRAINTS = """
    SELECT c.conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
     WHERE c.connamespace IN ('public'::regnamespace, 'archive'::regnamespace)
       AND c.contype IN ('c', 'f', 'u', 'p', 'x') AND NOT r.relispartition
     UNION SELECT i.relname FROM pg_index x JOIN pg_class r ON r.oid = x.indrelid
      JOIN pg_class i ON i.oid = x.indexrelid
     WHERE r.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace)
       AND x.indisunique AND NOT r.relispartition"""

# A trigger that raises is a rule; one that only keeps something is none.
TRIGGERS = """
    SELECT CASE WHEN count(*) OVER (PARTITION BY g.tgname) > 1 THEN r.relname || '.' ELSE '' END || g.tgname
      FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid JOIN pg_class r ON r.oid = g.tgrelid
     WHERE p.pronamespace = 'public'::regnamespace AND p.prosrc ~ 'RAISE' AND NOT g.tgisinternal
       AND r.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace) AND NOT r.relispartition"""

EDGES = """
    SELECT child_table || '_' || child_column || '_restrict' FROM soft_delete_edges
     WHERE action = 'restrict'"""


def found(session: Session, sql: str) -> set[str]:
    with acting_as(session, OWNER):
        return set(session.scalars(text(sql)))


def test_there_are_at_least_150_bad_statements_and_each_is_there_once() -> None:
    statements = [(attack.role, attack.setup, attack.statement) for attack in attacks()]

    assert len(statements) >= 150
    assert len(statements) == len(set(statements))
    assert len({str(attack) for attack in attacks()}) == len(statements)


def test_who_breaks_a_rule_is_told_which() -> None:
    integrity = {"23503", "23505", "23514", "42501"}

    assert [str(attack) for attack in attacks() if attack.state in integrity and attack.name is None] == []


@pytest.mark.parametrize("rules", [CONSTRAINTS, TRIGGERS, EDGES], ids=["constraints", "triggers", "edges"])
def test_every_rule_of_the_catalogue_is_attacked_or_said_to_be_out_of_reach(
    session: Session, rules: str
) -> None:
    named = {attack.name for attack in attacks()} | {f"{attack.table}.{attack.name}" for attack in attacks()}
    excused = {name for sql in UNREACHABLE.values() for name in found(session, sql)}

    assert found(session, rules) - named - excused == set()


@pytest.mark.parametrize("reason", UNREACHABLE)
def test_a_reason_for_leaving_a_rule_out_is_needed(session: Session, reason: str) -> None:
    excused = found(session, UNREACHABLE[reason])

    assert excused
    assert not excused & {attack.name for attack in attacks()}
