"""The look for findings that a safe form is known for: the checker, asking the forms on the way.

A form must see the schema as the rule saw it, at that statement and that command; afterwards it is gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pgevolve.check.checker import Checker
from pgevolve.check.rule import Complaint, Rule, Seen
from pgevolve.check.source import Source
from pgevolve.check.statement import Statement
from pgevolve.fix.forms import FORMS
from pgevolve.fix.model import Left, Outcome, Rewritten, Site
from pgevolve.fix.words import alteration
from pgevolve.project import CheckOptions


@dataclass(frozen=True, slots=True)
class Found:
    """What a form made of one finding; `command` counts those of an ALTER TABLE, None is all of them."""

    rule: str
    command: int | None
    outcome: Outcome


class Finder(Checker):
    """Checks sources, and keeps what the forms say for those that report."""

    def __init__(self, rules: Iterable[Rule], options: CheckOptions) -> None:
        super().__init__(rules, options)
        self.found: dict[tuple[Source, int], list[Found]] = {}
        self._depth = 0
        self._command = -1

    def rewritten(self, source: Source, begin: int) -> dict[int | None, tuple[str, Rewritten]]:
        """Return the first safe form for the statement at an offset, or for each of its commands."""
        forms: dict[int | None, tuple[str, Rewritten]] = {}
        for entry in self.found.get((source, begin), ()):
            if isinstance(entry.outcome, Rewritten):
                forms.setdefault(entry.command, (entry.rule, entry.outcome))
        return {None: forms[None]} if None in forms else forms

    def reasons(self, source: Source, begin: int) -> dict[str, str]:
        """Return by rule why a statement with a finding stays as it is."""
        return {
            entry.rule: entry.outcome.reason
            for entry in self.found.get((source, begin), ())
            if isinstance(entry.outcome, Left)
        }

    def _statement(self, statement: Statement, depth: int = 0) -> None:
        self._depth = depth
        super()._statement(statement, depth)

    def _look(self, statement: Statement) -> None:
        self._command = -1 if statement.command is None else self._command + 1
        super()._look(statement)

    def _add(self, rule: Rule, statement: Statement, complaint: Complaint) -> None:
        super()._add(rule, statement, complaint)
        form = FORMS.get(rule.id)
        if form is None or self._depth or complaint.statement is not None or not statement.source.reported:
            return
        seen = Seen(self.state, self.options, statement)
        sql = statement.text()
        if statement.command is None:
            site, command = Site(rule.id, seen, complaint, sql), None
        else:
            apart = alteration(sql)
            site = Site(rule.id, seen, complaint, sql, apart, apart.command(self._command))
            command = self._command
        key = (statement.source, statement.begin)
        self.found.setdefault(key, []).append(Found(rule.id, command, form(site)))
