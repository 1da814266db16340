"""What the way through the archive refuses."""

from collections.abc import Mapping

from sevra_atlas.domain.errors import ConflictError, DomainError, NotFoundError


class MoveCountError(DomainError):
    """As many rows must arrive in the archive as left, and as many must leave as the batch holds."""

    code = "ARCHIVE_COUNT"
    hint = "run `sevra retention verify`; the batch stays in the trash as it is"

    def __init__(self, batch: int, held: int, gone: Mapping[str, int], kept: Mapping[str, int]) -> None:
        super().__init__(batch, held, dict(gone), dict(kept))
        self.batch, self.held, self.gone, self.kept = batch, held, dict(gone), dict(kept)

    def __str__(self) -> str:
        return (
            f"deletion batch {self.batch} holds {self.held} rows, {sum(self.gone.values())} left"
            f" and {sum(self.kept.values())} arrived"
        )


class BatchNotFoundError(NotFoundError):
    """There is no deletion batch of that number."""

    def __init__(self, batch: int) -> None:
        super().__init__("deletion batch", batch)
        self.batch = batch


class AlreadyHeldError(ConflictError):
    """An open hold names the same row."""

    def __init__(self, kind: str, key: int) -> None:
        super().__init__(kind, key)
        self.kind, self.key = kind, key
        self.hint = f"lift it first: `sevra retention hold lift {kind}:{key}`"

    def __str__(self) -> str:
        return f"{self.kind} {self.key} is already under a legal hold"


class NotHeldError(ConflictError):
    """There is no open hold to lift."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.what} is under no legal hold"


class FinishedBatchError(ConflictError):
    """A batch whose rows are live again or gone for good has nothing left to hold."""

    def __init__(self, batch: int, state: str) -> None:
        super().__init__(batch, state)
        self.batch, self.state = batch, state

    def __str__(self) -> str:
        return f"deletion batch {self.batch} is {self.state}"
