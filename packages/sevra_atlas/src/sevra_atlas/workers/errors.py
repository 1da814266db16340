"""What the queue refuses, and how a run ends early."""

from collections.abc import Iterable

from sevra_atlas.settings import SetupError


class JobUnknownError(SetupError):
    """No job of the catalogue has that name."""

    hint = "`sevra jobs catalogue` lists the names"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"there is no job {self.name!r}"


class JobMissingError(SetupError):
    """The queue holds no job of that number."""

    hint = "`sevra jobs list` shows the numbers; finished jobs are kept for a week, failed ones for 30 days"

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return f"the queue holds no job {self.number}"


class JobNotFailedError(SetupError):
    """Only what has failed for good is retried by hand."""

    def __init__(self, number: int, state: str) -> None:
        super().__init__(number, state)
        self.number, self.state = number, state
        self.hint = "wait for it to end" if state in {"todo", "doing"} else "enqueue it anew, if it is wanted"

    def __str__(self) -> str:
        return f"job {self.number} is {self.state}, not failed"


class QueueUnreachableError(SetupError):
    """The tables of the queue cannot be seen by this connection."""

    hint = (
        "run `sevra migrate deploy`; in a URL of your own, let the search path end with `procrastinate`"
        " (docs/workers.md)"
    )

    def __str__(self) -> str:
        return "the job queue is not on the search path of the worker's connection"


class SubjectError(TypeError):
    """A job was enqueued with other ids than it takes."""

    def __init__(self, name: str, expected: Iterable[str], given: Iterable[str]) -> None:
        super().__init__(name, tuple(expected), tuple(given))
        self.name, self.expected, self.given = self.args

    def __str__(self) -> str:
        takes = ", ".join(self.expected) or "no ids"
        return f"{self.name} takes {takes} (whole numbers), not {', '.join(self.given) or 'no ids'}"


class ReleasedError(Exception):
    """A run was ended because the worker stops; the job goes back into its queue."""

    def __str__(self) -> str:
        return "the worker stops"


class DatabaseLostError(Exception):
    """The worker cannot go on: the database is away. What it had in hand is run again by any worker."""

    hint = "run `sevra doctor`, then start it again"

    def __str__(self) -> str:
        return "the worker has no database"
