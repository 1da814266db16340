"""How a preflight stops a deploy."""

from pgevolve.errors import UsageError
from pgevolve.preflight.model import Fact, PreflightReport


class UnfitServerError(UsageError):
    """The server or the login is in a state in which a deploy would fail or hang; nothing was changed."""

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        super().__init__(facts)
        self.facts = facts
        self.hint = "; ".join(fact.fix for fact in facts)

    def __str__(self) -> str:
        return "; ".join(fact.message for fact in self.facts)


def require_fit(report: PreflightReport) -> None:
    """Raise UnfitServerError with every refusal of a report; warnings stop nothing."""
    if report.refusals:
        raise UnfitServerError(report.refusals)
