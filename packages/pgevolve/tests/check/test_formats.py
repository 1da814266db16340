"""Findings as text, JSON, SARIF and commands of GitHub."""

import json

from pgevolve.check.finding import Finding
from pgevolve.check.formats import FORMATS

_FINDINGS = (
    Finding("a b.sql", 3, 5, "PE101", "index-not-concurrent", "error", "50% of پ wait", "use CONCURRENTLY"),
    Finding("a b.sql", 9, 1, "PE501", "timestamp-without-zone", "note", "at is timestamp", "use timestamptz"),
)


def test_text_names_place_rule_and_fix_and_counts() -> None:
    assert FORMATS["text"](_FINDINGS) == (
        "a b.sql:3:5 PE101 50% of پ wait\n  fix: use CONCURRENTLY\n"
        "a b.sql:9:1 PE501 note: at is timestamp\n  fix: use timestamptz\n1 error, 1 note"
    )
    assert FORMATS["text"](()) == "nothing found"


def test_json_is_a_list_of_objects() -> None:
    assert json.loads(FORMATS["json"](_FINDINGS))[0] == {
        "file": "a b.sql",
        "line": 3,
        "column": 5,
        "rule": "PE101",
        "name": "index-not-concurrent",
        "severity": "error",
        "message": "50% of پ wait",
        "fix": "use CONCURRENTLY",
    }
    assert json.loads(FORMATS["json"](())) == []


def test_github_gets_one_escaped_command_a_finding() -> None:
    first, second = FORMATS["github"](_FINDINGS).splitlines()

    place, text = first.removeprefix("::").split("::")
    assert place == "error file=a b.sql,line=3,col=5,title=PE101 index-not-concurrent"
    assert text == "50%25 of پ wait%0Afix: use CONCURRENTLY"
    assert second.startswith("::notice file=a b.sql,line=9,col=1,title=PE501 timestamp-without-zone::at is ")


def test_sarif_has_the_required_properties_and_points_into_its_rules() -> None:
    log = json.loads(FORMATS["sarif"](_FINDINGS))

    assert (log["version"], log["$schema"].rsplit("/", 1)[1]) == ("2.1.0", "sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["PE101", "PE501"]
    for result, finding in zip(run["results"], _FINDINGS, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        assert result["level"] == finding.severity
        assert result["message"]["text"] == f"{finding.message}; fix: {finding.fix}"
        (location,) = result["locations"]
        assert location["physicalLocation"] == {
            "artifactLocation": {"uri": "a%20b.sql"},
            "region": {"startLine": finding.line, "startColumn": finding.column},
        }
    assert json.loads(FORMATS["sarif"](()))["runs"][0]["results"] == []
