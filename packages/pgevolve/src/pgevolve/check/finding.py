"""What a rule has to say about one place of a file."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One finding. `line` and `column` count characters from 1; `fix` is an imperative.

    An error or a warning makes a check fail; a note is advice and does not.
    """

    file: str
    line: int
    column: int
    rule: str
    name: str
    severity: Severity
    message: str
    fix: str

    @property
    def counts(self) -> bool:
        """Say whether the finding makes the check fail."""
        return self.severity != "note"
