"""An existing database comes under the engine: without running anything that is in place already."""

from pgevolve.adopt.alembic import (
    NotAtHeadError,
    RevisionCircleError,
    RevisionMissingError,
    RevisionTwiceError,
    RevisionUnreadableError,
    SeveralHeadsError,
    alembic_history,
)
from pgevolve.adopt.baseline import Baseline, baseline
from pgevolve.adopt.errors import (
    LedgerInUseError,
    NoHistoryError,
    NotInHistoryError,
    SchemaDiffersError,
)
from pgevolve.adopt.first import HistoryExistsError, NothingThereError, first_migration
from pgevolve.adopt.foreign import (
    ForeignHistory,
    ForeignHistoryError,
    ForeignMigration,
    ForeignTable,
    ForeignTableComparedError,
    ForeignTableMissingError,
    NoForeignFilesError,
    SeveralProblemsError,
)
from pgevolve.adopt.prisma import (
    PrismaEditedError,
    PrismaFailedError,
    PrismaFilesMissingError,
    PrismaPendingError,
    PrismaProviderError,
    prisma_history,
)
from pgevolve.adopt.takeover import Adoption, adopt_alembic, adopt_prisma

__all__ = [
    "Adoption",
    "Baseline",
    "ForeignHistory",
    "ForeignHistoryError",
    "ForeignMigration",
    "ForeignTable",
    "ForeignTableComparedError",
    "ForeignTableMissingError",
    "HistoryExistsError",
    "LedgerInUseError",
    "NoForeignFilesError",
    "NoHistoryError",
    "NotAtHeadError",
    "NotInHistoryError",
    "NothingThereError",
    "PrismaEditedError",
    "PrismaFailedError",
    "PrismaFilesMissingError",
    "PrismaPendingError",
    "PrismaProviderError",
    "RevisionCircleError",
    "RevisionMissingError",
    "RevisionTwiceError",
    "RevisionUnreadableError",
    "SchemaDiffersError",
    "SeveralHeadsError",
    "SeveralProblemsError",
    "adopt_alembic",
    "adopt_prisma",
    "alembic_history",
    "baseline",
    "first_migration",
    "prisma_history",
]
