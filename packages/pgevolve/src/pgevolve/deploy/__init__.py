"""A deploy: lock, preflight, pre-checks, snapshot, steps, verify, report. `order` has the whole of it."""

from pgevolve.deploy.going_on import Answer
from pgevolve.deploy.order import deploy, resume
from pgevolve.deploy.report import DeployReport, MigrationReport, Report, StepReport
from pgevolve.deploy.rollback import rollback
from pgevolve.deploy.session import Session, deploy_session

__all__ = [
    "Answer",
    "DeployReport",
    "MigrationReport",
    "Report",
    "Session",
    "StepReport",
    "deploy",
    "deploy_session",
    "resume",
    "rollback",
]
