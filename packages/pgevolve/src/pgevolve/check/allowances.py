"""Findings that a project allows, each with a reason and a day on which that ends.

```toml
[[allow]]
migration = "20261122_1015_add_salon_phone"
rule = "PE302"
reason = "the table holds 31 rows"
until = 2027-06-30
```
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pgevolve.check.finding import Finding
from pgevolve.check.source import FILE_RULES, Source
from pgevolve.errors import UsageError

FILE_NAME = "allowances.toml"
_KEYS = {"migration": str, "rule": str, "reason": str, "until": date}
_HEADING = re.compile(r"^\s*\[\[\s*allow\s*\]\]", re.MULTILINE)


class AllowancesFileError(UsageError):
    """The file of allowances cannot be read."""

    hint = "give every [[allow]] a migration, a rule, a reason, and until = a date such as 2027-06-30"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{str(self.path)!r} cannot be used: {self.reason}"


@dataclass(frozen=True, slots=True)
class Allowance:
    """One allowed rule in one migration; `line` is where it stands in the file."""

    file: str
    line: int
    migration: str
    rule: str
    reason: str
    until: date


def read_allowances(sources: Iterable[Source]) -> list[Allowance]:
    """Return the allowances that stand beside the files. Raises AllowancesFileError."""
    folders = dict.fromkeys(_folder(source) for source in sources if source.path is not None)
    return [allowance for folder in folders if folder for allowance in _read(folder / FILE_NAME)]


def _folder(source: Source) -> Path | None:
    if source.path is None:
        return None
    return source.path.parent.parent if source.deployed else source.path.parent


def _read(path: Path) -> list[Allowance]:
    if not path.is_file():
        return []
    try:
        text = path.read_text(encoding="utf-8")
        entries = tomllib.loads(text).get("allow", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AllowancesFileError(path, str(error)) from error
    if not isinstance(entries, list):
        raise AllowancesFileError(path, "allow is no array of tables")
    lines = [text.count("\n", 0, match.end()) + 1 for match in _HEADING.finditer(text)]
    return [
        _allowance(path, line, entry)
        for line, entry in zip(lines + [1] * len(entries), entries, strict=False)
    ]


def _allowance(path: Path, line: int, entry: object) -> Allowance:
    if not isinstance(entry, dict) or entry.keys() != _KEYS.keys():
        raise AllowancesFileError(path, f"the entry on line {line} has other keys than {', '.join(_KEYS)}")
    for key, kind in _KEYS.items():
        if not isinstance(entry[key], kind):
            raise AllowancesFileError(path, f"{key} on line {line} is no {kind.__name__}")
    if not entry["reason"].strip():
        raise AllowancesFileError(path, f"the reason on line {line} is empty")
    return Allowance(str(path), line, **entry)


def without_allowed(
    found: Sequence[tuple[Source, Finding]], allowances: Sequence[Allowance], today: date
) -> tuple[list[tuple[Source, Finding]], list[Finding]]:
    """Return what is not allowed, and what is wrong with the allowances.

    An allowance holds to the end of its last day; after it the findings are back, beside one about itself.
    """
    valid = [allowance for allowance in allowances if allowance.until >= today]
    allowed = {(allowance.migration, allowance.rule) for allowance in valid}
    met = {(source.migration, finding.rule) for source, finding in found}
    kept = [pair for pair in found if (pair[0].migration, pair[1].rule) not in allowed]
    wrong = [_expired(allowance) for allowance in allowances if allowance.until < today]
    wrong += [
        _finding(
            allowance,
            "PE007",
            f"the allowance of {allowance.rule} in {allowance.migration} is not used: nothing is found there",
            "delete it",
        )
        for allowance in valid
        if (allowance.migration, allowance.rule) not in met
    ]
    return kept, wrong


def _expired(allowance: Allowance) -> Finding:
    message = (
        f"the allowance of {allowance.rule} in {allowance.migration} ended on {allowance.until.isoformat()}"
    )
    return _finding(allowance, "PE008", message, "mend what it allowed, or give it a later day and a reason")


def _finding(allowance: Allowance, rule: str, message: str, fix: str) -> Finding:
    name, severity = FILE_RULES[rule]
    return Finding(allowance.file, allowance.line, 1, rule, name, severity, message, fix)
