"""Lines for a person: the place, the rule, who waits; and below it what to do."""

from collections import Counter
from collections.abc import Sequence

from pgevolve.check.finding import Finding


def render(findings: Sequence[Finding]) -> str:
    """Return two lines a finding and a last one with the counts."""
    lines = []
    for found in findings:
        kind = "" if found.counts else f"{found.severity}: "
        lines.append(f"{found.file}:{found.line}:{found.column} {found.rule} {kind}{found.message}")
        lines.append(f"  fix: {found.fix}")
    return "\n".join([*lines, summary(findings)])


def summary(findings: Sequence[Finding]) -> str:
    """Return the counts by severity."""
    counts = Counter(finding.severity for finding in findings)
    if not counts:
        return "nothing found"
    return ", ".join(_count(counts[kind], kind) for kind in ("error", "warning", "note") if counts[kind])


def _count(number: int, kind: str) -> str:
    return f"{number} {kind}{'' if number == 1 else 's'}"
