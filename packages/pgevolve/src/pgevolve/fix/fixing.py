"""Texts in, texts out: every finding that has a safe form is rewritten, until none is left.

A pass looks at the whole history, rewrites what it finds in one file, and the next pass looks at the result:
what one form leaves another takes up, and a fixed file is left alone because the last pass found nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import postgast

from pgevolve.check.finding import Finding
from pgevolve.check.rule import Rule
from pgevolve.check.source import Source
from pgevolve.check.statement import Statement
from pgevolve.fix import following
from pgevolve.fix.finding import Finder
from pgevolve.fix.forms import FORMS
from pgevolve.fix.layout import between, written
from pgevolve.fix.model import Done, Part, Place, Rewritten
from pgevolve.fix.words import alteration
from pgevolve.project import CheckOptions

_MOST_PASSES = 100
_PLACES: tuple[Place, ...] = ("here", "filled")
_OWNED = "BEGIN and COMMIT removed: whoever runs the steps owns the transaction"
_REMOVABLE = frozenset({"TRANS_STMT_BEGIN", "TRANS_STMT_START", "TRANS_STMT_COMMIT"})


@dataclass(frozen=True, slots=True)
class StillThere:
    """A finding that stays, and what to do about it by hand."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file after the fix.

    `backfill` has the statements that fill rows in batches, and `filled` what has to run when they are
    filled; each is empty where there is nothing of the kind.
    """

    text: str
    backfill: str = ""
    filled: str = ""
    done: tuple[Done, ...] = ()
    left: tuple[StillThere, ...] = ()


@dataclass(slots=True)
class _Draft:
    """One of the texts that become of a file; `lines` has the line of the file for each statement."""

    text: str
    lines: list[int] = field(default_factory=list)


def fix(before: Sequence[Source], target: Source, rules: Sequence[Rule], options: CheckOptions) -> Fixed:
    """Return what becomes of `target`, which the migrations `before` lead up to. No file is touched."""
    return _Fixing(before, target, rules, options).fixed()


class _Fixing:
    def __init__(
        self, before: Sequence[Source], target: Source, rules: Sequence[Rule], options: CheckOptions
    ) -> None:
        self.before, self.target, self.rules, self.options = before, target, rules, options
        self.drafts: dict[Place, _Draft] = {"here": _Draft(target.text)}
        self.fills: list[str] = []
        self.done: list[Done] = []

    def fixed(self) -> Fixed:
        for _ in range(_MOST_PASSES):
            finder, sources, findings = self._look()
            if any(finding.rule == "PE001" for finding in findings):
                break  # Of a text that is not read whole, nothing is known for sure.
            if not self._rewrite(finder, sources):
                break
        left = tuple(
            StillThere(finding, self._reason(finder, sources, finding))
            for finding in findings
            if finding.counts
        )
        texts = {place: draft.text for place, draft in self.drafts.items()}
        return Fixed(
            texts["here"],
            "\n\n".join(self.fills) + "\n" if self.fills else "",
            texts.get("filled", ""),
            tuple(sorted(self.done, key=lambda done: done.line)),
            left,
        )

    def _look(self) -> tuple[Finder, dict[Place, Source], list[Finding]]:
        sources: dict[Place, Source] = {}
        for place in _PLACES:
            draft = self.drafts.get(place)
            if draft is not None:
                sources[place] = self._source(place, draft)
        history = [replace(source, reported=False, findings=[], statements=[]) for source in self.before]
        finder = Finder(self.rules, self.options)
        found = finder.check([*history, *sources.values()])
        for place, source in sources.items():
            draft = self.drafts[place]
            if len(draft.lines) != len(source.statements):
                draft.lines = [statement.place()[0] for statement in source.statements]
        return finder, sources, [finding for source, finding in found if source.reported]

    def _source(self, place: Place, draft: _Draft) -> Source:
        return replace(
            self.target,
            file=self._file(place),
            text=draft.text,
            reported=True,
            findings=[],
            statements=[],
        )

    def _file(self, place: Place) -> str:
        if place == "here":
            return self.target.file
        return f"{self.target.file.removesuffix('.sql')}.{place}.sql"

    def _reason(self, finder: Finder, sources: dict[Place, Source], finding: Finding) -> str:
        for source in sources.values():
            for statement in source.statements:
                if source.file == finding.file and statement.place()[0] <= finding.line:
                    reasons = finder.reasons(source, statement.begin)
                    if finding.rule in reasons and finding.line <= _last_line(statement):
                        return reasons[finding.rule]
        if " (in " in finding.message and finding.rule in FORMS:
            return f"no statement of a body is rewritten: {finding.fix}"
        return finding.fix

    def _rewrite(self, finder: Finder, sources: dict[Place, Source]) -> bool:
        """Rewrite the first text that has something to rewrite; tell whether there was one."""
        for place, source in sources.items():
            wanted = {
                statement.begin: forms
                for statement in source.statements
                if (forms := finder.rewritten(source, statement.begin))
            }
            if not wanted and not (source.deployed and _transaction_control(source)):
                continue
            control = _transaction_control(source)
            if control:
                if not _is_removable(control):
                    continue
                self.done.append(Done(control[0].place()[0], "PE002", _OWNED))
                self._apply(place, source, {}, gone={statement.begin for statement in control})
            else:
                self._apply(place, source, wanted, gone=set())
            return True
        return False

    def _apply(
        self,
        place: Place,
        source: Source,
        wanted: dict[int, dict[int | None, tuple[str, Rewritten]]],
        gone: set[int],
    ) -> None:
        draft = self.drafts[place]
        apply = _Application(source, draft.lines, wanted, gone)
        apply.run()
        self.done += apply.done
        self.fills += apply.fills
        self.drafts[place] = apply.texts["here"]
        moved = apply.texts["filled"]
        if moved.text and place == "here":
            # What moves now stood before what moved in an earlier pass.
            there = self.drafts.get("filled", _Draft(""))
            self.drafts["filled"] = _Draft(moved.text + there.text, moved.lines + there.lines)


class _Application:
    """One pass over one text."""

    def __init__(
        self,
        source: Source,
        lines: list[int],
        wanted: dict[int, dict[int | None, tuple[str, Rewritten]]],
        gone: set[int],
    ) -> None:
        self.source, self.lines, self.gone = source, lines, gone
        self.wanted = wanted
        self.alone = {form.other for forms in wanted.values() for _, form in forms.values()}
        self.texts: dict[Place, _Draft] = {place: _Draft("") for place in _PLACES}
        self.done: list[Done] = []
        self.fills: list[str] = []
        self.filled: set[str] = set()
        self._emptied = False

    def run(self) -> None:
        position = 0
        for line, statement in zip(self.lines, self.source.statements, strict=True):
            behind, above = between(self._text(position, statement.begin), is_first=position == 0)
            end = self._text(statement.end, statement.end + 1)
            self._leave(behind)
            self._statement(line, statement, above, end)
            position = statement.end + len(end)
        self._leave(self._text(position, None))

    def _leave(self, behind: str) -> None:
        """Keep the rest of a line; the line goes if nothing stood on it but a statement that is gone."""
        here = self.texts["here"]
        if behind.strip() or not self._emptied or (here.text and not here.text.endswith("\n")):
            here.text += behind
        self._emptied = False

    def _text(self, begin: int, end: int | None) -> str:
        return self.source.bytes[begin:end].decode()

    def _statement(self, line: int, statement: Statement, above: str, end: str) -> None:
        old = statement.text()
        if statement.begin in self.gone:
            self.texts["here"].text += above.rstrip(" \t")
            self._emptied = True
            return
        if self.filled and following.needs_filled_rows(statement.kind, statement.node, self.filled):
            self.filled |= following.touched(statement.node)
            self._emptied = True
            self._put("filled", line, f"{above.lstrip()}{old};\n", 1)
            return
        forms = {
            command: form
            for command, form in self.wanted.get(statement.begin, {}).items()
            if form[1].parts or form[1].fills
        }
        for rule, form in self.wanted.get(statement.begin, {}).values():
            self.done.append(Done(line, rule, form.said))
            # Comments above a statement that is moved whole go with it.
            self.fills += [fill if form.parts else above.lstrip() + fill for fill in form.fills]
            self.filled |= {form.filled} if form.filled is not None else set()
        if not forms and statement.begin not in self.alone:
            self._put("here", line, f"{above}{old}{end}", 1)
            return
        parts = _parts(old, forms) if forms else [Part(old, alone=True)]
        here = [part for part in parts if part.place == "here"]
        if here:
            before = self.texts["here"].text
            in_line = bool(before) and not before.endswith("\n")
            self._put("here", line, written(above, old, here, in_line=in_line) + end, len(here))
        else:
            self._emptied = True
        later = [part for part in parts if part.place == "filled"]
        if later:
            self._put("filled", line, written("", "", later) + ";\n", len(later))

    def _put(self, place: Place, line: int, text: str, count: int) -> None:
        draft = self.texts[place]
        draft.text += text
        draft.lines += [line] * count


def _parts(old: str, forms: dict[int | None, tuple[str, Rewritten]]) -> list[Part]:
    """Return a statement's parts: its safe form, or those of its commands with the other commands between."""
    if None in forms:
        return list(forms[None][1].parts)
    apart = alteration(old)
    found: list[Part] = []
    first = 0
    for place in range(len(apart.commands)):
        if place not in forms:
            continue
        if first < place:
            found.append(Part(f"{apart.head} {apart.several(first, place - 1)}"))
        found += forms[place][1].parts
        first = place + 1
    if first < len(apart.commands):
        found.append(Part(f"{apart.head} {apart.several(first, len(apart.commands) - 1)}"))
    return found


def _last_line(statement: Statement) -> int:
    return statement.place()[0] + statement.text().count("\n")


def _transaction_control(source: Source) -> list[Statement]:
    return [statement for statement in source.statements if statement.kind == "transaction_stmt"]


def _is_removable(control: Sequence[Statement]) -> bool:
    names = {postgast.pg_query_pb2.TransactionStmtKind.Name(entry.node.kind) for entry in control}
    return names <= _REMOVABLE
