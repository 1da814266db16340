"""The ledger: schema `pgevolve` in the target, made and upgraded by the engine itself."""

from pgevolve.ledger.rows import (
    Event,
    LedgerMigration,
    LedgerStep,
    LedgerTooNewError,
    events,
    ledger_exists,
    ledger_migrations,
    ledger_steps,
    record_event,
)
from pgevolve.ledger.writes import (
    finish_migration,
    mark_failed,
    mark_rolled_back,
    prepare_ledger,
    record_baseline,
    record_step,
    start_migration,
)

__all__ = [
    "Event",
    "LedgerMigration",
    "LedgerStep",
    "LedgerTooNewError",
    "events",
    "finish_migration",
    "ledger_exists",
    "ledger_migrations",
    "ledger_steps",
    "mark_failed",
    "mark_rolled_back",
    "prepare_ledger",
    "record_baseline",
    "record_event",
    "record_step",
    "start_migration",
]
