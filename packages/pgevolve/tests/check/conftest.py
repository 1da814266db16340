"""SQL as a history: texts become files that are checked in order."""

from collections.abc import Callable

import pytest

from pgevolve.check.checker import Checker
from pgevolve.check.finding import Finding
from pgevolve.check.registry import own_rules
from pgevolve.check.source import Source
from pgevolve.project import CheckOptions

NEXT_FILE = "-- next file\n"
CheckSql = Callable[..., list[Finding]]


@pytest.fixture
def check_sql() -> CheckSql:
    """Return a function that gives the findings of the last of some files.

    A text may hold several, divided by a line `-- next file`. They are named 1.sql, 2.sql and so on.
    """

    def check(
        *texts: str, target_version: int = 18, deployed: bool = False, phase: str = "expand", **options: bool
    ) -> list[Finding]:
        files = "".join(f"{NEXT_FILE}{text}" for text in texts).split(NEXT_FILE)[1:]
        sources = [
            Source(f"{number}.sql", text, str(number), deployed=deployed)
            for number, text in enumerate(files, start=1)
        ]
        sources[-1].phase = "contract" if phase == "contract" else "expand"
        chosen = CheckOptions(target_version=target_version, **options)
        found = Checker(own_rules(), chosen).check(sources)
        return [finding for source, finding in found if source is sources[-1]]

    return check
