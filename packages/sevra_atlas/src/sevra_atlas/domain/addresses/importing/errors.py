"""What keeps a file of redirect rules from being written."""

from collections.abc import Sequence

from sevra_atlas.domain.addresses.importing.rows import Problem
from sevra_atlas.domain.errors import ConflictError, InvalidInputError


class ImportRefusedError(InvalidInputError):
    """A file has lines that cannot be imported; nothing of it was."""

    field = "file"
    hint = "mend the lines and import the file again"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return f"the file has {len(self.problems)} problems, so nothing was imported"


class LedgerMovedError(ConflictError):
    """Somebody took a path or a prefix between the plan and the writing; nothing was written."""

    hint = "import the file again"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the addresses changed meanwhile: {self.reason}"
