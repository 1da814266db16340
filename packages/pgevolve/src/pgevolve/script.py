"""Steps as one script for psql, and as the statements that it comes to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

from pgevolve.backfill import as_block
from pgevolve.sqltext import commits_by_itself, parse_steps
from pgevolve.step import Step

PartName: TypeAlias = Literal["expand", "contract", "plain"]
_ABOUT: dict[PartName, str] = {
    "expand": "phase expand: the running application keeps working",
    "contract": "phase contract: run it when no running code uses any more what goes",
    "plain": "plain DDL in the order of dependencies: it may lock tables for long",
}
# Whoever waits for a strong lock makes everyone behind wait too.
_LOCK_TIMEOUT = "'2s'"
_SESSION = (
    "SET search_path = public",
    "SET client_min_messages = warning",
    "SET check_function_bodies = off",
)


@dataclass(frozen=True, slots=True)
class Part:
    """The steps of one phase, and the batches that fill rows after them."""

    name: PartName
    steps: tuple[Step, ...]
    backfill_sql: str | None = None


def psql_script(parts: Sequence[Part], title: str) -> str:
    """Return a file for `psql -f`; it stops at the first error, with what was committed before in place."""
    lines = [f"-- {title}", "\\set ON_ERROR_STOP on", *(f"{statement};" for statement in _SESSION)]
    for part in parts:
        lines += ["", f"-- {_ABOUT[part.name]}"]
        lines += [_ended(statement) for statement in _statements(part)]
    return "\n".join(lines) + "\n"


def statements_of(parts: Iterable[Part]) -> Iterator[str]:
    """Yield the statements of the script one by one, transaction control included."""
    yield from _SESSION
    for part in parts:
        yield from _statements(part)


def _statements(part: Part) -> Iterator[str]:
    if part.name == "plain":
        yield from (step.sql for step in part.steps)
        return
    for shared, members in groupby(part.steps, key=lambda step: step.transactional):
        steps = list(members)
        if not shared:
            for step in steps:
                yield from _alone(step)
            continue
        yield "BEGIN"
        yield f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT}"
        yield from (step.sql for step in steps)
        yield "COMMIT"
    if part.backfill_sql is not None:
        yield "SET lock_timeout = 0"
        yield from (as_block(step) for step in parse_steps(part.backfill_sql, "backfill.sql"))


def _alone(step: Step) -> Iterator[str]:
    """Yield a step outside of any transaction.

    One that builds or drops an index lets readers and writers pass while it waits; given up, it would leave
    an invalid index.
    """
    patient = commits_by_itself(step.sql)
    yield f"SET lock_timeout = {0 if patient else _LOCK_TIMEOUT}"
    yield step.sql


def _ended(statement: str) -> str:
    last = statement.rsplit("\n", 1)[-1]
    return f"{statement}\n;" if "--" in last else f"{statement};"
