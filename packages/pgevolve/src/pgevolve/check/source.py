"""One file of SQL that is checked, and places in it."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pgevolve.check.finding import Finding, Severity
from pgevolve.history import Phase

FILE_RULES: dict[str, tuple[str, Severity]] = {
    "PE001": ("syntax-error", "error"),
    "PE003": ("not-runnable", "error"),
    "PE004": ("misplaced-annotation", "error"),
    "PE006": ("unreadable-body", "error"),
    "PE007": ("unused-allowance", "error"),
    "PE008": ("expired-allowance", "error"),
    "PE009": ("stale-review", "error"),
}


@dataclass(eq=False)
class Source:
    """A file: how messages call it, its text, and what runs it.

    `migration` is the name by which an allowance calls it. `deployed` says that the engine's own deployer
    runs the file, one transaction for consecutive steps; otherwise it is a plain file, as psql runs it.
    `reported` is False for what only leads up to the part that is checked.
    """

    file: str
    text: str
    migration: str
    deployed: bool = False
    phase: Phase = "expand"
    reported: bool = True
    path: Path | None = None
    findings: list[Finding] = field(default_factory=list)
    statements: list[Any] = field(default_factory=list)

    @cached_property
    def bytes(self) -> bytes:
        """The text in UTF-8: the parser counts in bytes."""
        return self.text.encode()

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, in characters from 1, of an offset in bytes."""
        start = self.bytes.rfind(b"\n", 0, offset) + 1
        line = self.bytes.count(b"\n", 0, offset) + 1
        return line, len(self.bytes[start:offset].decode(errors="replace")) + 1

    def report(self, offset: int, rule: str, message: str, fix: str) -> None:
        """Add a finding that reading the file gives, at an offset in bytes; `rule` is one of FILE_RULES."""
        line, column = self.place(offset)
        name, severity = FILE_RULES[rule]
        self.findings.append(Finding(self.file, line, column, rule, name, severity, message, fix))
