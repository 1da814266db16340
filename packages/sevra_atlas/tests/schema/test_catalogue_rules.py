"""No table, index, trigger, function or right breaks a rule of the catalogue; each rule sees a breach."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import pytest
from catalogue_list import (
    differences_of_nothing,
    indexes_without_purpose,
    kinds_off_the_list,
    tables_off_the_list,
)
from catalogue_names import (
    constraints_off_the_convention,
    indexes_off_the_convention,
    triggers_off_the_convention,
)
from catalogue_rules import (
    Rule,
    foreign_keys_without_index,
    indexes_that_hold_deleted_rows,
    open_definer_functions,
    pairs_without_foreign_key,
    redundant_indexes,
    relations_without_comment,
    rights_on_soft_deletable_tables,
    soft_deletable_tables_without_a_part,
    times_without_zone,
    unknown_trigger_functions,
    unlogged_tables,
    views_that_differ_from_their_tables,
)
from databases import set_role
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from sevra_atlas.schema.access import OWNER
from sevra_atlas.schema.listed import listed_tables

RULES: tuple[Rule, ...] = (
    foreign_keys_without_index,
    soft_deletable_tables_without_a_part,
    indexes_that_hold_deleted_rows,
    views_that_differ_from_their_tables,
    pairs_without_foreign_key,
    times_without_zone,
    relations_without_comment,
    redundant_indexes,
    rights_on_soft_deletable_tables,
    open_definer_functions,
    unlogged_tables,
    unknown_trigger_functions,
    constraints_off_the_convention,
    indexes_off_the_convention,
    triggers_off_the_convention,
    tables_off_the_list,
    kinds_off_the_list,
    indexes_without_purpose,
)


@dataclass(frozen=True)
class Planted:
    """A rule, statements that break it, and words of the finding."""

    rule: Rule
    finding: str
    sql: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule.__name__}-{self.finding}"


def planted(rule: Rule, finding: str, *sql: str) -> Planted:
    return Planted(rule, finding, sql)


_TABLE = "CREATE TABLE public.mine (id bigint PRIMARY KEY)"
_DEFINER = "CREATE FUNCTION public.mine() RETURNS integer LANGUAGE sql SECURITY DEFINER {} RETURN 1"
_PINNED = "SET search_path = pg_catalog, pg_temp"
_TRIGGER = (
    "CREATE FUNCTION public.mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TRIGGER other BEFORE UPDATE ON public.menus FOR EACH ROW EXECUTE FUNCTION public.mine()",
)

VIOLATIONS = (
    planted(
        foreign_keys_without_index,
        "mine_user_id_fkey of mine",
        "CREATE TABLE public.mine (user_id bigint REFERENCES public.users)",
    ),
    planted(
        foreign_keys_without_index,
        "mine_user_id_fkey of mine",
        "CREATE TABLE public.mine (user_id bigint REFERENCES public.users, is_active boolean)",
        "CREATE INDEX ON public.mine (user_id) WHERE is_active",
    ),
    planted(
        foreign_keys_without_index, "salons_province_id_fkey", "DROP INDEX public.salons_province_id_idx"
    ),
    planted(soft_deletable_tables_without_a_part, "tags has no live view", "DROP VIEW live.tags"),
    planted(
        soft_deletable_tables_without_a_part,
        "tags has no guard of updates",
        "DROP TRIGGER a00_deletion_guard_update ON public.tags",
    ),
    planted(
        soft_deletable_tables_without_a_part,
        "tags has no guard of inserts",
        "ALTER TABLE public.tags DISABLE TRIGGER a00_deletion_guard_insert",
    ),
    planted(
        soft_deletable_tables_without_a_part,
        "tags has no column deletion_id",
        "ALTER TABLE public.tags DROP COLUMN deletion_id CASCADE",
    ),
    planted(
        soft_deletable_tables_without_a_part,
        "tags has no index of its deletions",
        "DROP INDEX public.tags_deletion_id_idx",
    ),
    planted(
        soft_deletable_tables_without_a_part,
        "tags has a deletion without a time",
        "ALTER TABLE public.tags DROP CONSTRAINT tags_check",
    ),
    planted(
        soft_deletable_tables_without_a_part,
        "mine is not in entity_types",
        "CREATE TABLE public.mine (deletion_id bigint)",
    ),
    planted(
        indexes_that_hold_deleted_rows,
        "tags_description_idx",
        "CREATE INDEX tags_description_idx ON public.tags (description)",
    ),
    planted(
        views_that_differ_from_their_tables,
        "live.tags differs",
        "ALTER TABLE public.tags ADD COLUMN motto text",
    ),
    planted(
        views_that_differ_from_their_tables,
        "live.soft_delete_edges differs",
        "CREATE VIEW live.soft_delete_edges AS SELECT child_table, action FROM public.soft_delete_edges",
    ),
    planted(
        views_that_differ_from_their_tables,
        "live.tags differs",
        "ALTER VIEW live.tags SET (check_option = 'local')",
    ),
    planted(
        pairs_without_foreign_key,
        "mine (entity_type, entity_id)",
        "CREATE TABLE public.mine (entity_type public.entity_type, entity_id bigint)",
    ),
    planted(
        pairs_without_foreign_key,
        "mine (target_type, target_id)",
        "CREATE TABLE public.mine (target_type text, target_id bigint)",
    ),
    planted(times_without_zone, "mine.at", "CREATE TABLE public.mine (at timestamp)"),
    planted(times_without_zone, "mine.hour", "CREATE TABLE public.mine (hour time)"),
    planted(relations_without_comment, "mine", _TABLE),
    planted(relations_without_comment, "tags.name", "COMMENT ON COLUMN public.tags.name IS NULL"),
    planted(relations_without_comment, "live.tags", "COMMENT ON VIEW live.tags IS ''"),
    planted(
        redundant_indexes,
        "saves_user_id_idx is the beginning of saves_user_id_created_at_id_idx",
        "CREATE INDEX saves_user_id_idx ON public.saves (user_id)",
    ),
    planted(
        redundant_indexes,
        "twice is the beginning of saves_user_id_created_at_id_idx",
        "CREATE INDEX twice ON public.saves (user_id, created_at DESC, id DESC)",
    ),
    planted(
        redundant_indexes,
        "tags_slug_key_live_idx is the beginning of tags_slug_key_live_key",
        "CREATE INDEX tags_slug_key_live_idx ON public.tags (slug_key) WHERE deleted_at IS NULL",
    ),
    planted(
        rights_on_soft_deletable_tables,
        "sevra_app may SELECT salons",
        "GRANT SELECT (name) ON public.salons TO sevra_app",
    ),
    planted(
        rights_on_soft_deletable_tables, "sevra_app may DELETE tags", "GRANT DELETE ON public.tags TO PUBLIC"
    ),
    planted(
        rights_on_soft_deletable_tables,
        "sevra_app may UPDATE users as sevra_maintenance",
        "GRANT sevra_maintenance TO sevra_app",
    ),
    planted(open_definer_functions, "mine(): PUBLIC may execute it", _DEFINER.format(_PINNED)),
    planted(
        open_definer_functions,
        "mine(): its search_path is not pinned",
        _DEFINER.format("SET search_path = public"),
        "REVOKE EXECUTE ON FUNCTION public.mine() FROM PUBLIC",
    ),
    planted(
        open_definer_functions,
        "mine(): its search_path is not pinned",
        _DEFINER.format(""),
        "REVOKE EXECUTE ON FUNCTION public.mine() FROM PUBLIC",
    ),
    planted(unlogged_tables, "mine", "CREATE UNLOGGED TABLE public.mine (id bigint)"),
    planted(unknown_trigger_functions, "mine is not listed", *_TRIGGER),
    planted(
        unknown_trigger_functions, "close_sessions is missing", "DROP FUNCTION public.close_sessions CASCADE"
    ),
    planted(
        constraints_off_the_convention,
        "chosen of tags",
        "ALTER TABLE public.tags ADD CONSTRAINT chosen CHECK (name <> slug)",
    ),
    planted(
        constraints_off_the_convention,
        "fk_user of mine",
        "CREATE TABLE public.mine (user_id bigint CONSTRAINT fk_user REFERENCES public.users)",
    ),
    planted(
        constraints_off_the_convention,
        "mine_pk of mine",
        "CREATE TABLE public.mine (id bigint CONSTRAINT mine_pk PRIMARY KEY)",
    ),
    planted(
        indexes_off_the_convention,
        "tags_description_idx",
        "CREATE INDEX tags_description_idx ON public.tags (description) WHERE deleted_at IS NULL",
    ),
    planted(
        indexes_off_the_convention,
        "saves_at_live_idx",
        "CREATE INDEX saves_at_live_idx ON public.saves (created_at)",
    ),
    planted(
        indexes_off_the_convention,
        "tags_name_live_idx",
        "CREATE UNIQUE INDEX tags_name_live_idx ON public.tags (name) WHERE deleted_at IS NULL",
    ),
    planted(triggers_off_the_convention, "other on menus", *_TRIGGER),
    planted(
        triggers_off_the_convention,
        "b10_entity on tags",
        "ALTER TRIGGER a10_entity ON public.tags RENAME TO b10_entity",
    ),
    planted(tables_off_the_list, "mine is not listed", _TABLE),
    planted(tables_off_the_list, "path_misses is missing", "DROP TABLE public.path_misses"),
    planted(
        tables_off_the_list,
        "menus.name is text, listed as text not null",
        "ALTER TABLE public.menus ALTER name DROP NOT NULL",
    ),
    planted(
        tables_off_the_list,
        "saves.created_at is timestamptz not null, listed as timestamptz not null default now()",
        "ALTER TABLE public.saves ALTER created_at DROP DEFAULT",
    ),
    planted(tables_off_the_list, "menus.motto is text", "ALTER TABLE public.menus ADD motto text"),
    planted(
        kinds_off_the_list,
        "saves is ['T'], listed as []",
        "ALTER TABLE public.saves ADD updated_at timestamptz",
    ),
    planted(
        kinds_off_the_list,
        "city_stats is ['R'], listed as []",
        "ALTER TABLE public.city_stats ADD rating_key bigint, ADD popular_key bigint",
    ),
    planted(
        indexes_without_purpose,
        "saves_created_at_idx serves nothing",
        "CREATE INDEX saves_created_at_idx ON public.saves (created_at)",
    ),
    planted(
        indexes_without_purpose,
        "media_sha256_idx is missing",
        "DROP INDEX public.media_sha256_idx",
    ),
)


@pytest.fixture
def administrator(shared_engine: Engine) -> Iterator[Connection]:
    """Return a superuser's connection inside a transaction that is rolled back."""
    with shared_engine.connect() as connection, connection.begin() as transaction:
        connection.execute(text("SELECT set_config('search_path', 'public', true)"))
        yield connection
        transaction.rollback()


def findings(connection: Connection, rule: Rule) -> list[str]:
    """Return what a rule finds, asked as the owner."""
    set_role(connection, OWNER)
    return rule(Session(connection, join_transaction_mode="create_savepoint"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_of_the_catalogue_is_broken(administrator: Connection, rule: Rule) -> None:
    assert findings(administrator, rule) == []


@pytest.mark.parametrize("violation", VIOLATIONS, ids=str)
def test_a_rule_finds_what_it_forbids(administrator: Connection, violation: Planted) -> None:
    for statement in violation.sql:
        administrator.exec_driver_sql(statement)

    assert any(violation.finding in line for line in findings(administrator, violation.rule))


def test_every_rule_is_tried_with_a_violation() -> None:
    assert {violation.rule for violation in VIOLATIONS} == {*RULES}


def test_every_difference_from_the_page_names_something_of_its_table() -> None:
    assert differences_of_nothing(listed_tables()) == []


def test_a_difference_that_names_nothing_of_its_table_is_found() -> None:
    table = msgspec.structs.replace(listed_tables()["menus"], differs={"name": "shown", "motto": "not there"})

    assert differences_of_nothing({"menus": table}) == ["menus: motto"]
