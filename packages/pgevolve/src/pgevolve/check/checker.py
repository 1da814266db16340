"""The look at a history: every statement, in order, with the schema that the ones before have made."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from pgevolve.check import apply, bodies, tree
from pgevolve.check.finding import Finding
from pgevolve.check.parse import statements_of
from pgevolve.check.rule import END, Complaint, Rule, Seen
from pgevolve.check.source import Source
from pgevolve.check.state import SchemaState
from pgevolve.check.statement import Statement
from pgevolve.project import CheckOptions

_BODIES = {"do_stmt", "create_function_stmt"}
_CALLS = {"select_stmt", "call_stmt"}
_CHANGES = {"insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"}
_QUERIES = _CHANGES | {"select_stmt"}
_DEEPEST = 4


class Checker:
    """Checks sources in the order given; the state goes from one to the next."""

    def __init__(self, rules: Iterable[Rule], options: CheckOptions) -> None:
        self.rules = tuple(rules)
        self.options = options
        self.state = SchemaState()
        self._findings: dict[Finding, Source] = {}

    @cached_property
    def _by_kind(self) -> dict[str, list[Rule]]:
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for kind in rule.kinds:
                found.setdefault(kind, []).append(rule)
        return found

    def check(self, sources: Iterable[Source]) -> list[tuple[Source, Finding]]:
        """Return all findings with their files, in the order of the files and places."""
        sources = list(sources)
        for source in sources:
            self._source(source)
        seen = Seen(self.state, self.options)
        for rule in self._by_kind.get(END, ()):
            for complaint in rule.check(seen):
                if complaint.statement is not None:
                    self._add(rule, complaint.statement, complaint)
        place = {id(source): number for number, source in enumerate(sources)}
        found = [(source, finding) for finding, source in self._findings.items()]
        return sorted(found, key=lambda pair: (place[id(pair[0])], pair[1]))

    def _source(self, source: Source) -> None:
        self.state.begin_migration()
        transaction = None
        source.statements = statements_of(source)
        for statement in source.statements:
            if transaction is not None and statement.transaction != transaction:
                self.state.begin_transaction()
            transaction = statement.transaction
            self._statement(statement)
        for finding in source.findings:
            self._findings.setdefault(finding, source)

    def _statement(self, statement: Statement, depth: int = 0) -> None:
        self.state.statement = statement
        self._look(statement)
        if statement.kind == "alter_table_stmt":
            for node in statement.node.cmds:
                self._look(statement.for_command(node.alter_table_cmd))
                apply.apply_command(self.state, statement.node, node.alter_table_cmd)
        else:
            apply.apply(self.state, statement.kind, statement.node)
        if depth < _DEEPEST:
            for inner in self._nested(statement):
                self._statement(inner, depth + 1)

    def _look(self, statement: Statement) -> None:
        for rule in self._by_kind.get(statement.kind, ()):
            for complaint in rule.check(Seen(self.state, self.options, statement)):
                self._add(rule, complaint.statement or statement, complaint)

    def _add(self, rule: Rule, statement: Statement, complaint: Complaint) -> None:
        line, column = statement.place(complaint.at)
        message = complaint.message
        if statement.within:
            message = f"{message} (in {statement.within})"
        finding = Finding(
            statement.source.file,
            line,
            column,
            rule.id,
            rule.name,
            rule.severity,
            message,
            complaint.fix,
        )
        self._findings.setdefault(finding, statement.source)

    def _nested(self, statement: Statement) -> Iterator[Statement]:
        if statement.kind in _BODIES:
            yield from self._body(statement)
            return
        if statement.kind in _CALLS:
            yield from self._called(statement)
        if statement.kind in _QUERIES and statement.node.HasField("with_clause"):
            for part in statement.node.with_clause.ctes:
                kind = tree.kind_of(part.common_table_expr.ctequery)
                if kind in _CHANGES:
                    node = tree.inner(part.common_table_expr.ctequery)
                    yield replace(statement, kind=kind, node=node)

    def _body(self, statement: Statement) -> Iterator[Statement]:
        """Read a body; what a DO block holds runs now, what a function holds only when it is called."""
        if not statement.source.reported and statement.kind != "do_stmt":
            return
        try:
            body = bodies.body_of(statement)
        except bodies.BodyError as error:
            self._unreadable(statement, error)
            return
        if statement.kind == "do_stmt":
            first = bodies.first_line_of_body(statement)
            yield from bodies.nested(statement, body, first, "the DO block")

    def _unreadable(self, statement: Statement, error: bodies.BodyError) -> None:
        if statement.line is not None:
            return
        statement.source.report(
            statement.begin,
            "PE006",
            f"the body cannot be read: {error}",
            "correct the body; the server refuses it when it first runs",
        )

    def _called(self, statement: Statement) -> Iterator[Statement]:
        """Yield what the functions do that a SELECT or CALL of the migration runs."""
        for schema, name in tree.called_functions(statement.node):
            function = self.state.function(schema, name)
            if function is not None and function.volatility == "volatile":
                line = statement.place()[0]
                for inner in bodies.nested(statement, bodies.body_of_function(function), line, f"{name}()"):
                    inner.line = line
                    yield inner
