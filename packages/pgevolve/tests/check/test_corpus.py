"""Accuracy on scripts whose verdict is known: `corpus/open` guided the rules, `corpus/set_aside` did not.

A case names its verdict and its source. Its last file is what is judged; the files before are the history. A
script counts as flagged when a finding makes the check fail, so that a note flags nothing. Of the scripts set
aside only numbers are told: whoever reads their names mends the rules for them.
"""

import hashlib
from pathlib import Path

from pgevolve.check.finding import Finding

from .conftest import CheckSql

_CORPUS = Path(__file__).parent / "corpus"
_MOST_FALSE = 1 / 13
_MOST_MISSED = 1 / 40


def _cases(part: str, verdict: str) -> list[Path]:
    cases = sorted((_CORPUS / part).glob("*.sql"))
    return [case for case in cases if case.read_text().startswith(f"-- verdict: {verdict}\n")]


def _flagged(check_sql: CheckSql, case: Path) -> list[Finding]:
    return [finding for finding in check_sql(case.read_text()) if finding.counts]


def test_every_dangerous_script_is_caught(check_sql: CheckSql) -> None:
    missed = [case.stem for case in _cases("open", "dangerous") if not _flagged(check_sql, case)]

    assert missed == []


def test_at_most_one_safe_script_in_thirteen_is_flagged(check_sql: CheckSql) -> None:
    cases = _cases("open", "safe")

    flagged = {case.stem: found for case in cases if (found := _flagged(check_sql, case))}

    assert len(flagged) <= len(cases) * _MOST_FALSE, flagged


def test_scripts_that_were_set_aside_are_judged_as_well(check_sql: CheckSql) -> None:
    dangerous, safe = (_cases("set_aside", verdict) for verdict in ("dangerous", "safe"))

    missed = sum(not _flagged(check_sql, case) for case in dangerous)
    flagged = sum(bool(_flagged(check_sql, case)) for case in safe)

    assert (missed <= len(dangerous) * _MOST_MISSED, flagged <= len(safe) * _MOST_FALSE) == (True, True), (
        f"missed {missed} of {len(dangerous)}, flagged {flagged} of {len(safe)}"
    )


def test_a_fifth_is_set_aside_by_the_hash_of_the_name() -> None:
    for part in ("open", "set_aside"):
        for case in (_CORPUS / part).glob("*.sql"):
            number = int(hashlib.sha256(case.stem.encode()).hexdigest(), 16)
            assert (number % 5 == 0) == (part == "set_aside"), case


def test_the_corpus_is_large_and_each_case_names_its_source() -> None:
    cases = [case for part in ("open", "set_aside") for case in (_CORPUS / part).glob("*.sql")]

    assert len(cases) >= 240
    for case in cases:
        verdict, source = case.read_text().splitlines()[:2]
        assert verdict in {"-- verdict: dangerous", "-- verdict: safe"}
        assert source.startswith("-- source: ")
