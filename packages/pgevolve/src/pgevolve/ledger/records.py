"""What is to be written of a step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pgevolve.step import Step


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step and what became of it; times are in seconds.

    `seconds` is the whole time of its statement, of which it `waited` for locks. `locked` has the strongest
    lock on each table that was there before, held for `locked_seconds` until the commit. `before` is what
    the catalogue said of its objects when it was started.
    """

    number: int
    step: Step
    state: Literal["started", "done", "failed"]
    seconds: float | None = None
    waited: float = 0.0
    locked: Mapping[str, str] = field(default_factory=dict)
    locked_seconds: float = 0.0
    attempts: int = 1
    blockers: Sequence[Mapping[str, Any]] = ()
    before: Mapping[str, Any] | None = None
    sqlstate: str | None = None
    message: str | None = None
