"""What the work on a snapshot says of itself, as values: a command line draws them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal[
    "dump", "checksums", "encrypt", "store", "read", "decode", "restore", "compare", "swap"
]


@dataclass(frozen=True, slots=True)
class SnapshotProgress:
    """How far a stage is: tables for dump, checksums, restore and compare, bytes for the others."""

    stage: Stage
    done: int
    total: int


Report: TypeAlias = Callable[[SnapshotProgress], None]


def unreported(_event: SnapshotProgress) -> None:
    """Report to nobody."""
