"""Where a target leads in the end: through rules of the file and of the database, to a page or out of them.

Pure. A rule of the file speaks in the place of the stored one for the same path or prefix.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from sevra_atlas.domain.addresses.errors import NoPageError, TargetNotAllowedError
from sevra_atlas.domain.addresses.importing.known import Known, StoredRule
from sevra_atlas.domain.addresses.importing.rows import FileRow, Problem
from sevra_atlas.domain.addresses.owners import EntityRef
from sevra_atlas.domain.addresses.rules import ENDINGS
from sevra_atlas.domain.addresses.targets import (
    Exact,
    External,
    Hosts,
    Prefix,
    Source,
    Static,
    Target,
    require_allowed,
)
from sevra_atlas.domain.slugs import path_prefixes
from sevra_atlas.schema.enums import PathKind, RedirectType


@dataclass(frozen=True, slots=True)
class End:
    """Where a rule leads in the end: no target where that is gone or closed by law.

    `doubt` is what speaks against storing it anew; a rule that is stored so already may stay. `steps` counts
    the rules that were passed on the way.
    """

    target: Target | None
    type: RedirectType
    doubt: Problem | None = None
    steps: int = 0


Answer: TypeAlias = "End | Problem"


class Chains:
    """The ends of the rows of one file. Each row is followed once, however many lead to it."""

    def __init__(self, rows: Mapping[Source, FileRow], known: Known, hosts: Hosts) -> None:
        self._rows = rows
        self._known = known
        self._hosts = hosts
        self._answers: dict[Source, Answer] = {}

    def end_of(self, row: FileRow) -> Answer:
        """Return where a row leads, or why it leads nowhere."""
        trail: list[FileRow] = []
        places: dict[Source, int] = {}
        step: End | Problem | FileRow = row
        while isinstance(step, FileRow):
            if step.source in self._answers:
                break
            if step.source in places:
                self._refuse_circle(trail[places[step.source] :])
                break
            places[step.source] = len(trail)
            trail.append(step)
            step = self._next(step)
        answer = self._answers[step.source] if isinstance(step, FileRow) else step
        after = step if isinstance(step, FileRow) else None
        for passed in reversed(trail):
            if passed.source not in self._answers:
                self._answers[passed.source] = answer = _through(passed, answer, after)
            answer, after = self._answers[passed.source], passed
        return self._answers[row.source]

    def _refuse_circle(self, circle: Iterable[FileRow]) -> None:
        rows = sorted(circle, key=lambda row: row.line)
        lines = ", ".join(str(row.line) for row in rows)
        for row in rows:
            message = f"{row.source} leads back to itself, through line {lines}"
            self._answers[row.source] = Problem(row.line, "CYCLE", message)

    def _next(self, row: FileRow) -> "End | Problem | FileRow":
        """Return what the target of a row is: an end, or the row that speaks there."""
        match row.target:
            case None | Prefix():
                return End(row.target, row.type)
            case External() as away:
                try:
                    require_allowed(away, self._hosts)
                except TargetNotAllowedError as error:
                    return End(away, row.type, Problem(row.line, error.code, str(error)))
                return End(away, row.type)
            case EntityRef() as entity:
                missing = NoPageError(entity)
                doubt = (
                    None if entity in self._known.with_page else Problem(row.line, missing.code, str(missing))
                )
                return End(entity, row.type, doubt)
            case Exact() as written:
                return self._at(written.key, row)

    def _at(self, key: str, row: FileRow, *, by_prefix: bool = True) -> "End | Problem | FileRow":
        """Return what answers at a path; the output of a prefix rule meets no second one."""
        holder = self._known.holders.get(key)
        if holder is not None and holder.kind is not PathKind.RULE:
            gone = _refused(row, key, "it is gone") if holder.kind is PathKind.GONE else None
            if holder.owner is not None:
                return End(holder.owner, row.type, gone)
            return gone or End(Static(key), row.type)
        rule = self._rows.get(Exact(key)) or self._known.exact.get(key)
        if rule is not None:
            return self._beyond(rule, row, key)
        for prefix in path_prefixes(key) if by_prefix else ():
            below = self._rows.get(Prefix(prefix)) or self._known.prefixes.get(prefix)
            if below is None or not below.is_active:
                continue
            if isinstance(below.target, Prefix):
                output = self._at(below.target.text + key[len(prefix) :], row, by_prefix=False)
                return replace(output, steps=output.steps + 1) if isinstance(output, End) else output
            return self._beyond(below, row, key)
        return _refused(row, key, "nothing answers there")

    def _beyond(self, rule: FileRow | StoredRule, row: FileRow, key: str) -> "End | Problem | FileRow":
        if not rule.is_active:
            return _refused(row, key, "the rule there is switched off")
        if isinstance(rule, FileRow):
            return rule
        return End(rule.target, rule.type if rule.type in ENDINGS else row.type, steps=1)


def _through(row: FileRow, answer: Answer, after: FileRow | None) -> Answer:
    """Return the end of a row: `answer` itself, or that of the row `after`, to which it leads on."""
    if after is None:
        return answer
    if isinstance(answer, Problem):
        return _refused(row, str(row.target), f"it leads to line {after.line}, which is refused")
    doubt = answer.doubt and replace(answer.doubt, line=row.line)
    type_ = answer.type if answer.target is None else row.type
    return End(answer.target, type_, doubt, answer.steps + 1)


def _refused(row: FileRow, written: str, reason: str) -> Problem:
    return Problem(row.line, TargetNotAllowedError.code, str(TargetNotAllowedError(written, reason)))
