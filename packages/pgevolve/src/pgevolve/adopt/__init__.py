"""An existing database comes under the engine: without running anything that is in place already."""

from pgevolve.adopt.baseline import Baseline, baseline
from pgevolve.adopt.errors import (
    LedgerInUseError,
    NoHistoryError,
    NotInHistoryError,
    SchemaDiffersError,
)
from pgevolve.adopt.first import HistoryExistsError, first_migration

__all__ = [
    "Baseline",
    "HistoryExistsError",
    "LedgerInUseError",
    "NoHistoryError",
    "NotInHistoryError",
    "SchemaDiffersError",
    "baseline",
    "first_migration",
]
