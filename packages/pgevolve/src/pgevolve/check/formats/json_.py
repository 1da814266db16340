"""A list of objects."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from pgevolve.check.finding import Finding


def render(findings: Sequence[Finding]) -> str:
    """Return a JSON list of `{file, line, column, rule, name, severity, message, fix}`."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2)
