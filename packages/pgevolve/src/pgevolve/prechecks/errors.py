"""How pre-checks stop a deploy."""

from pgevolve.errors import FindingsError
from pgevolve.prechecks.model import RowsReport, Violation


class RowsViolateError(FindingsError):
    """Rows of the target would be refused by a pending migration; nothing was changed."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(violations)
        self.violations = violations
        self.hint = "mend the rows: " + "; ".join(
            dict.fromkeys(f"{entry.table}: {entry.fix}" for entry in violations)
        )

    def __str__(self) -> str:
        several = [_lines(entry) for entry in self.violations]
        return f"rows stand in the way of {len(several)} pending changes:\n" + "\n".join(several)


def require_rows(report: RowsReport) -> None:
    """Raise RowsViolateError with every violation of a report; what was not checked stops nothing."""
    if report.violations:
        raise RowsViolateError(report.violations)


def _lines(violation: Violation) -> str:
    keys = f"\n    {', '.join(violation.key)}: {', '.join(violation.keys)}" if violation.keys else ""
    query = violation.query.replace("\n", "\n      ")
    return f"  {violation}{keys}\n    list them: {query}\n    fix: {violation.fix}"
