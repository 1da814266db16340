"""REVIEW.md: what a person wants to know of a migration before it is committed."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pgevolve.check.finding import Finding
from pgevolve.history import Migration
from pgevolve.reviewed import mark
from pgevolve.trace.migration import MigrationTrace
from pgevolve.trace.model import LockMode, StepTrace, strength

_HEADER = "<!-- Written by `pgevolve trace`; it may be written again at any time. -->"
_WIDTH = 90
_EXACT_BELOW_MS = 100
_SELDOM = strength("SHARE UPDATE EXCLUSIVE")
_WHO: dict[frozenset[str], str] = {
    frozenset(): "nobody",
    frozenset({"select", "insert", "update", "foreign key insert"}): "readers and writers",
    frozenset({"insert", "update"}): "writers",
    frozenset({"insert", "update", "foreign key insert"}): "writers, and writers of tables that refer to it",
    frozenset({"update"}): "writers of the same rows",
    frozenset({"update", "foreign key insert"}): "writers of the same rows, and rows that refer to them",
}


def review(migration: Migration, trace: MigrationTrace, findings: Sequence[Finding] = ()) -> str:
    """Return the page as Markdown: the steps, a timeline of the locks, the findings, and the way back."""
    return "\n".join([*_page(migration, trace, findings), ""])


def _page(migration: Migration, trace: MigrationTrace, findings: Sequence[Finding]) -> Iterator[str]:
    small, large = trace.sizes[0], trace.sizes[-1]
    yield f"# Review of {migration.name}"
    yield mark(migration.up_sql)
    yield _HEADER
    yield ""
    yield (
        f"Phase {migration.phase}, {len(migration.up)} steps, seen on PostgreSQL {trace.version}"
        f" with {small:,} and {large:,} rows a table."
    )
    yield ""
    yield from _steps(trace)
    yield ""
    yield "## Timeline"
    yield "A lock that a transaction takes it holds until its end. Times are those of the larger size."
    yield ""
    yield from _timeline(trace)
    yield ""
    yield from _rows(trace)
    yield from _backfill(migration)
    yield "## Findings"
    yield from _findings(findings)
    yield ""
    yield "## Way back"
    yield from _way_back(migration)


def _steps(trace: MigrationTrace) -> Iterator[str]:
    yield "## Steps"
    yield "| # | statement | locks | who waits | written anew | read whole | time |"
    yield "|---|---|---|---|---|---|---|"
    for several in zip(*trace.steps, strict=True):
        step = several[-1]
        times = " / ".join(_milliseconds(one.seconds) for one in several)
        cells = [
            str(step.number),
            f"`{_first_words(step.sql)}`" + (" (by itself)" if step.outside else ""),
            _joined(f"{mode} on {relation}" for relation, mode in _notable(step)),
            _joined(_who_waits(step)),
            _joined((*step.rewritten, *step.rebuilt)),
            _joined(step.scanned),
            times,
        ]
        yield f"| {' | '.join(cells)} |"


def _timeline(trace: MigrationTrace) -> Iterator[str]:
    begun = 0.0
    for number, members in groupby(trace.steps[-1], key=lambda step: step.transaction):
        transaction = list(members)
        seconds = sum(step.seconds for step in transaction)
        first, last = transaction[0].number, transaction[-1].number
        which = f"step {first}" if first == last else f"steps {first} to {last}"
        yield f"- **transaction {number}**, {which}, from {_milliseconds(begun)} for {_milliseconds(seconds)}"
        yield from _held(transaction)
        begun += seconds


def _held(transaction: Sequence[StepTrace]) -> Iterator[str]:
    """Yield what is locked until the end of a transaction, each time that a lock becomes stronger."""
    left = sum(step.seconds for step in transaction)
    strongest: dict[str, int] = {}
    for step in transaction:
        for relation, mode in _notable(step):
            if strongest.get(relation, -1) < strength(mode):
                strongest[relation] = strength(mode)
                yield f"  - {mode} on {relation} from step {step.number} on, for {_milliseconds(left)}"
        left -= step.seconds


def _rows(trace: MigrationTrace) -> Iterator[str]:
    without = [entry for entry in trace.filled if entry.rows == 0]
    if not without:
        return
    yield "## Tables without made-up rows"
    yield "What their steps read and how long they took is not seen here."
    yield from (f"- {entry.table}: {entry.reason}" for entry in without)
    yield ""


def _backfill(migration: Migration) -> Iterator[str]:
    if migration.backfill_sql is None:
        return
    yield "## Rows filled afterwards"
    yield "In batches, each in a transaction of its own, while everybody works on:"
    yield "```sql"
    yield migration.backfill_sql.strip()
    yield "```"
    yield ""


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        yield "None."
    for found in findings:
        yield f"- {found.severity} {found.rule} at line {found.line}: {found.message}"
        yield f"  - {found.fix}"


def _way_back(migration: Migration) -> Iterator[str]:
    if migration.down_sql is None:
        yield f"There is none: {migration.irreversible or 'no down.sql was written'}."
        return
    yield "`down.sql`, step by step in reverse:"
    yield "```sql"
    yield migration.down_sql.strip()
    yield "```"


def _notable(step: StepTrace) -> list[tuple[str, LockMode]]:
    """Return the locks that some statement of an application or of its upkeep may wait for."""
    return sorted(
        (relation, mode) for relation, mode in step.strongest().items() if strength(mode) >= _SELDOM
    )


def _who_waits(step: StepTrace) -> Iterator[str]:
    for relation in sorted({waiting.relation for waiting in step.waiting}):
        probes = frozenset(waiting.probe for waiting in step.waiting if waiting.relation == relation)
        yield f"{_WHO.get(probes) or ', '.join(sorted(probes))} of {relation}"


def _first_words(sql: str) -> str:
    lines = [line.strip() for line in sql.splitlines() if not line.strip().startswith("--")]
    text = " ".join(" ".join(lines).split()).replace("|", "\\|").replace("`", "'")
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def _joined(parts: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(parts) or "–"


def _milliseconds(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:.1f} ms" if value < _EXACT_BELOW_MS else f"{value:,.0f} ms"
