"""Workflow commands that GitHub shows beside the lines of a pull request."""

from collections.abc import Sequence

from pgevolve.check.finding import Finding

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(findings: Sequence[Finding]) -> str:
    """Return one command a finding."""
    return "\n".join(_command(finding) for finding in findings)


def _command(found: Finding) -> str:
    properties = {
        "file": found.file,
        "line": str(found.line),
        "col": str(found.column),
        "title": f"{found.rule} {found.name}",
    }
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_LEVELS[found.severity]} {listed}::{_data(found.message)}%0A{_data(f'fix: {found.fix}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
