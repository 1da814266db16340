"""Pre-checks: what pending migrations will ask of the rows that are there, asked before any of them runs.

A statement is read to a question (one module a kind: `questions(command)`), the question to a query over the
rows as the statements before it will have left them, and one place asks. Nothing is written or locked.
"""

from pgevolve.prechecks.check_rows import BUDGET_SECONDS, check_rows
from pgevolve.prechecks.errors import RowsViolateError, require_rows
from pgevolve.prechecks.model import Place, RowsReport, Unchecked, Violation

__all__ = [
    "BUDGET_SECONDS",
    "Place",
    "RowsReport",
    "RowsViolateError",
    "Unchecked",
    "Violation",
    "check_rows",
    "require_rows",
]
