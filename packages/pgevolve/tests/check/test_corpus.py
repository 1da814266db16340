"""Accuracy on scripts whose verdict is known: `corpus/open` guided the rules, `corpus/set_aside` did not.

A case names its verdict and its source. Its last file is what is judged; the files before are the history. A
script counts as flagged when a finding makes the check fail, so that a note flags nothing.
"""

from pathlib import Path

import pytest

from pgevolve.check.finding import Finding

from .conftest import CheckSql

_CORPUS = Path(__file__).parent / "corpus"
_MOST_FALSE = 1 / 13


def _cases(part: str, verdict: str) -> list[Path]:
    cases = sorted((_CORPUS / part).glob("*.sql"))
    return [case for case in cases if case.read_text().startswith(f"-- verdict: {verdict}\n")]


def _flagged(check_sql: CheckSql, case: Path) -> list[Finding]:
    return [finding for finding in check_sql(case.read_text()) if finding.counts]


@pytest.mark.parametrize("part", ["open", "set_aside"])
def test_every_dangerous_script_is_caught(check_sql: CheckSql, part: str) -> None:
    cases = _cases(part, "dangerous")

    missed = [case.stem for case in cases if not _flagged(check_sql, case)]

    print(f"{part}: {len(cases) - len(missed)} of {len(cases)} dangerous scripts caught")  # noqa: T201
    assert missed == []


@pytest.mark.parametrize("part", ["open", "set_aside"])
def test_at_most_one_safe_script_in_thirteen_is_flagged(check_sql: CheckSql, part: str) -> None:
    cases = _cases(part, "safe")

    flagged = {case.stem: found for case in cases if (found := _flagged(check_sql, case))}

    print(f"{part}: {len(flagged)} of {len(cases)} safe scripts flagged")  # noqa: T201
    assert len(flagged) <= len(cases) * _MOST_FALSE, flagged


def test_the_corpus_is_large_and_each_case_names_its_source() -> None:
    cases = [case for part in ("open", "set_aside") for case in (_CORPUS / part).glob("*.sql")]

    assert len(cases) >= 100
    for case in cases:
        verdict, source = case.read_text().splitlines()[:2]
        assert verdict in {"-- verdict: dangerous", "-- verdict: safe"}
        assert source.startswith("-- source: ")
