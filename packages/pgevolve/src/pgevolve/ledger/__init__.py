"""The ledger: schema `pgevolve` in the target, made and upgraded by the engine itself."""

from pgevolve.ledger.backfills import LedgerBackfill, ledger_backfills
from pgevolve.ledger.records import StepRecord
from pgevolve.ledger.rows import (
    Direction,
    Event,
    LedgerMigration,
    LedgerStep,
    LedgerTooNewError,
    events,
    ledger_exists,
    ledger_migrations,
    ledger_steps,
    record_event,
    releases,
    unfinished_backfills,
)
from pgevolve.ledger.writes import (
    finish_migration,
    mark_backfill,
    mark_failed,
    mark_rolled_back,
    prepare_ledger,
    record_baseline,
    record_steps,
    resume_migration,
    start_migration,
    start_rollback,
)

__all__ = [
    "Direction",
    "Event",
    "LedgerBackfill",
    "LedgerMigration",
    "LedgerStep",
    "LedgerTooNewError",
    "StepRecord",
    "events",
    "finish_migration",
    "ledger_backfills",
    "ledger_exists",
    "ledger_migrations",
    "ledger_steps",
    "mark_backfill",
    "mark_failed",
    "mark_rolled_back",
    "prepare_ledger",
    "record_baseline",
    "record_event",
    "record_steps",
    "releases",
    "resume_migration",
    "start_migration",
    "start_rollback",
    "unfinished_backfills",
]
