"""The steps at which a run may be interrupted, and who watches it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class ArchiveFault(Enum):
    """A place of the run at which a fault may strike; each is announced just before its work begins.

    The steps from CLAIM to COMMIT are one transaction for each batch, those of an export one for each month,
    those of a return one for the batch that comes back, those of an erasure one for the person.
    """

    CLAIM = "claim"
    CHECK_REFERENCES = "check_references"
    MOVE_CHILDREN = "move_children"
    MOVE_ROOT = "move_root"
    CHECK_COUNT = "check_count"
    COMMIT = "commit"
    EXPORT_WRITE = "export_write"
    EXPORT_FSYNC = "export_fsync"
    EXPORT_RENAME = "export_rename"
    EXPORT_VERIFY = "export_verify"
    DROP_PARTITION = "drop_partition"
    RETURN_ROWS = "return_rows"
    RETURN_REMAINDER = "return_remainder"
    RETURN_REFERENCES = "return_references"
    RETURN_COMMIT = "return_commit"
    ERASE_TABLES = "erase_tables"
    ERASE_FILES = "erase_files"
    ERASE_MONTHS = "erase_months"
    ERASE_LIST = "erase_list"
    ERASE_COMMIT = "erase_commit"


def _ignore_step(step: ArchiveFault) -> None:
    del step


def _ignore_progress(what: str, done: int, total: int) -> None:
    del what, done, total


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """What a run tells of itself, and asks: `is_stopping` between two batches, `progress` after each."""

    at: Callable[[ArchiveFault], None] = _ignore_step
    progress: Callable[[str, int, int], None] = _ignore_progress
    is_stopping: Callable[[], bool] = _never
