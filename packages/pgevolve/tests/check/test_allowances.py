"""An allowance names migration, rule, reason and day; an unused or expired one is a finding."""

from datetime import date
from pathlib import Path

import pytest

from pgevolve.check.allowances import AllowancesFileError
from pgevolve.check.finding import Finding
from pgevolve.check.read import read_sources
from pgevolve.check.run import check_sources
from pgevolve.project import CheckOptions

_ENTRY = """
[[allow]]
migration = "change"
rule = "{rule}"
reason = "nobody uses it"
until = 2026-06-30
"""


def _check(folder: Path, allowed: str, today: date) -> list[Finding]:
    (folder / "change.sql").write_text("DROP TABLE users;")
    (folder / "allowances.toml").write_text(allowed)
    return check_sources(read_sources([folder / "change.sql"]), CheckOptions(), today)


def test_an_allowed_finding_is_not_reported_until_the_day_is_over(tmp_path: Path) -> None:
    allowed = _ENTRY.format(rule="PE201")

    assert _check(tmp_path, allowed, date(2026, 6, 30)) == []
    found = _check(tmp_path, allowed, date(2026, 7, 1))
    assert [finding.rule for finding in found] == ["PE201", "PE008"]
    assert found[1].message == "the allowance of PE201 in change ended on 2026-06-30"
    assert (found[1].line, found[1].file) == (2, str(tmp_path / "allowances.toml"))


def test_an_unused_allowance_is_found(tmp_path: Path) -> None:
    found = _check(tmp_path, _ENTRY.format(rule="PE201") + _ENTRY.format(rule="PE302"), date(2026, 1, 1))

    assert [(finding.rule, finding.line) for finding in found] == [("PE007", 8)]
    assert found[0].message == "the allowance of PE302 in change is not used: nothing is found there"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[allow", "Expected"),
        ('[[allow]]\nmigration = "change"\n', "the entry on line 1 has other keys than migration, rule"),
        (_ENTRY.format(rule="PE201").replace("2026-06-30", '"soon"'), "until on line 2 is no date"),
        (_ENTRY.format(rule="PE201").replace("nobody uses it", " "), "the reason on line 2 is empty"),
    ],
)
def test_a_file_that_does_not_say_enough_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(AllowancesFileError, match=reason):
        _check(tmp_path, text, date(2026, 1, 1))
