"""The platform's own rules: what they refuse, what passes, and that its own history is clean."""

from datetime import date

import pytest

from pgevolve.check.allowances import read_allowances
from pgevolve.check.checker import Checker
from pgevolve.check.read import read_migrations
from pgevolve.check.registry import all_rules
from pgevolve.check.run import check_sources
from pgevolve.check.source import Source
from pgevolve.project import CheckOptions
from sevra_atlas.migrate import MIGRATIONS
from sevra_atlas.migration_rules import RULES

_SALONS = """
CREATE TABLE entity_types (entity_type text PRIMARY KEY);
CREATE TABLE salons (
    id bigint PRIMARY KEY,
    slug text NOT NULL,
    deleted_at timestamptz,
    deletion_id bigint
);
CREATE INDEX salons_deletion_id_idx ON salons (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE UNIQUE INDEX salons_slug_live_key ON salons (slug) WHERE deleted_at IS NULL;
CREATE SCHEMA live;
CREATE VIEW live.salons AS SELECT id, slug, deleted_at, deletion_id
  FROM public.salons WHERE deleted_at IS NULL;
CREATE FUNCTION sync_path() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON salons
    FOR EACH ROW EXECUTE FUNCTION public.sync_path('SALON', '/atlas/salon');
"""
_PLANTED = (
    ("    deletion_id bigint\n", "    other bigint\n", "SA101", "salons has deleted_at and no deletion_id"),
    ("CREATE INDEX salons_deletion_id_idx", "-- ", "SA101", "salons has no index on deletion_id"),
    ("CREATE VIEW live.salons", "CREATE VIEW live.others", "SA102", "salons has no view live.salons"),
    ("AS SELECT id, slug,", "AS SELECT id,", "SA102", "live.salons lacks slug: the mapped class fails"),
    (
        "(slug) WHERE deleted_at IS NULL",
        "(slug)",
        "SA103",
        "salons_slug_live_key keeps the values of deleted",
    ),
    (
        "EXECUTE FUNCTION public.sync_path",
        "EXECUTE FUNCTION public.touch",
        "SA104",
        "salons has public pages",
    ),
)


def _found(sql: str) -> list[tuple[str, str]]:
    pairs = Checker(RULES, CheckOptions()).check([Source("1.sql", sql, "1")])
    return [(finding.rule, finding.message) for _, finding in pairs]


def test_a_table_with_all_that_soft_deletion_needs_passes() -> None:
    assert _found(_SALONS) == []


@pytest.mark.parametrize(("there", "instead", "rule", "message"), _PLANTED)
def test_what_is_missing_is_named(there: str, instead: str, rule: str, message: str) -> None:
    assert there in _SALONS

    found = _found(_SALONS.replace(there, instead))

    assert any(identity == rule and said.startswith(message) for identity, said in found), found


def test_the_rules_are_found_by_their_entry_point() -> None:
    assert set(RULES) <= set(all_rules())


def test_the_history_of_the_platform_has_no_finding_but_notes() -> None:
    sources = read_migrations(MIGRATIONS)

    # The day is fixed: an allowance that ends some day must not break a test on that day.
    found = check_sources(sources, CheckOptions(target_version=15), date(2026, 11, 26))

    assert [finding for finding in found if finding.counts] == []
    assert all(allowance.until > date(2026, 11, 26) for allowance in read_allowances(sources))
