"""A change that is really deployed: the ledger, the gate and the rollback take part."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from applications import RELEASES
from scenarios import Scenario
from sqlalchemy import MetaData

from pgevolve.deploy import deploy, rollback
from pgevolve.deploy.report import DeployReport
from pgevolve.history import Migration, read_history
from pgevolve.progress import DeployEvent
from pgevolve.project import GateOptions, Project


class StoppedError(Exception):
    """The deploy was ended at a moment that the test chose, as by a crash: nothing is recorded of it."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """One database that stands at the first version, and the migrations that come."""

    url: str
    folder: Path
    scenario: Scenario

    @property
    def project(self) -> Project:
        gate = GateOptions(quiet=timedelta(minutes=10), application="shop", release=RELEASES["new"])
        return Project(MetaData(), self.folder, None, gate=gate)

    @property
    def migrations(self) -> tuple[Migration, ...]:
        return read_history(self.folder).migrations[1:]

    @property
    def without_counting(self) -> Project:
        return replace(self.project, gate=replace(self.project.gate, quiet=timedelta(0)))

    def deploys(self) -> DeployReport:
        """Deploy as far as the gate lets it."""
        return deploy(self.project, self.url)

    def stops_at(self, place: int) -> bool:
        """Deploy until the event of that number, and say whether it came to it.

        The transaction in which it comes is undone.
        """
        seen: list[DeployEvent] = []

        def report(event: DeployEvent) -> None:
            seen.append(event)
            if len(seen) == place:
                raise StoppedError

        try:
            deploy(self.project, self.url, report=report)
        except StoppedError:
            return True
        return False

    def goes_back(self) -> None:
        """Undo everything since the first version, although both applications are connected."""
        name = self.migrations[0].name
        rollback(self.project, self.url, name, force=True, reason="both releases go on writing")
