"""A deploy: lock, preflight, pre-checks, snapshot, steps, verify, report. `order` has the whole of it."""

from pgevolve.deploy.order import deploy
from pgevolve.deploy.report import DeployReport, MigrationReport, Report, StepReport
from pgevolve.deploy.session import Session, deploy_session

__all__ = ["DeployReport", "MigrationReport", "Report", "Session", "StepReport", "deploy", "deploy_session"]
