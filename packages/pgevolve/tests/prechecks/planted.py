"""The cases: tables with rows, a migration that the rows refuse, and rows that let it pass."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pgevolve.history import Migration

_CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Case:
    """A violation: `bad` rows refuse `up` with SQLSTATE `refused`, `good` rows let it pass.

    `count` and `keys` are what is to be found. `after` is run after the migration: it is what fails where the
    migration itself does not. `since` is the oldest version that knows the statement.
    """

    family: str
    name: str
    kind: str
    setup: str
    bad: str
    good: str
    up: str
    count: int
    keys: tuple[str, ...]
    refused: str
    backfill: str | None = None
    after: str | None = None
    since: int = 15

    def migration(self) -> Migration:
        """Return the statements as a pending migration."""
        return Migration(
            name="20261122_1015_planted",
            directory=Path("unused"),
            phase="expand",
            digest="",
            follows=None,
            irreversible=None,
            intent={},
            checksum="",
            up_sql=self.up,
            backfill_sql=self.backfill,
        )


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases in the order of their files."""
    return tuple(_read())


def _read() -> Iterator[Case]:
    for path in sorted(_CASES.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in content["case"]:
            keys = tuple(entry.pop("keys"))
            setup = content.get("setup", "") + entry.pop("setup", "")
            kind = entry.pop("kind", content.get("kind"))
            yield Case(path.stem, setup=setup, keys=keys, kind=kind, **entry)
