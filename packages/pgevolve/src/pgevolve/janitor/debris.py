"""One thing that was left behind, as a value."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pgevolve.step import Step

DebrisKind: TypeAlias = Literal[
    "invalid index",
    "unvalidated constraint",
    "trigger",
    "function",
    "constraint",
    "index",
    "column",
    "database",
]


@dataclass(frozen=True, slots=True)
class Debris:
    """Something half-done or left over; `name` is its name in SQL, `why` a sentence that says where from.

    `steps` clear it. There are none where a person has to decide; then `advice` says what there is to do.
    """

    kind: DebrisKind
    name: str
    why: str
    steps: tuple[Step, ...] = ()
    advice: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.why}"
