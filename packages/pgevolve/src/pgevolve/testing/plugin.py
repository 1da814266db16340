"""The pytest plugin: `pytest --pgevolve` checks the history of the project in the root folder.

Four items are added to the run: the models equal the history, the history holds together, each way back leads
back, and data survives. The settings are `[tool.pgevolve]` of the pyproject.toml in pytest's root folder.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from _pytest._code.code import TerminalRepr, TracebackStyle

if TYPE_CHECKING:
    from pgevolve.project import Project

_Check = Callable[["Project"], list[str]]


class MigrationCheckError(Exception):
    """A check found something; each finding is a sentence."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__(findings)
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join(self.findings)


class MigrationCheck(pytest.Item):
    """One check of the history as an item of the run."""

    check: _Check

    def runtest(self) -> None:
        """Run the check on throw-away databases."""
        findings = self.check(self.config.stash[_PROJECT]())
        if findings:
            raise MigrationCheckError(findings)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: TracebackStyle | None = None
    ) -> str | TerminalRepr:
        """Return the findings without a traceback, which would only show this plugin."""
        if isinstance(excinfo.value, MigrationCheckError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str, int | None, str]:
        """Return what stands above a failure."""
        return "pyproject.toml", None, f"pgevolve: {self.name}"


_PROJECT = pytest.StashKey[Callable[[], "Project"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--pgevolve`."""
    parser.getgroup("pgevolve").addoption(
        "--pgevolve",
        action="store_true",
        help="check the migrations of [tool.pgevolve]: models, history, ways back, data",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Remember how the project is found; nothing is read before an item runs."""

    def project() -> "Project":
        from pgevolve.cli.configuration import read_configuration

        return read_configuration(None, config.rootpath).project()

    config.stash[_PROJECT] = project


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the checks behind the project's own tests."""
    if not config.getoption("--pgevolve"):
        return
    for name, check in _checks().items():
        item = MigrationCheck.from_parent(session, name=name, nodeid=f"pgevolve::{name}")
        item.check = check
        items.append(item)


def _checks() -> Mapping[str, _Check]:
    from pgevolve import testing

    return MappingProxyType(
        {
            "models_equal_history": testing.differences_from_models,
            "history_holds_together": testing.broken_entries,
            "ways_back_lead_back": testing.ways_back_that_fail,
            "data_survives": testing.lost_data,
        }
    )
