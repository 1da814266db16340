"""The table of bad statements: one file an area below `tables/`, one entry a statement or a family of them.

An entry says what is attempted, as which role (of the file unless it names one), by which statement, and how
the database refuses: `refused = "23514 salons_name_check"`, SQLSTATE and constraint or trigger; the table
stands before a dot where several tables have a trigger of the name; of a missing privilege the relation is
named. `setup` runs before, as `setup_as`. With `each` an entry stands for many: {0}, {1}, … are the words of
each line. `:salon` is the id of that name in `attack_scene`, as a variable of psql.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class Attack:
    """One statement that the database must refuse."""

    area: str
    attempt: str
    role: str
    statement: str
    state: str
    table: str | None
    name: str | None
    setup: str
    setup_as: str

    def __str__(self) -> str:
        return f"{self.area}: {self.attempt}"


@cache
def attacks() -> tuple[Attack, ...]:
    """Return every attack in the order of the files."""
    return tuple(attack for path in sorted(_TABLES.glob("*.toml")) for attack in _in_file(path))


def _in_file(path: Path) -> Iterator[Attack]:
    content = tomllib.loads(path.read_text())
    for entry in content["attack"]:
        given = {"role": content["role"], **entry}
        if "each" not in entry:
            yield _attack(path.stem, given)
            continue
        for line in entry["each"]:
            words = line.split()
            filled = {
                key: value.format(*words) if isinstance(value, str) else value for key, value in given.items()
            }
            yield _attack(path.stem, {**filled, "attempt": f"{filled['attempt']}: {line}"})


def _attack(area: str, given: dict[str, Any]) -> Attack:
    state, _, refuser = given["refused"].partition(" ")
    table, _, name = refuser.rpartition(".")
    return Attack(
        area=area,
        attempt=given["attempt"],
        role=given["role"],
        statement=given["sql"],
        state=state,
        table=table or None,
        name=name or None,
        setup=given.get("setup", ""),
        setup_as=given.get("setup_as", given["role"]),
    )
