"""Findings as numbers, in a file that the node exporter of Prometheus reads (its textfile collector)."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from sevra_atlas.seo_lint.findings import CODES, Finding
from sevra_atlas.settings import SetupError


class NumbersNotWrittenError(SetupError):
    """The file of the numbers cannot be written; what was there is as it was."""

    hint = "name a file in a folder that is there and that you may write to"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"the numbers cannot be written to {str(self.path)!r}: {self.reason}"


def counted(findings: Iterable[Finding], now: datetime) -> CollectorRegistry:
    """Return how often each rule found something, 0 included, and when it was looked."""
    registry = CollectorRegistry()
    by_code = Counter(finding.code for finding in findings)
    found = Gauge("sevra_seo_findings", "Findings of the last look, by rule.", ["code"], registry=registry)
    for code in CODES:
        found.labels(code).set(by_code[code])
    looked = Gauge("sevra_seo_lint_timestamp_seconds", "When it was looked.", registry=registry)
    looked.set(now.timestamp())
    return registry


def write_counted(findings: Iterable[Finding], path: Path) -> None:
    """Replace the file at one stroke. Raises `NumbersNotWrittenError`."""
    try:
        write_to_textfile(str(path), counted(findings, datetime.now(UTC)))
    except OSError as error:
        raise NumbersNotWrittenError(path, error.strerror or str(error)) from error
