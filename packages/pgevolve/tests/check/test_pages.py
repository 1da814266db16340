"""Every rule has a page; its examples give exactly the message that stands there, or nothing."""

import pytest

from pgevolve.check.finding import Finding
from pgevolve.check.registry import UnknownRuleError, own_rules, page
from pgevolve.check.source import FILE_RULES

from .conftest import CheckSql
from .pages import PAGES, WITH_EXAMPLES, Page

_EACH = pytest.mark.parametrize("example", WITH_EXAMPLES.values(), ids=WITH_EXAMPLES)
_BY_OTHER_FILES = {"PE007", "PE008", "PE009"}


def _check(check_sql: CheckSql, example: Page, sql: str) -> list[Finding]:
    target = int(example.only.get("target", "18"))
    comments = "comments" in example.only
    return check_sql(
        example.given,
        sql,
        deployed="deployed" in example.only,
        target_version=target,
        require_comments=comments,
    )


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    rules = {rule.id: rule.name for rule in own_rules()} | {
        identity: name for identity, (name, _) in FILE_RULES.items()
    }

    assert set(PAGES) == set(rules)
    assert set(WITH_EXAMPLES) == set(rules) - _BY_OTHER_FILES
    for identity, name in rules.items():
        assert page(identity).startswith(f"# {identity} {name}\n")


def test_the_page_of_an_unknown_rule_is_refused() -> None:
    with pytest.raises(UnknownRuleError, match="there is no rule 'PE999'"):
        page("PE999")


@_EACH
def test_the_refused_example_gives_the_message_of_the_page(check_sql: CheckSql, example: Page) -> None:
    found = [
        finding for finding in _check(check_sql, example, example.refused) if finding.rule == example.rule
    ]

    said = [f"{one.line}:{one.column} {one.rule} {one.message}\nfix: {one.fix}" for one in found]
    assert "\n".join(said) + "\n" == example.message
    assert f"severity: {found[0].severity}\n" in example.text


@_EACH
def test_the_safe_way_gives_no_finding(check_sql: CheckSql, example: Page) -> None:
    assert [finding for finding in _check(check_sql, example, example.safe) if finding.counts] == []


@_EACH
def test_the_near_miss_is_not_flagged_by_the_rule(check_sql: CheckSql, example: Page) -> None:
    found = _check(check_sql, example, example.near_miss)

    assert [finding for finding in found if finding.rule == example.rule] == []
